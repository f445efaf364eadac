using CrmSync.Pipeline.Classification.Rules;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Classification;

public sealed class RuleExampleTests
{
    private static readonly RulesStep Step = RulesStep.Create(TaxonomySet.LoadShipped());

    public static TheoryData<string> Ids => [.. Step.Rules.Rules.Select(rule => rule.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Fire_OwnExample_Fires(string id)
    {
        var rule = Step.Rules.Rules.Single(rule => rule.Id == id);
        rule.Example.ShouldNotBeNull();

        var fired = Step.Fire(rule.Example, ActivityZoner.Zone(rule.Example));

        fired.Select(one => one.Rule.Id).ShouldContain(id);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Rule_Sentence_IsOnePlainSentence(string id)
    {
        var sentence = Step.Rules.Rules.Single(rule => rule.Id == id).Sentence;

        sentence.ShouldEndWith(".");
        sentence.ShouldNotContain("\n");
        sentence.Length.ShouldBeLessThan(140);
    }

    [Fact]
    public void Fire_PhraseInText_PointsAtIt()
    {
        var rule = Step.Rules.Rules.Single(rule => rule.Id == "contract-terms");
        var text = ActivityZoner.Zone(rule.Example!);

        var fired = Step.Fire(rule.Example!, text).Single(one => one.Rule.Id == "contract-terms");

        text.Decoded.Substring(fired.Start!.Value, fired.Length!.Value).ShouldBe("liability");
    }

    [Fact]
    public void Load_Ids_AreSlugs() => Step.Rules.Rules.ShouldAllBe(rule => rule.Id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'));
}
