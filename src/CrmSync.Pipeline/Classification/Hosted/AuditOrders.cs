using System.Buffers;
using CrmSync.Pipeline.Classification.Rules;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Classification.Hosted;

/// <summary>
/// Sees whether a text orders a label: a word of command and, shortly after it, one of the values. Marking keeps a sensible model from obeying; this
/// is for the model that obeys all the same. Linear in the length of the text.
/// </summary>
internal static class AuditOrders
{
    private const int Reach = 240;

    private static readonly SearchValues<string> Commands = SearchValues.Create(
        [
            "ignore", "disregard", "forget", "override", "overrule", "system:", "system message", "system prompt", "assistant:", "developer:", "instruction", "new rule", "you must",
            "label", "classif", "categori", "mark this", "mark it", "tag this", "reply with", "answer with", "respond with", "output",
            "ignorier", "vergiss", "antworte", "klassifizier", "einstufen", "ignora", "olvida", "responde", "clasific", "etiquet", "ignorez", "oubliez", "répond", "classe", "étiquet",
            "ignorar", "esqueça", "rotul", "negeer", "vergeet", "zignoruj", "oznacz", "dimentica", "rispondi", "игнорируй", "забудь", "ответь", "忽略", "标记", "無視", "ラベル", "무시", "تجاهل",
        ],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether an activity orders any of a taxonomy's answers, or holds anything else that counts for nothing in the local steps.</summary>
    public static bool AreIn(AuditItem item, Taxonomy taxonomy)
    {
        foreach (var label in taxonomy.Labels)
        {
            if (Demand(item.Text, label.Value))
                return true;
        }
        return taxonomy.Abstains && Demand(item.Text, AuditInstructions.AbstainWord(taxonomy)) || VoidFinder.Shipped.Read(item.Content, item.Text).WasHostile;
    }

    /// <summary>Whether an activity orders this answer: by a word of command, or in a stretch or field that counts for nothing in the local steps.</summary>
    public static bool Demand(AuditItem item, string value)
    {
        if (Demand(item.Text, value))
            return true;
        var read = VoidFinder.Shipped.Read(item.Content, item.Text);
        var evidence = item.Content.Evidence;
        return read.Void.Any(span => Holds(item.Text.Decoded.AsSpan(span.Start, span.Length), value))
            || read.HasVoidField && new[] { evidence.Disposition, evidence.Status, evidence.Outcome, evidence.Subtype }.Any(field => Holds(field, value));
    }

    private static bool Holds(ReadOnlySpan<char> text, string value) => text.Contains(value, StringComparison.OrdinalIgnoreCase)
        || text.Contains(value.Replace(' ', '_'), StringComparison.OrdinalIgnoreCase) || text.Contains(value.Replace(' ', '-'), StringComparison.OrdinalIgnoreCase);

    private static bool Demand(ActivityText text, string value)
    {
        var decoded = text.Decoded.AsSpan();
        for (var at = decoded.IndexOfAny(Commands); at >= 0;)
        {
            var reach = decoded.Slice(at, Math.Min(Reach, decoded.Length - at));
            if (Names(reach, value))
                return true;
            // Reaches overlap by half, so that none misses a value and a text of nothing but commands stays linear.
            var from = Math.Min(at + (Reach / 2), decoded.Length);
            var next = decoded[from..].IndexOfAny(Commands);
            at = next < 0 ? -1 : from + next;
        }
        return false;
    }

    private static bool Names(ReadOnlySpan<char> text, string value)
    {
        for (var from = 0; from < text.Length;)
        {
            var at = text[from..].IndexOf(value, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
                return false;
            var start = from + at;
            var end = start + value.Length;
            if ((start == 0 || !char.IsLetterOrDigit(text[start - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end])))
                return true;
            from = start + 1;
        }
        return false;
    }
}
