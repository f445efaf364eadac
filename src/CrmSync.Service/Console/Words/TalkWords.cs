using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Pipeline.Segments.Packs;

namespace CrmSync.Service.Console.Words;

/// <summary>Words about briefs and conversations.</summary>
internal static class TalkWords
{
    private static readonly Texts T = Texts.Of(typeof(TalkWords));

    /// <summary>The heading of a part of a brief.</summary>
    public static string Part(BriefPart part) => part switch
    {
        BriefPart.TalkingPoint => T["TalkingPoints"],
        BriefPart.Question => T["Questions"],
        BriefPart.Risk => T["Risks"],
        BriefPart.Background => T["Background"],
        _ => part.ToString(),
    };

    /// <summary>A tier in a few words.</summary>
    public static string Tier(PackTier tier) => tier switch
    {
        PackTier.Critical => T["Critical"],
        PackTier.Common => T["Common"],
        PackTier.Edge => T["Edge"],
        _ => tier.ToString(),
    };
}
