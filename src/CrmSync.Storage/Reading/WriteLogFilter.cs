using System.Globalization;

namespace CrmSync.Storage.Reading;

/// <summary>
/// Which rows of the write-back log are meant. Its text form is a query string, one grammar for pages, API and command line:
/// <c>connection=KEY</c>, <c>label=TAXONOMY[:LABEL]</c>, <c>outcome=STATUS</c>, <c>from=</c> and <c>to=</c> (RFC 3339; without an offset UTC),
/// <c>code=CODE</c>, <c>record=ID</c> or <c>record=TYPE/ID</c>, <c>run=ID</c>, <c>by=STEP</c>, <c>confidence=LOW-HIGH</c> (per cent), <c>purpose=</c>, <c>actor=</c>, <c>id=1.2.3</c> (single writes).
/// </summary>
public sealed record WriteLogFilter
{
    /// <summary>Every row.</summary>
    public static readonly WriteLogFilter All = new();

    /// <summary>The outcomes that can be asked for, as stored.</summary>
    public static readonly IReadOnlyList<string> Outcomes = ["pending", "sending", "unknown", "applied", "unchanged", "kept", "rejected", "superseded", "discarded"];

    /// <summary>The steps that decide, as stored.</summary>
    public static readonly IReadOnlyList<string> Steps = ["rules", "definitions", "model", "hosted", "person"];

    /// <summary>What a write is for, as stored.</summary>
    public static readonly IReadOnlyList<string> Purposes = ["label", "undo", "force"];

    /// <summary>Who set a value that was kept, as stored.</summary>
    public static readonly IReadOnlyList<string> Actors = ["human", "automation", "unknown"];

    /// <summary>Single writes that a filter may name at most.</summary>
    public const int MostIds = 500;

    private const int MaximumLength = 200;
    private const int MaximumIdsLength = 8_000;

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

    /// <summary>One of <see cref="Steps"/>.</summary>
    public string? By { get; init; }

    /// <summary>Confidence in whole per cent at least, 0 to 100.</summary>
    public int? ConfidenceFrom { get; init; }

    /// <summary>Confidence in whole per cent at most, 0 to 100; 100 is every sure answer.</summary>
    public int? ConfidenceTo { get; init; }

    /// <summary>One of <see cref="Purposes"/>.</summary>
    public string? Purpose { get; init; }

    /// <summary>One of <see cref="Actors"/>.</summary>
    public string? Actor { get; init; }

    /// <summary>Single writes: their ids, rising, with dots between them.</summary>
    public string? Ids { get; init; }

    /// <summary>Whether the decision behind a write has to be looked at.</summary>
    internal bool NeedsDecision => Label is not null || By is not null || ConfidenceFrom is not null || ConfidenceTo is not null;

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
            if (value.Length > (name == "id" ? MaximumIdsLength : MaximumLength))
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
            ("by", By),
            ("confidence", ConfidenceFrom is null && ConfidenceTo is null ? null : string.Create(CultureInfo.InvariantCulture, $"{ConfidenceFrom ?? 0}-{ConfidenceTo ?? 100}")),
            ("purpose", Purpose),
            ("actor", Actor),
            ("id", Ids),
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
            case "by" when Steps.Contains(value, StringComparer.Ordinal):
                return this with { By = value };
            case "purpose" when Purposes.Contains(value, StringComparer.Ordinal):
                return this with { Purpose = value };
            case "actor" when Actors.Contains(value, StringComparer.Ordinal):
                return this with { Actor = value };
            case "by" or "purpose" or "actor":
                faults.Add($"\"{Short(value)}\" is nothing that \"{name}\" can be; known are {string.Join(", ", name switch { "by" => Steps, "purpose" => Purposes, _ => Actors })}.");
                return this;
            case "confidence" when Range(value) is { } range:
                return this with { ConfidenceFrom = range.From, ConfidenceTo = range.To };
            case "confidence":
                faults.Add($"\"{Short(value)}\" is no range of confidence; write it in per cent like 50-80.");
                return this;
            case "id" when IdsOf(value) is { } ids:
                return this with { Ids = ids };
            case "id":
                faults.Add($"\"{Short(value)}\" are no writes; give up to {MostIds} of their numbers with dots between them, like 12.15.");
                return this;
            default:
                faults.Add($"There is no filter \"{Short(name)}\"; known are connection, label, outcome, from, to, code, record, run, by, confidence, purpose, actor, id.");
                return this;
        }
    }

    private static (int From, int To)? Range(string value)
    {
        var dash = value.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && int.TryParse(value.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            && int.TryParse(value.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var to) && from <= to && to <= 100
            ? (from, to)
            : null;
    }

    private static string? IdsOf(string value)
    {
        var ids = new SortedSet<long>();
        foreach (var part in value.Split('.', MostIds + 1))
        {
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || ids.Count == MostIds)
                return null;
            ids.Add(id);
        }
        return string.Join('.', ids.Select(id => id.ToString(CultureInfo.InvariantCulture)));
    }

    private static DateTimeOffset? Instant(string value) =>
        DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
            ? instant
            : null;

    private static string? Text(DateTimeOffset? instant) =>
        instant?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static string Short(string value) => value.Length <= 40 ? value : value[..40] + "…";
}
