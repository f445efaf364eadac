using System.Globalization;

namespace CrmSync.Storage.Reading;

/// <summary>
/// Which rows of the write-back log are meant. Its text form is a query string, one grammar for pages, API and command line:
/// <c>connection=KEY</c>, <c>label=TAXONOMY[:LABEL]</c>, <c>outcome=STATUS</c>, <c>from=</c> and <c>to=</c> (RFC 3339; without an offset UTC),
/// <c>code=CODE</c>, <c>record=ID</c> or <c>record=TYPE/ID</c>, <c>run=ID</c>.
/// </summary>
public sealed record WriteLogFilter
{
    /// <summary>Every row.</summary>
    public static readonly WriteLogFilter All = new();

    /// <summary>The outcomes that can be asked for, as stored.</summary>
    public static readonly IReadOnlyList<string> Outcomes = ["pending", "sending", "unknown", "applied", "unchanged", "kept", "rejected", "superseded", "discarded"];

    private const int MaximumLength = 200;

    /// <summary>Key of a connection.</summary>
    public string? Connection { get; init; }

    /// <summary>Slug of a taxonomy.</summary>
    public string? Taxonomy { get; init; }

    /// <summary>Label id inside <see cref="Taxonomy"/>.</summary>
    public string? Label { get; init; }

    /// <summary>One of <see cref="Outcomes"/>.</summary>
    public string? Outcome { get; init; }

    /// <summary>Last change at or after this.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Last change before this.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Code of our registry.</summary>
    public string? Code { get; init; }

    /// <summary>The CRM's id of the record written to, alone or as "type/id".</summary>
    public string? Record { get; init; }

    /// <summary>Ledger id of the run.</summary>
    public long? Run { get; init; }

    /// <summary>Whether every row is meant.</summary>
    public bool IsEmpty => this == All;

    /// <summary>Reads a query string's parts. What cannot be read is left out and named, so that a slip never hides as "no rows".</summary>
    /// <param name="query">Names and values; blank values count as absent.</param>
    /// <param name="faults">One sentence per part that was left out.</param>
    /// <param name="alsoKnown">Names that belong to the caller, such as page cursors.</param>
    public static WriteLogFilter Parse(
        IEnumerable<KeyValuePair<string, string?>> query, out IReadOnlyList<string> faults, params IEnumerable<string> alsoKnown)
    {
        ArgumentNullException.ThrowIfNull(query);
        var filter = All;
        List<string> found = [];
        HashSet<string> others = [.. alsoKnown];
        foreach (var (name, raw) in query)
        {
            var value = raw?.Trim();
            if (string.IsNullOrEmpty(value) || others.Contains(name))
                continue;
            if (value.Length > MaximumLength)
                found.Add($"The value of \"{Short(name)}\" is longer than {MaximumLength} characters; shorten it.");
            else
                filter = filter.With(name, value, found);
        }
        faults = found;
        return filter;
    }

    /// <summary>Reads the text form, as <c>--filter</c> gives it or an act keeps it; blank is <see cref="All"/>.</summary>
    /// <param name="text">Names and values as in a query string, percent-encoded where they have to be.</param>
    /// <param name="faults">As for <see cref="Parse"/>.</param>
    public static WriteLogFilter ParseText(string? text, out IReadOnlyList<string> faults)
    {
        var filter = Parse(FilterText.Split(text, out var slips), out var others);
        faults = [.. slips, .. others];
        return filter;
    }

    /// <summary>The text form, without a question mark; empty for <see cref="All"/>. <see cref="Parse"/> reads it back to an equal filter.</summary>
    public string ToQueryString() => string.Join('&', Parts().Select(part => $"{part.Key}={Uri.EscapeDataString(part.Value)}"));

    /// <summary>The parts that are set, in a fixed order.</summary>
    public IEnumerable<KeyValuePair<string, string>> Parts()
    {
        (string Name, string? Value)[] parts =
        [
            ("connection", Connection),
            ("label", Taxonomy is null ? null : Label is null ? Taxonomy : $"{Taxonomy}:{Label}"),
            ("outcome", Outcome),
            ("from", Text(From)),
            ("to", Text(To)),
            ("code", Code),
            ("record", Record),
            ("run", Run?.ToString(CultureInfo.InvariantCulture)),
        ];
        return parts.Where(part => part.Value is not null).Select(part => KeyValuePair.Create(part.Name, part.Value!));
    }

    private WriteLogFilter With(string name, string value, List<string> faults)
    {
        switch (name)
        {
            case "connection":
                return this with { Connection = value };
            case "label":
                var colon = value.IndexOf(':', StringComparison.Ordinal);
                return colon < 0
                    ? this with { Taxonomy = value, Label = null }
                    : this with { Taxonomy = value[..colon], Label = value[(colon + 1)..] is { Length: > 0 } label ? label : null };
            case "outcome" when Outcomes.Contains(value, StringComparer.Ordinal):
                return this with { Outcome = value };
            case "outcome":
                faults.Add($"\"{Short(value)}\" is no outcome; known are {string.Join(", ", Outcomes)}.");
                return this;
            case "from" when Instant(value) is { } from:
                return this with { From = from };
            case "to" when Instant(value) is { } to:
                return this with { To = to };
            case "from" or "to":
                faults.Add($"\"{Short(value)}\" is no time for \"{name}\"; write it like 2026-11-21T09:30Z.");
                return this;
            case "code":
                return this with { Code = value };
            case "record":
                return this with { Record = value };
            case "run" when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var run):
                return this with { Run = run };
            case "run":
                faults.Add($"\"{Short(value)}\" is no run; a run is a number.");
                return this;
            default:
                faults.Add($"There is no filter \"{Short(name)}\"; known are connection, label, outcome, from, to, code, record, run.");
                return this;
        }
    }

    private static DateTimeOffset? Instant(string value) =>
        DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
            ? instant
            : null;

    private static string? Text(DateTimeOffset? instant) =>
        instant?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static string Short(string value) => value.Length <= 40 ? value : value[..40] + "…";
}
