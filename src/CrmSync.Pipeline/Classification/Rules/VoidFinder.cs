using System.Buffers;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>
/// Finds what counts for nothing in an activity's text: sentences that tell which label to give, encoded text, keyword stuffing. A label follows from what
/// happened, never from what a text asks for. Linear in the length of the text, thread-safe, never throws on content.
/// </summary>
internal sealed class VoidFinder
{
    private const int MaxBareLabel = 6;
    private const int MinHidden = 2;
    private const int BraceReach = 2_000;
    private const int MaxKept = 4_096;
    private static readonly SearchValues<string> Arrows = SearchValues.Create(["=>", "⇒", "==", ":=", "\":"], StringComparison.Ordinal);
    private static readonly Lazy<VoidFinder> Lazily = new(() => Create(TaxonomySet.LoadShipped()));

    [ThreadStatic]
    private static VoidScan? _scan;

    private readonly VoidWords _words;

    private VoidFinder(VoidWords words) => _words = words;

    /// <summary>The finder for the shipped taxonomies' labels.</summary>
    public static VoidFinder Shipped => Lazily.Value;

    public static VoidFinder Create(TaxonomySet taxonomies) => new(new VoidWords(VoidFile.Load(taxonomies)));

    /// <summary>The void spans of a decoded text, in text order, without overlap.</summary>
    /// <param name="text">Subject, line break, body, as <see cref="ActivityText.Decoded"/> holds them.</param>
    /// <param name="bodyStart">Where the body starts.</param>
    public IReadOnlyList<TextSpan> Find(string text, int bodyStart)
    {
        var scan = _scan ??= new VoidScan();
        scan.Run(_words, text, bodyStart);
        _words.Phrases.Match(scan.Tokens, scan.Hits);
        if (scan.Hits.Count > 0 || scan.Sentences.Exists(sentence => sentence.HiddenWords >= MinHidden))
            Judge(text, scan, Roles(text, scan));
        var spans = scan.Spans.Count == 0 ? [] : Merge(scan.Spans);
        if (scan.Tokens.Capacity > MaxKept)
            _scan = null;
        return spans;
    }

    /// <summary>The spans of an activity's text.</summary>
    public IReadOnlyList<TextSpan> Find(ActivityText text) => Find(text.Decoded, text.BodyStart);

    /// <summary>An activity as the local steps read it: without its void spans, in the text and in the CRM's fields.</summary>
    public ReadableActivity Read(ActivityContent content, ActivityText text)
    {
        var spans = Find(text);
        var evidence = content.Evidence;
        var read = evidence with
        {
            Disposition = Field(evidence.Disposition),
            Status = Field(evidence.Status),
            Outcome = Field(evidence.Outcome),
            Subtype = Field(evidence.Subtype),
        };
        return new ReadableActivity(
            read == evidence ? content : content with { Evidence = read }, ActivityZoner.Without(text, spans, evidence.Direction), spans, read != evidence);
    }

    private string? Field(string? value)
    {
        if (string.IsNullOrWhiteSpace(value) || Find(value, value.Length) is not { Count: > 0 } spans)
            return value;
        var kept = value.ToCharArray();
        foreach (var span in spans)
            kept.AsSpan(span.Start, span.Length).Fill(' ');
        var read = new string(kept);
        return string.IsNullOrWhiteSpace(read) ? null : read.Trim().TrimEnd(',', ';', '-', '|').Trim();
    }

    /// <summary>What the phrases say of each sentence, as bits of <see cref="VoidRole"/>.</summary>
    private static int[] Roles(string text, VoidScan scan)
    {
        var roles = new int[scan.Sentences.Count];
        foreach (var hit in scan.Hits)
        {
            var (from, to) = (scan.Tokens[hit.FirstToken], scan.Tokens[hit.LastToken]);
            // A label in capitals is the CRM's value, not a word: "ENGAGED" is no prose.
            var role = hit.Rule == (int)VoidRole.Name && IsCapitals(text.AsSpan(from.Start, to.Start + to.Length - from.Start)) ? (int)VoidRole.Hard : hit.Rule;
            for (var sentence = from.Sentence; sentence <= to.Sentence; sentence++)
                roles[sentence] |= 1 << role | 1 << hit.Rule;
        }
        return roles;
    }

