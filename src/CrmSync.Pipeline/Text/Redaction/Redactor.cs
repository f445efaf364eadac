using System.Globalization;
using System.Text;

namespace CrmSync.Pipeline.Text.Redaction;

/// <summary>
/// Replaces personal data by placeholders such as <c>[email 1]</c>: mail addresses, telephone numbers, cards, bank accounts, internet addresses, national ids, and
/// the names that are known. Linear in the length of the text. Thread-safe.
/// </summary>
/// <remarks>
/// What no pattern and no list knows stays in: a stranger's name in the middle of a sentence, a street, a story that only one person can have told. This lowers what leaves
/// the process; it does not make text anonymous.
/// </remarks>
/// <param name="names">Names that are known; null for none.</param>
public sealed class Redactor(IKnownNames? names = null)
{
    /// <summary>Starts on one text, or on several that belong together: the same value gets the same placeholder in all of them.</summary>
    public RedactionSession Begin() => new(names?.Current ?? NameIndex.Empty);

    /// <summary>One text without personal data.</summary>
    public string Apply(string text) => Begin().Apply(text);
}

/// <summary>Texts that belong together, such as the subject and the turns of an activity. Not thread-safe.</summary>
public sealed class RedactionSession
{
    private const int MaxLooks = 6;
    private readonly NameIndex _known;
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private NameIndex.Builder? _learning;
    private NameIndex? _learned;

    internal RedactionSession(NameIndex known) => _known = known;

    /// <summary>Adds a person's name that the texts themselves tell, such as the author of a quoted turn.</summary>
    public void Learn(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        // A header's name may carry its address; the address is found by its pattern.
        var bracket = name.AsSpan().IndexOfAny("<([");
        var plain = bracket < 0 ? name : name[..bracket];
        if (plain.Contains('@', StringComparison.Ordinal))
            return;
        _learning ??= new NameIndex.Builder();
        _learning.AddPerson(plain);
        _learned = null;
    }

    /// <summary>The text with placeholders. Applying it to its own result changes nothing.</summary>
    public string Apply(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // What stood beside a number can hide it; once that is gone, another look may find more. Texts settle at once but for contrived ones.
        for (var look = 0; look < MaxLooks && text.Length > 0; look++)
        {
            var replaced = Replace(text);
            if (replaced == text)
                break;
            text = replaced;
        }
        return text;
    }

    private string Replace(string text)
    {
        var spans = PersonalDataScan.Find(text);
        _learned ??= _learning?.Build();
        NameScan.Find(text, _known, "k", spans);
        Sort(spans);
        if (_learned is not null)
        {
            NameScan.Find(text, _learned, "l", spans);
            Sort(spans);
        }
        if (spans.Count == 0)
            return text;
        var result = new StringBuilder(text.Length);
        var end = 0;
        foreach (var span in spans)
        {
            result.Append(text, end, span.Start - end).Append('[').Append(span.Kind).Append(' ')
                .Append(Number(span.Kind, span.Identity).ToString(CultureInfo.InvariantCulture)).Append(']');
            end = span.Start + span.Length;
        }
        return result.Append(text, end, text.Length - end).ToString();
    }

    private static void Sort(List<PersonalSpan> spans) => spans.Sort(static (left, right) => left.Start.CompareTo(right.Start));

    private int Number(string kind, string identity)
    {
        var key = $"{kind} {identity}";
        if (_numbers.TryGetValue(key, out var number))
            return number;
        _counts[kind] = number = _counts.GetValueOrDefault(kind) + 1;
        return _numbers[key] = number;
    }
}

/// <summary>A place in a text that holds personal data; those of one text never overlap.</summary>
/// <param name="Start">First character.</param>
/// <param name="Length">Number of characters.</param>
/// <param name="Kind">What the placeholder calls it.</param>
/// <param name="Identity">The value in a form in which equal values are equal.</param>
internal readonly record struct PersonalSpan(int Start, int Length, string Kind, string Identity);
