namespace CrmSync.Pipeline.Segments.Packs;

/// <summary>The words of a pack that help somebody else to understand a text of one of its accounts.</summary>
public static class PackVocabulary
{
    /// <summary>The most words of one pack.</summary>
    public const int Most = 12;

    private const int LongestWord = 40;

    /// <summary>The expressions of the pack's vocabulary, the most important first: what waits for a person is left out, as is what is no expression but a sentence.</summary>
    public static IReadOnlyList<string> Of(Pack pack)
    {
        ArgumentNullException.ThrowIfNull(pack);
        return
        [
            .. pack.Live.Where(line => line.Section == PackSection.Vocabulary && !line.NeedsPerson && line.Topic.Length is > 0 and <= LongestWord)
                .OrderBy(line => line.Tier).Select(line => line.Topic).Distinct(StringComparer.Ordinal).Take(Most),
        ];
    }
}