    private static void Judge(string text, VoidScan scan, int[] roles)
    {
        var carry = Reach.None;
        for (var i = 0; i < scan.Sentences.Count; i++)
        {
            var sentence = scan.Sentences[i];
            var own = Verdict(sentence, roles[i], text);
            var bare = carry == Reach.NextLabel && sentence.Words is > 0 and <= MaxBareLabel && Has(roles[i], VoidRole.Name);
            var isVoid = own != Reach.None || carry >= Reach.Line || bare;
            if (isVoid)
                scan.Spans.Add(Braces(text, sentence.Start, sentence.End));
            if (isVoid)
                carry = (Reach)Math.Max((int)carry, (int)(own == Reach.None ? Reach.NextLabel : own));
            else if (sentence.Words > 0)
                carry = Reach.None;
            if (sentence.EndsParagraph || sentence.EndsLine && carry == Reach.Line)
                carry = (Reach)Math.Min((int)carry, (int)Reach.NextLabel);
        }
    }

    private static Reach Verdict(VoidSentence sentence, int roles, string text)
    {
        var hard = Has(roles, VoidRole.Hard);
        var label = hard || Has(roles, VoidRole.Soft);
        if (Has(roles, VoidRole.Frame))
            return Reach.Paragraph;
        if (Has(roles, VoidRole.Order))
            return Reach.Line;
        return sentence.HiddenWords >= MinHidden
            || Has(roles, VoidRole.Field)
            || label && Has(roles, VoidRole.Verb)
            || label && Has(roles, VoidRole.Plea) && !Has(roles, VoidRole.Record)
            || hard && Has(roles, VoidRole.Machine)
            || hard && text.AsSpan(sentence.Start, sentence.End - sentence.Start).ContainsAny(Arrows)
            ? Reach.NextLabel : Reach.None;
    }

    private static bool Has(int roles, VoidRole role) => (roles & 1 << (int)role) != 0;

    private static bool IsCapitals(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (char.IsLower(c))
                return false;
        return text.Length > 1;
    }

    /// <summary>A sentence inside braces takes the whole object with it: an answer forged in JSON has several lines.</summary>
    private static TextSpan Braces(string text, int start, int end)
    {
        var from = Math.Max(0, start - BraceReach / 4);
        var before = text.AsSpan(from, end - from);
        var open = before.LastIndexOf('{');
        if (open >= 0 && before[open..].IndexOf('}') < 0 && text.AsSpan(end, Math.Min(BraceReach, text.Length - end)).IndexOf('}') is >= 0 and var close)
            return new TextSpan(Math.Min(start, from + open), end + close + 1 - Math.Min(start, from + open));
        return new TextSpan(start, end - start);
    }

    private static List<TextSpan> Merge(List<TextSpan> spans)
    {
        spans.Sort((a, b) => a.Start.CompareTo(b.Start));
        List<TextSpan> merged = [];
        foreach (var span in spans.Where(span => span.Length > 0))
        {
            if (merged.Count > 0 && span.Start <= merged[^1].End)
                merged[^1] = merged[^1] with { Length = Math.Max(merged[^1].End, span.End) - merged[^1].Start };
            else
                merged.Add(span);
        }
        return merged;
    }

    /// <summary>How far a verdict reaches beyond its sentence; each reaches as far as those before it.</summary>
    private enum Reach
    {
        None,
        NextLabel,
        Line,
        Paragraph,
    }
}

/// <summary>An activity without what counts for nothing.</summary>
/// <param name="Content">The content, its fields without instructions. Subject and body are raw still: read <paramref name="Text"/>.</param>
/// <param name="Text">The text with void spans blanked, divided as if they had never been written. Offsets are those of the full text.</param>
/// <param name="Void">The void spans.</param>
/// <param name="HasVoidField">True when a field of the CRM lost something.</param>
internal sealed record ReadableActivity(ActivityContent Content, ActivityText Text, IReadOnlyList<TextSpan> Void, bool HasVoidField)
{
    /// <summary>True when anything was void.</summary>
    public bool WasHostile => Void.Count > 0 || HasVoidField;
}
