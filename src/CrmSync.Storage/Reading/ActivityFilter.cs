using System.Globalization;

namespace CrmSync.Storage.Reading;

/// <summary>
/// Which activities are meant. Text form: <c>q=</c> words, <c>type=</c>, <c>label=TAXONOMY[:LABEL]</c>, <c>also=TAXONOMY:LABEL[,…]</c> for labels of further taxonomies,
/// <c>answer=decided|abstained|unsure</c>, <c>by=rules|model|hosted|person</c>, <c>connection=KEY</c>, <c>owner=ID</c>, <c>state=</c>, <c>from=</c> and <c>to=</c> (RFC 3339; without an
/// offset UTC), <c>edited=yes</c>, <c>code=CODE</c>.
/// </summary>
public sealed record ActivityFilter
{
    /// <summary>Every activity.</summary>
    public static readonly ActivityFilter All = new();

    /// <summary>The activity types, as stored.</summary>
    public static readonly IReadOnlyList<string> Types = ["call", "email", "meeting", "note", "task"];

    /// <summary>The states, as stored.</summary>
    public static readonly IReadOnlyList<string> States = ["queued", "waiting", "decided", "dead", "erased"];

    /// <summary>The kinds of answer, as stored.</summary>
    public static readonly IReadOnlyList<string> Answers = ["decided", "abstained", "unsure"];

    private const int MostAlso = 8;

    /// <summary>The deciding steps, as stored.</summary>
    public static readonly IReadOnlyList<string> Steps = ["rules", "model", "hosted", "person"];

    /// <summary>Words and phrases as somebody typed them; all must be found.</summary>
    public string? Text { get; init; }

    /// <summary>One of <see cref="Types"/>.</summary>
    public string? Type { get; init; }

    /// <summary>Key of a connection.</summary>
    public string? Connection { get; init; }

    /// <summary>One of <see cref="States"/>.</summary>
    public string? State { get; init; }

    /// <summary>Slug of a taxonomy.</summary>
    public string? Taxonomy { get; init; }

    /// <summary>Label id inside <see cref="Taxonomy"/>.</summary>
    public string? Label { get; init; }

    /// <summary>One of <see cref="Answers"/>, within <see cref="Taxonomy"/> where that is set.</summary>
    public string? Answer { get; init; }

    /// <summary>Labels of further taxonomies, all of which must stand: <c>TAXONOMY:LABEL</c>, separated by commas.</summary>
    public string? Also { get; init; }

    /// <summary>One of <see cref="Steps"/>, within <see cref="Taxonomy"/> where that is set.</summary>
    public string? By { get; init; }

    /// <summary>The CRM's id of the rep.</summary>
    public string? Owner { get; init; }

    /// <summary>Took place at or after this.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Took place before this.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Whether only those are meant whose label a person has changed, here or in the CRM.</summary>
    public bool Edited { get; init; }

    /// <summary>Code of why it cannot be decided about.</summary>
    public string? Code { get; init; }

    /// <summary>Whether every activity is meant.</summary>
    public bool IsEmpty => this == All;

