using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Classification.Rules;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Classification.Learning;

/// <summary>What words mean: the same in every language, and stable, because the names are hashed into stored models.</summary>
public sealed class ConceptTests
{
    private static readonly RulesStep Rules = RulesStep.Create(TaxonomySet.LoadShipped());

    [Theory]
    [InlineData("signed", "unterschrieben")]
    [InlineData("signed", "getekend")]
    [InlineData("discount", "rabatt")]
    [InlineData("brochure", "prospekt")]
    [InlineData("declined", "rechazado")]
    public void Of_WordsOfTwoLanguages_ShareTheLikeliestConcept(string english, string foreign) => First(english).ShouldBe(First(foreign));

    [Fact]
    public void Of_WordsOfDifferentMeaning_Differ() => First("signed").ShouldNotBe(First("discount"));

    [Theory]
    [InlineData("tallyfern")]
    [InlineData("the")]
    public void Of_WordWithoutMeaning_HasNone(string word) => Rules.Rules.Concepts.Of(Rules.Rules.Vocabulary.Find(word)).ShouldBe(0u);

    [Fact]
    public void Next_WordOfSeveralConcepts_GivesEachOnce()
    {
        var left = Rules.Rules.Concepts.Of(Rules.Rules.Vocabulary.Find("cut"));
        List<uint> taken = [];
        while (left != 0)
            taken.Add(Rules.Rules.Concepts.Next(ref left));

        taken.ShouldBe([WordHash.Of("bargains"), WordHash.Of("pitch")]);
    }

    [Fact]
    public void Read_SameStoryInOtherWords_SharesItsConceptPairs()
    {
        var english = Pairs("She signed the contract yesterday.");
        var german = Pairs("Sie hat den Vertrag unterschrieben, wir schicken den Vertrag.");

        english.ShouldContain(WordHash.Combine(WordHash.Of("signs"), WordHash.Of("contract")));
        german.ShouldContain(WordHash.Combine(WordHash.Of("contract"), WordHash.Of("signs")));
        german.ShouldContain(WordHash.Combine(WordHash.Of("sends"), WordHash.Of("contract")));
    }

    [Fact]
    public void Read_ConceptsOfTwoSentences_MakeNoPair() =>
        Pairs("It was signed. Contract below.").ShouldNotContain(WordHash.Combine(WordHash.Of("signs"), WordHash.Of("contract")));

    [Fact]
    public void Read_NameInsideASentence_CountsAsOne() =>
        Pairs("Then Ottoline signed.").ShouldContain(WordHash.Combine(Concepts.Name, WordHash.Of("signs")));

    private static uint First(string word)
    {
        var left = Rules.Rules.Concepts.Of(Rules.Rules.Vocabulary.Find(word));
        left.ShouldNotBe(0u, word);
        return Rules.Rules.Concepts.Next(ref left);
    }

    /// <summary>Undoes the hash of the kind by looking for every pair of known concepts.</summary>
    private static List<uint> Pairs(string body)
    {
        var content = new ActivityContent(ActivityType.Note, "", body, new CrmEvidence());
        var features = new FeatureList();
        FeatureReader.Read(Rules.Read(content, ActivityZoner.Zone(content)), Rules.Rules, features);
        HashSet<uint> hashes = [.. features.Items.ToArray().Where(feature => feature.Kind == FeatureKind.ConceptPair).Select(feature => feature.Hash)];
        uint[] known = [Concepts.Name, .. "signs contract sends third-person past addressed ourselves".Split(' ').Select(name => WordHash.Of(name))];
        return [.. known.SelectMany(first => known.Select(second => WordHash.Combine(first, second))).Where(pair => hashes.Contains(FeatureHash.Of(FeatureKind.ConceptPair, pair)))];
    }
}
