using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Rules;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Classification;

public sealed class TenseAndNegationTests
{
    private static readonly RulesStep Step = RulesStep.Create(TaxonomySet.LoadShipped());

    [Theory]
    [InlineData("Showed the planner to Ola.", "shown", true)]
    [InlineData("The planner was not shown to Ola.", "shown", false)]
    [InlineData("We will have it demoed next week.", "shown", false)]
    [InlineData("Not a good day. Showed the planner to Ola.", "shown", true)]
    [InlineData("Ola signed the order form.", "signed", true)]
    [InlineData("Ola has not signed.", "signed", false)]
    [InlineData("Once signed we can start.", "signed", false)]
    [InlineData("Noch nicht unterschrieben.", "signed", false)]
    [InlineData("Pas encore signé.", "signed", false)]
    [InlineData("PO received this morning.", "purchase-order", true)]
    [InlineData("No PO yet.", "purchase-order", false)]
    [InlineData("Spoke with Ola.", "reached-weak", true)]
    [InlineData("Never spoke with Ola.", "reached-weak", false)]
    public void Fire_PhraseUnderNegationOrPlan_DoesNotCount(string body, string rule, bool fires)
    {
        var content = new ActivityContent(ActivityType.Note, "", body, CrmEvidence.None);

        Step.Fire(content, ActivityZoner.Zone(content)).Any(fired => fired.Rule.Id == rule).ShouldBe(fires);
    }

    [Fact]
    public void Decide_DraftSentForSignature_IsNotWon()
    {
        var decisions = Cascade.CreateDefault().Decide(new ActivityContent(
            ActivityType.Email, "Order form for signature", "Hi Ola,\n\nhere is the order form for signature, as discussed. Not signed by us yet.\n\nPiet",
            new CrmEvidence { Direction = ActivityDirection.Outbound }));

        decisions[1].Label.ShouldNotBe("closed-won");
    }
}
