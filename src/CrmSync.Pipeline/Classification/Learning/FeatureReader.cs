using System.Runtime.InteropServices;
using CrmSync.Pipeline.Classification.Rules;

namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>
/// Turns the rules' reading of an activity into features: structural facts and rules that fired, and words with what stands around them. Which words
/// and how far was chosen by validation over writers (decision 0009). Linear in the number of tokens.
/// </summary>
internal static class FeatureReader
{
    /// <summary>Words of subject and body that are looked at; more of a long text adds no evidence, only time.</summary>
    private const int MaxWords = 1_500;

    private const int NegationReach = 4;
    private const int OpeningWords = 8;

    /// <summary>Words of which it is remembered that the text had them before; a power of two.</summary>
    private const int Remembered = 256;

    /// <summary>Adds all features of a reading.</summary>
    public static void Read(ActivityReading reading, RuleSet rules, FeatureList features)
    {
        foreach (var fact in Facts)
            if (reading.Facts.HasAll(FactSet.Of((int)fact)))
                features.Add(FeatureKind.Fact, (uint)fact, -1);
        // That somebody tried to give orders is no evidence either, or the attempt itself would move the label.
        foreach (var fired in reading.Fired)
            if (!fired.Rule.IsVoid)
                features.Add(FeatureKind.Rule, fired.Rule.Hash, -1);
        ReadWords(reading, rules, features);
    }

    private static readonly StructuralFact[] Facts = Enum.GetValues<StructuralFact>();

    private static void ReadWords(ActivityReading reading, RuleSet rules, FeatureList features)
    {
        var tokens = CollectionsMarshal.AsSpan(reading.Tokens);
        uint previous = WordHash.Begin, meant = 0;
        // A feature counts once. Of a word that its zone had before, those that tell of nothing around it are known: a third of all words need no second look-up.
        Span<uint> had = stackalloc uint[Remembered];
        had.Clear();
        int sentence = -1, sinceNegation = int.MaxValue, opening = 0;
        var place = RulePlaces.None;
        for (int i = 0, words = 0; i < tokens.Length && words < MaxWords; i++)
        {
            ref readonly var token = ref tokens[i];
            if (token.Word == Vocabulary.Begin || token.Place != place || token.Sentence != sentence)
            {
                (place, sentence, previous, sinceNegation, meant) = (token.Place, token.Sentence, WordHash.Begin, int.MaxValue, 0);
                if (token.Word == Vocabulary.Begin)
                    continue;
            }
            if (place is RulePlaces.Footer or RulePlaces.Field)
                continue;
            words++;
            var word = token.Hash;
            var quoted = place is RulePlaces.Theirs or RulePlaces.Ours;
            sinceNegation = rules.Negators.Contains(token.Word) || rules.Hypotheticals.Contains(token.Word) ? 0
                : sinceNegation == int.MaxValue ? sinceNegation : sinceNegation + 1;

            var zoned = WordHash.Combine((uint)place, word);
            ref var remembered = ref had[(int)(zoned % Remembered)];
            var isNew = remembered != zoned;
            remembered = zoned;
            if (isNew)
                features.Add(quoted ? FeatureKind.QuotedWord : FeatureKind.Word, word, i);
            features.Add(quoted ? FeatureKind.QuotedPair : FeatureKind.Pair, WordHash.Combine(previous, word), i);
            if (isNew)
                features.Add(FeatureKind.Zoned, zoned, i);
            if (sinceNegation is > 0 and <= NegationReach)
                features.Add(FeatureKind.Negated, word, i);
            if (place == RulePlaces.New && opening++ < OpeningWords)
                features.Add(FeatureKind.Opening, word, i);
            ReadConcepts(rules.Concepts, token, i, isNew, previous == WordHash.Begin, ref meant, features);
            previous = word;
        }
    }

    /// <summary>Adds what a word means, alone and after <paramref name="last"/>, the last meaning of its sentence (0 for none).</summary>
    private static void ReadConcepts(Concepts concepts, in Token token, int index, bool isNew, bool opens, ref uint last, FeatureList features)
    {
        var left = concepts.Of(token.Word);
        // A word that opens a sentence has its capital for that.
        if (left == 0 && (opens || !token.IsNamelike))
            return;
        var likeliest = 0u;
        do
        {
            var concept = left == 0 ? Concepts.Name : concepts.Next(ref left);
            likeliest = likeliest == 0 ? concept : likeliest;
            // The same word may be a name here and none there.
            if (isNew || concept == Concepts.Name)
            {
                features.Add(FeatureKind.Concept, concept, index);
                features.Add(FeatureKind.ZonedConcept, WordHash.Combine((uint)token.Place, concept), index);
            }
            if (opens)
                features.Add(FeatureKind.OpeningConcept, concept, index);
            if (last != 0)
                features.Add(FeatureKind.ConceptPair, WordHash.Combine(last, concept), index);
        }
        while (left != 0);
        last = likeliest;
    }
}
