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
    private static readonly Texts T = Texts.Of(typeof(Health));
    private static readonly TimeSpan NodeSilence = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan CatchingUp = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StuckFor = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Lately = TimeSpan.FromHours(1);

    /// <summary>Judges a snapshot. Pure.</summary>
    public static Health Judge(OverviewSnapshot snapshot)
    {
        if (snapshot.Connections.Count == 0)
            return new Health(HealthTone.Attention, T["NoCRMIsConnectedYet"], [T["NameAConnectionInTheSettingsAnd"]]);
        var behind = snapshot.Connections.Select(item => (item.Connection, Behind: item.Behind(snapshot.At))).ToList();
        var notes = NotesOn(snapshot);
        if (snapshot.Nodes.Count > 0 && snapshot.Nodes.Max(node => node.SeenAt) is var seen
            && snapshot.At - DateTimeOffset.FromUnixTimeMilliseconds(seen) is var silence && silence > NodeSilence)
            return new Health(HealthTone.Trouble, T["NoHostHasBeenAtWorkForSoNoLabels", TimeText.Span(silence)], [T["StartTheServiceAgain"], .. notes]);
        var unread = behind.Where(item => item.Behind is null).Select(item => item.Connection.Name).ToList();
        if (unread.Count > 0)
            return new Health(
                HealthTone.Busy,
                unread.Count == 1 ? T["IsBeingReadForTheFirstTime", unread[0]] : T["AreBeingReadForTheFirstTime", Names(unread)],
                notes);
        var queued = snapshot.Connections.Sum(item => item.Queued + (item.Connection.WriteMode == "on" ? item.OpenIntents : 0));
        var late = behind.Where(item => item.Behind > Late).ToList();
        var errors = snapshot.Problems.Where(problem => problem.IsError && snapshot.At - problem.LastAt < Lately).ToList();
        var lag = Lag(behind);
        if (late.Count > 0 && !IsMoving(snapshot))
            return new Health(HealthTone.Trouble, T["AndNothingIsMoving", lag], notes);
        if (errors.Count > 0)
            return new Health(
                HealthTone.Attention,
                errors.Count == 1 ? T["OneThingNeedsALook", lag] : T["ThingsNeedALook", errors.Count, lag],
                notes);
        if (behind.Any(item => item.Behind > CatchingUp))
            return new Health(HealthTone.Busy, T["CatchingUpToGo", TimeText.Number(queued), lag], notes);
        return new Health(HealthTone.Good, T["AllIsWell", lag], notes);
    }

    private static List<string> NotesOn(OverviewSnapshot snapshot)
    {
        List<string> notes = [];
        foreach (var connection in snapshot.Connections.Select(item => item.Connection))
        {
            if (connection.WriteMode == "preview")
                notes.Add(T["IsInPreviewItsLabelsAreShownHere", connection.Name]);
            else if (connection.WriteMode == "approve")
                notes.Add(T["AsksForApprovalOnlyWhatAn", connection.Name]);
            else if (connection.WriteMode == "paused")
                notes.Add(connection.ResumeAt is { } end
                    ? T["IsPausedNothingIsSentForMore", connection.Name, TimeText.Span(TimeLeft(end, snapshot.At))]
                    : T["IsPausedNothingIsSentUntil", connection.Name]);
        }
        foreach (var item in snapshot.Connections.Where(item => item.Connection.WriteMode == "on" && snapshot.At - item.OldestStuckAt > StuckFor))
        {
            var oldest = TimeText.Span(snapshot.At - item.OldestStuckAt!.Value);
            notes.Add(item.Stuck == 1
                ? T["OneWriteToWasTriedWithoutAn", item.Connection.Name, oldest]
                : T["WritesToWereTriedWithoutAnAnswer", TimeText.Number(item.Stuck), item.Connection.Name, oldest]);
        }
        return notes;
    }

    private static TimeSpan TimeLeft(long end, DateTimeOffset now) =>
        DateTimeOffset.FromUnixTimeMilliseconds(end) is var at && at > now ? at - now : TimeSpan.Zero;

    private static string Lag(IReadOnlyList<(ConnectionView Connection, TimeSpan? Behind)> behind)
    {
        if (behind.All(item => item.Connection.WriteMode != "on"))
            return T["ActivitiesAreReadUpToAgo", TimeText.Span(behind.Max(item => item.Behind)!.Value)];
        var writing = behind.Where(item => item.Connection.WriteMode == "on").ToList();
        var parts = writing.Select((item, i) => T["Behind", TimeText.Span(item.Behind!.Value), item.Connection.Name]).ToList();
        return parts.Count <= 2
            ? T["LabelsAre", string.Join(T["NameAndName"], parts)]
            : T["LabelsAreAtMostBehindCRMs", TimeText.Span(writing.Max(item => item.Behind)!.Value), parts.Count];
    }

    private static bool IsMoving(OverviewSnapshot snapshot) =>
        snapshot.Flow.Decided.TakeLast(5).Sum() + snapshot.Flow.Applied.TakeLast(5).Sum() + snapshot.Flow.Stored.TakeLast(5).Sum() > 0;

    private static string Names(IEnumerable<string> names) => string.Join(T["NameAndName"], names);
}
