using System.Runtime.InteropServices;

namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>The hashed features of one activity, each with the token that gave it. Reused from activity to activity: not thread-safe.</summary>
internal sealed class FeatureList
{
    private readonly List<Feature> _items = new(2_048);

    /// <summary>Features in the order of the text, structural ones first; the same hash may stand several times.</summary>
    public ReadOnlySpan<Feature> Items => CollectionsMarshal.AsSpan(_items);

    public void Add(FeatureKind kind, uint hash, int token) => _items.Add(new Feature(FeatureHash.Of(kind, hash), token, kind));

    public void Clear() => _items.Clear();
}

/// <summary>One hashed feature.</summary>
/// <param name="Hash">32 bits; two features that share one are one feature to the model.</param>
/// <param name="Token">Index of the token that gave it; -1 for structure.</param>
/// <param name="Kind">What it is.</param>
internal readonly record struct Feature(uint Hash, int Token, FeatureKind Kind);

/// <summary>What a feature looks at. The numbers are part of the model file format; those that are missing were tried, brought nothing (decision 0009) and stay unused.</summary>
internal enum FeatureKind
{
    /// <summary>A structural fact holds.</summary>
    Fact = 1,

    /// <summary>A rule fired.</summary>
    Rule = 2,

    /// <summary>A word of subject or new text.</summary>
    Word = 3,

    /// <summary>Two words in a row.</summary>
    Pair = 4,

    /// <summary>A word with the zone it stands in.</summary>
    Zoned = 6,

    /// <summary>A word shortly after a negation, plan or condition.</summary>
    Negated = 7,

    /// <summary>One of the first words of the new text.</summary>
    Opening = 10,

    /// <summary>A word of a quoted turn.</summary>
    QuotedWord = 11,

    /// <summary>Two words in a row of a quoted turn.</summary>
    QuotedPair = 12,

    /// <summary>What a word means (<see cref="Rules.Concepts"/>).</summary>
    Concept = 15,

    /// <summary>A concept with the zone it stands in.</summary>
    ZonedConcept = 16,

    /// <summary>The concept of the first word of a sentence.</summary>
    OpeningConcept = 17,

    /// <summary>Two concepts of a sentence, one after the other, whatever stands between them.</summary>
    ConceptPair = 18,
}

/// <summary>Hashes of features. Part of the model file format: test vectors stand in the tests.</summary>
internal static class FeatureHash
{
    /// <summary>The hash of a feature of a kind.</summary>
    public static uint Of(FeatureKind kind, uint content)
    {
        unchecked
        {
            // The finaliser of MurmurHash3 (public domain): every input bit moves every output bit.
            var hash = content ^ ((uint)kind * 0x9E3779B1);
            hash = (hash ^ (hash >> 16)) * 0x85EBCA6B;
            hash = (hash ^ (hash >> 13)) * 0xC2B2AE35;
            return hash ^ (hash >> 16);
        }
    }
}
