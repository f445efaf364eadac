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
        var tokens = reading.Tokens;
        var begin = WordHashes.Begin.Word;
        uint previous = begin, before = begin, person = 0;
        int sentence = -1, sinceNegation = int.MaxValue, opening = 0;
        var place = RulePlaces.None;
        for (int i = 0, words = 0; i < tokens.Count && words < MaxWords; i++)
        {
            var token = tokens[i];
            if (token.Word == Vocabulary.Begin || token.Place != place || token.Sentence != sentence)
            {
                (place, sentence, previous, before, person, sinceNegation) = (token.Place, token.Sentence, begin, begin, 0, int.MaxValue);
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
            (before, previous) = (previous, word);
        }
    }
}
