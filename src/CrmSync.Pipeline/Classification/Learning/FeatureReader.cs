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
    private const int MinPersonWord = 3;

    private static readonly uint Name = WordHashes.Of("@name").Word;
    private static readonly uint OpeningName = WordHashes.Of("@first").Word;

    private static readonly HashSet<uint> Persons =
        [.. "i we he she they you ich wir er sie je nous il elle ils on yo ella ellos hij zij ze wij".Split(' ').Select(word => WordHashes.Of(word).Word)];

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
        var begin = WordHashes.Begin.Word;
        uint previous = begin, before = begin, person = 0;
        var meant = default(Meant);
        int sentence = -1, sinceNegation = int.MaxValue, opening = 0;
        var place = RulePlaces.None;
        for (int i = 0, words = 0; i < tokens.Length && words < MaxWords; i++)
        {
            ref readonly var token = ref tokens[i];
            if (token.Word == Vocabulary.Begin || token.Place != place || token.Sentence != sentence)
            {
                (place, sentence, previous, before, person, sinceNegation, meant) = (token.Place, token.Sentence, begin, begin, 0, int.MaxValue, default);
                if (token.Word == Vocabulary.Begin)
                    continue;
            }
            if (place is RulePlaces.Footer or RulePlaces.Field)
                continue;
            words++;
            var word = token.Hashes.Word;
            var quoted = place is RulePlaces.Theirs or RulePlaces.Ours;
            sinceNegation = token.Word != Vocabulary.Unknown && (rules.Negators.Contains(token.Word) || rules.Hypotheticals.Contains(token.Word)) ? 0
                : sinceNegation == int.MaxValue ? sinceNegation : sinceNegation + 1;

            features.Add(quoted ? FeatureKind.QuotedWord : FeatureKind.Word, word, i);
            features.Add(quoted ? FeatureKind.QuotedPair : FeatureKind.Pair, WordHashes.Combine(previous, word), i);
            if (before != begin)
                features.Add(quoted ? FeatureKind.QuotedGap : FeatureKind.Gap, WordHashes.Combine(before, word), i);
            features.Add(FeatureKind.Zoned, WordHashes.Combine((uint)place, word), i);
            if (sinceNegation is > 0 and <= NegationReach)
                features.Add(FeatureKind.Negated, word, i);
            if (token.Hashes.Stem != 0)
                features.Add(quoted ? FeatureKind.QuotedStem : FeatureKind.Stem, token.Hashes.Stem, i);
            if (place == RulePlaces.New && opening++ < OpeningWords)
                features.Add(FeatureKind.Opening, word, i);
            // "Judy asked" and "she asked" tell the same, whoever Judy is; a word that opens a sentence may be no name, so it counts apart.
            if (token.IsNamelike)
            {
                person = previous == begin ? OpeningName : Name;
                features.Add(FeatureKind.Person, person, i);
            }
            if (Persons.Contains(word))
                person = word;
            else if (person != 0 && token.Hashes.Length >= MinPersonWord)
                features.Add(FeatureKind.Person, WordHashes.Combine(person, token.Hashes.Root), i);
            ReadConcepts(rules.Concepts, token, i, previous == begin, ref meant, features);
            (before, previous) = (previous, word);
        }
    }

    /// <summary>Adds what a word means, alone and after the last meanings of its sentence.</summary>
    private static void ReadConcepts(Concepts concepts, in Token token, int index, bool opens, ref Meant meant, FeatureList features)
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
            features.Add(FeatureKind.Concept, concept, index);
            features.Add(FeatureKind.ZonedConcept, WordHashes.Combine((uint)token.Place, concept), index);
            if (opens)
                features.Add(FeatureKind.OpeningConcept, concept, index);
            if (meant.Last != 0)
                features.Add(FeatureKind.ConceptPair, WordHashes.Combine(meant.Last, concept), index);
            if (meant.Before != 0)
                features.Add(FeatureKind.ConceptTriple, WordHashes.Combine(WordHashes.Combine(meant.Before, meant.Last), concept), index);
        }
        while (left != 0);
        meant = new Meant(meant.Last, likeliest);
    }

    /// <summary>The last two concepts of a sentence; 0 for none.</summary>
    private readonly record struct Meant(uint Before, uint Last);
}
