using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Words;

/// <summary>How serious the answer to "is everything all right?" is.</summary>
internal enum HealthTone
{
    /// <summary>Nothing to do.</summary>
    Good,

    /// <summary>Work is going on; nothing to do.</summary>
    Busy,

    /// <summary>Somebody should look.</summary>
    Attention,

    /// <summary>Labels are not arriving.</summary>
    Trouble,
}

/// <summary>Is everything all right, in one sentence, and what to know beside it.</summary>
/// <param name="Tone">How serious.</param>
/// <param name="Sentence">The answer.</param>
/// <param name="Notes">Further sentences, most important first.</param>
internal sealed record Health(HealthTone Tone, string Sentence, IReadOnlyList<string> Notes)
{
    private static readonly TimeSpan NodeSilence = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan CatchingUp = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StuckFor = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Lately = TimeSpan.FromHours(1);

    /// <summary>Judges a snapshot. Pure.</summary>
    public static Health Judge(OverviewSnapshot snapshot)
    {
        if (snapshot.Connections.Count == 0)
            return new Health(HealthTone.Attention, "No CRM is connected yet.", ["Name a connection in the settings and start again; the README says how."]);
        var behind = snapshot.Connections.Select(item => (item.Connection, Behind: item.Behind(snapshot.At))).ToList();
        var notes = NotesOn(snapshot);
        if (snapshot.Nodes.Count > 0 && snapshot.Nodes.Max(node => node.SeenAt) is var seen
            && snapshot.At - DateTimeOffset.FromUnixTimeMilliseconds(seen) is var silence && silence > NodeSilence)
            return new Health(HealthTone.Trouble, $"No host has been at work for {TimeText.Span(silence)}, so no labels are arriving.", ["Start the service again.", .. notes]);
        if (behind.Any(item => item.Behind is null))
            return new Health(
                HealthTone.Busy,
                $"{Names(behind.Where(item => item.Behind is null).Select(item => item.Connection.Name))} {(behind.Count(item => item.Behind is null) == 1 ? "is" : "are")} being read for the first time.",
                notes);
        var queued = snapshot.Connections.Sum(item => item.Queued + (item.Connection.WriteMode == "on" ? item.OpenIntents : 0));
        var late = behind.Where(item => item.Behind > Late).ToList();
        var errors = snapshot.Problems.Where(problem => problem.IsError && snapshot.At - problem.LastAt < Lately).ToList();
        var lag = Lag(behind);
        if (late.Count > 0 && !IsMoving(snapshot))
            return new Health(HealthTone.Trouble, $"{lag}, and nothing is moving.", notes);
        if (errors.Count > 0)
            return new Health(
                HealthTone.Attention,
                errors.Count == 1 ? $"One thing needs a look. {lag}." : $"{errors.Count} things need a look. {lag}.",
                notes);
        if (behind.Any(item => item.Behind > CatchingUp))
            return new Health(HealthTone.Busy, $"Catching up: {TimeText.Number(queued)} to go. {lag}.", notes);
        return new Health(HealthTone.Good, $"All is well. {lag}.", notes);
    }

    private static List<string> NotesOn(OverviewSnapshot snapshot)
    {
        List<string> notes = [];
        foreach (var connection in snapshot.Connections.Select(item => item.Connection))
        {
            if (connection.WriteMode == "preview")
                notes.Add($"{connection.Name} is in preview: its labels are shown here and nothing is sent.");
            else if (connection.WriteMode == "approve")
                notes.Add($"{connection.Name} asks for approval: only what an operator lets go is sent.");
            else if (connection.WriteMode == "paused")
                notes.Add($"{connection.Name} is paused: nothing is sent {(connection.ResumeAt is { } end ? $"for {TimeText.Span(TimeLeft(end, snapshot.At))} more" : "until somebody resumes")}.");
        }
        foreach (var item in snapshot.Connections.Where(item => item.Connection.WriteMode == "on" && snapshot.At - item.OldestStuckAt > StuckFor))
            notes.Add($"{TimeText.Number(item.Stuck)} {(item.Stuck == 1 ? "write" : "writes")} to {item.Connection.Name} {(item.Stuck == 1 ? "was" : "were")} tried without an answer, the oldest {TimeText.Span(snapshot.At - item.OldestStuckAt!.Value)} ago.");
        return notes;
    }

    private static TimeSpan TimeLeft(long end, DateTimeOffset now) =>
        DateTimeOffset.FromUnixTimeMilliseconds(end) is var at && at > now ? at - now : TimeSpan.Zero;

    private static string Lag(IReadOnlyList<(ConnectionView Connection, TimeSpan? Behind)> behind)
    {
        if (behind.All(item => item.Connection.WriteMode != "on"))
            return $"Activities are read up to {TimeText.Span(behind.Max(item => item.Behind)!.Value)} ago";
        var writing = behind.Where(item => item.Connection.WriteMode == "on").ToList();
        var parts = writing.Select((item, i) => $"{TimeText.Span(item.Behind!.Value)} behind {item.Connection.Name}").ToList();
        return parts.Count <= 2
            ? $"Labels are {string.Join(" and ", parts)}"
            : $"Labels are at most {TimeText.Span(writing.Max(item => item.Behind)!.Value)} behind {parts.Count} CRMs";
    }

    private static bool IsMoving(OverviewSnapshot snapshot) =>
        snapshot.Flow.Decided.TakeLast(5).Sum() + snapshot.Flow.Applied.TakeLast(5).Sum() + snapshot.Flow.Stored.TakeLast(5).Sum() > 0;

    private static string Names(IEnumerable<string> names) => string.Join(" and ", names);
}