    /// <summary>Reads a query string's parts; what cannot be read is left out and named.</summary>
    public static ActivityFilter Parse(IEnumerable<KeyValuePair<string, string?>> query, out IReadOnlyList<string> faults, params IEnumerable<string> alsoKnown)
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
            filter = (name, value.Length) switch
            {
                (_, > 200) => Fault($"The value of \"{Short(name)}\" is longer than 200 characters; shorten it."),
                ("type", _) => Types.Contains(value) ? filter with { Type = value } : Fault(Unknown("type", value, Types)),
                ("state", _) => States.Contains(value) ? filter with { State = value } : Fault(Unknown("state", value, States)),
                ("answer", _) => Answers.Contains(value) ? filter with { Answer = value } : Fault(Unknown("answer", value, Answers)),
                ("connection", _) => filter with { Connection = value },
                ("code", _) => filter with { Code = value },
                ("q", _) => filter with { Text = value },
                ("owner", _) => filter with { Owner = value },
                ("by", _) => Steps.Contains(value) ? filter with { By = value } : Fault(Unknown("step", value, Steps)),
                ("also", _) => AlsoOf(value) is { } also ? filter with { Also = also } : Fault($"\"{Short(value)}\" names no labels; write TAXONOMY:LABEL, several separated by commas."),
                ("edited", _) => value is "yes" ? filter with { Edited = true } : Fault("\"edited\" knows only yes; leave it out for all."),
                ("from", _) => Instant(value) is { } from ? filter with { From = from } : Fault(NoTime(name, value)),
                ("to", _) => Instant(value) is { } to ? filter with { To = to } : Fault(NoTime(name, value)),
                ("label", _) => value.Split(':', 2) is [var taxonomy, { Length: > 0 } label]
                    ? filter with { Taxonomy = taxonomy, Label = label }
                    : filter with { Taxonomy = value.TrimEnd(':'), Label = null },
                _ => Fault($"There is no filter \"{Short(name)}\"; known are q, type, label, also, answer, by, connection, owner, state, from, to, edited, code."),
            };
        }
        faults = found;
        return filter;

        ActivityFilter Fault(string sentence)
        {
            found.Add(sentence);
            return filter;
        }
    }

    /// <summary>Reads the text form, as an act keeps it; blank is <see cref="All"/>.</summary>
    /// <param name="text">Names and values as in a query string, percent-encoded where they have to be.</param>
    /// <param name="faults">As for <see cref="Parse"/>.</param>
    public static ActivityFilter ParseText(string? text, out IReadOnlyList<string> faults)
    {
        var filter = Parse(FilterText.Split(text, out var slips), out var others);
        faults = [.. slips, .. others];
        return filter;
    }

    /// <summary>The text form, without a question mark.</summary>
    public string ToQueryString() => string.Join('&', Parts().Select(part => $"{part.Key}={Uri.EscapeDataString(part.Value)}"));

    /// <summary>The parts that are set, in a fixed order.</summary>
    public IEnumerable<KeyValuePair<string, string>> Parts()
    {
        (string Name, string? Value)[] parts =
        [
            ("q", Text),
            ("type", Type),
            ("label", Taxonomy is null ? null : Label is null ? Taxonomy : $"{Taxonomy}:{Label}"),
            ("also", Also),
            ("answer", Answer),
            ("by", By),
            ("connection", Connection),
            ("owner", Owner),
            ("state", State),
            ("from", Iso(From)),
            ("to", Iso(To)),
            ("edited", Edited ? "yes" : null),
            ("code", Code),
        ];
        return parts.Where(part => part.Value is not null).Select(part => KeyValuePair.Create(part.Name, part.Value!));
    }

    /// <summary>The labels of <see cref="Also"/>, apart.</summary>
    internal IReadOnlyList<(string Taxonomy, string Label)> AlsoLabels =>
        [.. (Also ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split(':', 2)).Select(part => (part[0], part[1]))];

    private static string? AlsoOf(string value)
    {
        var parts = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts.Length is > 0 and <= MostAlso && parts.All(part => part.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && colon < part.Length - 1) ? string.Join(',', parts) : null;
    }

    private static DateTimeOffset? Instant(string value) =>
        DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant) ? instant : null;

    private static string? Iso(DateTimeOffset? instant) => instant?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static string NoTime(string name, string value) => $"\"{Short(value)}\" is no time for \"{name}\"; write it like 2026-11-21T09:30Z.";

    private static string Unknown(string name, string value, IReadOnlyList<string> known) =>
        string.Create(CultureInfo.InvariantCulture, $"\"{Short(value)}\" is no {name}; known are {string.Join(", ", known)}.");

    private static string Short(string value) => value.Length <= 40 ? value : value[..40] + "…";
}
