using System.Globalization;

namespace CrmSync.Storage.Reading.Jobs;

/// <summary>
/// Which runs are meant. Text form, a query string: <c>connection=KEY</c>, <c>kind=</c>, <c>state=</c>, <c>who=NAME</c>, <c>schedule=ID</c>, <c>from=</c>, <c>to=</c>
/// (start of the run; without an offset UTC), <c>args=WORDS</c> such as <c>type=notes</c>, and <c>all=1</c> for polls that found nothing, too.
/// </summary>
public sealed record RunFilter
{
    /// <summary>Every run that did something.</summary>
    public static readonly RunFilter Default = new();

    /// <summary>The kinds, as stored.</summary>
    public static readonly IReadOnlyList<string> Kinds =
    [
        "poll_fresh", "poll_settled", "poll_reach_back", "poll_records", "poll_links", "poll_gone", "backfill", "relabel", "reconcile", "preview", "approve", "retry",
        "discard", "undo", "force", "segment_fit", "segment_assign", "segment_learn",
    ];

    /// <summary>The states, as stored.</summary>
    public static readonly IReadOnlyList<string> States = ["running", "paused", "completed", "failed", "cancelled"];

    private const int MaximumLength = 200;

    /// <summary>Key of a connection.</summary>
    public string? Connection { get; init; }

    /// <summary>One of <see cref="Kinds"/>.</summary>
    public string? Kind { get; init; }

    /// <summary>One of <see cref="States"/>.</summary>
    public string? State { get; init; }

    /// <summary>Who asked for it, whole; "schedule" for schedules.</summary>
    public string? Who { get; init; }

    /// <summary>Ledger id of the schedule that started it.</summary>
    public long? Schedule { get; init; }

    /// <summary>Started at or after this.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Started before this.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Words that all have to be among the run's arguments.</summary>
    public string? Args { get; init; }

    /// <summary>Whether scheduled runs that found nothing are shown, too.</summary>
    public bool All { get; init; }

    /// <summary>Whether nothing is asked for.</summary>
    public bool IsEmpty => this == Default;

    /// <summary>The words of <see cref="Args"/>.</summary>
    public IReadOnlyList<string> Words => Args?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>Reads a query string's parts; what cannot be read is left out and named.</summary>
    public static RunFilter Parse(IEnumerable<KeyValuePair<string, string?>> query, out IReadOnlyList<string> faults, params IEnumerable<string> alsoKnown)
    {
        ArgumentNullException.ThrowIfNull(query);
        var filter = Default;
        List<string> found = [];
        HashSet<string> others = [.. alsoKnown];
        foreach (var (name, raw) in query)
        {
            var value = raw?.Trim();
            if (string.IsNullOrEmpty(value) || others.Contains(name))
                continue;
            if (value.Length > MaximumLength)
                found.Add($"The value of \"{Short(name)}\" is longer than {MaximumLength} characters; shorten it.");
            else if (filter.With(name, value, out var fault) is { } next)
                filter = next;
            else
                found.Add(fault);
        }

        faults = found;
        return filter;
    }

    /// <summary>The text form, without a question mark; empty for <see cref="Default"/>.</summary>
    public string ToQueryString()
    {
        (string Name, string? Value)[] parts =
        [
            ("connection", Connection), ("kind", Kind), ("state", State), ("who", Who), ("schedule", Schedule?.ToString(CultureInfo.InvariantCulture)),
            ("from", Text(From)), ("to", Text(To)), ("args", Args), ("all", All ? "1" : null),
        ];
        return string.Join('&', parts.Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}"));
    }

    private RunFilter? With(string name, string value, out string fault)
    {
        fault = "";
        switch (name)
        {
            case "connection":
                return this with { Connection = value };
            case "kind" when Kinds.Contains(value):
                return this with { Kind = value };
            case "state" when States.Contains(value):
                return this with { State = value };
            case "who":
                return this with { Who = value };
            case "schedule" when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var schedule):
                return this with { Schedule = schedule };
            case "from" when Instant(value) is { } from:
                return this with { From = from };
            case "to" when Instant(value) is { } to:
                return this with { To = to };
            case "args":
                return this with { Args = value };
            case "all" when value is "1":
                return this with { All = true };
            case "kind":
                fault = $"\"{Short(value)}\" is no kind of run; known are {string.Join(", ", Kinds)}.";
                return null;
            case "state":
                fault = $"\"{Short(value)}\" is no state of a run; known are {string.Join(", ", States)}.";
                return null;
            case "schedule":
                fault = $"\"{Short(value)}\" is no schedule; a schedule is a number.";
                return null;
            case "from" or "to":
                fault = $"\"{Short(value)}\" is no time for \"{name}\"; write it like 2026-11-21T09:30Z.";
                return null;
            case "all":
                fault = $"\"{Short(value)}\" is nothing for \"all\"; write 1, or leave it out.";
                return null;
            default:
                fault = $"There is no filter \"{Short(name)}\"; known are connection, kind, state, who, schedule, from, to, args, all.";
                return null;
        }
    }

    private static DateTimeOffset? Instant(string value) =>
        DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant) ? instant : null;

    private static string? Text(DateTimeOffset? instant) => instant?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static string Short(string value) => value.Length <= 40 ? value : value[..40] + "…";
}
