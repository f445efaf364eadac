using System.Buffers;
using CrmSync.Pipeline.Classification.Rules;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Segments.Packs;

/// <summary>
/// Sees whether a text is addressed to a machine that reads it. A sensible model does not obey marked data; this keeps such words out of packs and prompts for the model that does all the
/// same. Linear in the length of the text.
/// </summary>
internal static class MachineOrders
{
    private static readonly SearchValues<string> Phrases = SearchValues.Create(
        [
            "previous instructions", "prior instructions", "above instructions", "earlier instructions", "your instructions", "these instructions override", "ignore all", "ignore previous", "ignore your", "disregard all", "disregard previous",
            "disregard your", "forget all", "forget your", "system prompt", "system message", "you are now a", "respond only with", "reply only with", "answer only with", "output only", "ignoriere alle", "ignoriere deine", "vergiss alle",
            "ignorez toutes", "ignorez vos", "ignora las", "ignora tus", "<data", "</data",
        ],
        StringComparison.OrdinalIgnoreCase);

    private static readonly string[] Roles = ["system:", "assistant:", "developer:", "[system]", "<system"];

    /// <summary>Whether a text gives orders to a machine.</summary>
    public static bool AreIn(ReadOnlySpan<char> text)
    {
        var start = text.TrimStart();
        foreach (var role in Roles)
        {
            if (start.StartsWith(role, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return text.ContainsAny(Phrases);
    }

    /// <summary>Whether a text gives orders, hides something that counts for nothing elsewhere either, or leads away; slower, for the few texts that a prompt or a pack is to hold.</summary>
    public static bool IsHostile(string text)
    {
        if (AreIn(text) || text.Contains("://", StringComparison.Ordinal) || text.Contains("www.", StringComparison.OrdinalIgnoreCase) || text.Contains("](", StringComparison.Ordinal))
            return true;
        var content = new ActivityContent(ActivityType.Note, "", text, CrmEvidence.None);
        return VoidFinder.Shipped.Read(content, ActivityZoner.Zone(content)).WasHostile;
    }
}
