using System.Globalization;

namespace CrmSync.Storage.Reading;

/// <summary>Which activities are meant. Text form: <c>type=</c>, <c>label=TAXONOMY[:LABEL]</c>, <c>answer=decided|abstained|unsure</c>, <c>connection=KEY</c>, <c>state=</c>, <c>code=CODE</c>.</summary>
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
                ("label", _) => value.Split(':', 2) is [var taxonomy, { Length: > 0 } label]
                    ? filter with { Taxonomy = taxonomy, Label = label }
                    : filter with { Taxonomy = value.TrimEnd(':'), Label = null },
                _ => Fault($"There is no filter \"{Short(name)}\"; known are type, label, answer, connection, state, code."),
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
            ("type", Type),
            ("label", Taxonomy is null ? null : Label is null ? Taxonomy : $"{Taxonomy}:{Label}"),
            ("answer", Answer),
            ("connection", Connection),
            ("state", State),
            ("code", Code),
        ];
        return parts.Where(part => part.Value is not null).Select(part => KeyValuePair.Create(part.Name, part.Value!));
    }

    private static string Unknown(string name, string value, IReadOnlyList<string> known) =>
        string.Create(CultureInfo.InvariantCulture, $"\"{Short(value)}\" is no {name}; known are {string.Join(", ", known)}.");

    private static string Short(string value) => value.Length <= 40 ? value : value[..40] + "…";
}
