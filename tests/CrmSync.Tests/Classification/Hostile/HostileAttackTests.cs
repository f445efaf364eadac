using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Classification.Hostile;

/// <summary>
/// Every attack of <c>attacks.jsonl</c> against the local cascade. Families named "unseen wording" were written after the defences and only measured.
/// </summary>
public sealed class HostileAttackTests
{
    private const double MostFlips = 0.02;
    private static readonly TaxonomySet Taxonomies = TaxonomySet.LoadShipped();
    private static readonly Lazy<LocalModel> Model = new(() => LocalModel.LoadShipped());

    public static TheoryData<bool> Cascades => [false, true];

    [Theory]
    [MemberData(nameof(Cascades))]
    public void Decide_AllAttacks_FlipAtMostTwoPercent(bool withModel)
    {
        var outcome = Outcome.Of(Create(TextDefences.All, withModel));

        outcome.FlipRate.ShouldBeLessThanOrEqualTo(MostFlips, outcome.ToString());
        outcome.Changed.Count.ShouldBeLessThanOrEqualTo(HostileAttack.All.Count * 3 / 100, outcome.ToString());
        TestContext.Current.TestOutputHelper?.WriteLine(outcome.ToString());
    }

    [Theory]
    [MemberData(nameof(Cascades))]
    public void Decide_HiddenHtml_ChangesNothingAtAll(bool withModel)
    {
        var cascade = Create(TextDefences.All, withModel);

        foreach (var attack in HostileAttack.All.Where(attack => attack.IsHidden))
            Whole(cascade.Decide(attack.Attacked)).ShouldBe(Whole(cascade.Decide(attack.Innocent)), attack.Id);
    }

    [Theory]
    [MemberData(nameof(Cascades))]
    public void Decide_WithoutDefences_AttacksFlip(bool withModel) => Outcome.Of(Create(TextDefences.None, withModel)).FlipRate.ShouldBeGreaterThan(MostFlips);

    [Theory]
    [InlineData("hidden ")]
    [InlineData("blinding")]
    [InlineData("language")]
    [InlineData("stuffing")]
    public void Decide_WithoutDefences_FamilyMovesDecisions(string family)
    {
        var (with, without) = (Create(TextDefences.All, withModel: true), Create(TextDefences.None, withModel: true));
        HostileAttack[] attacks = [.. HostileAttack.All.Where(attack => attack.Family.StartsWith(family, StringComparison.Ordinal))];

        Moved(without, attacks).ShouldBeGreaterThan(Moved(with, attacks));
    }

    [Theory]
    [InlineData(false, true, true)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    public void Decide_WithoutOneDefence_MoreChanges(bool hidden, bool voids, bool homoglyphs)
    {
        var all = Outcome.Of(Create(TextDefences.All, withModel: true));

        Outcome.Of(Create(new TextDefences(hidden, voids, homoglyphs), withModel: true)).Changed.Count.ShouldBeGreaterThan(all.Changed.Count);
    }

    [Fact]
    public void Attacks_CoverWhatTheyShould()
    {
        var attacks = HostileAttack.All;

        attacks.Count.ShouldBeGreaterThanOrEqualTo(140);
        attacks.Select(attack => attack.Id).ShouldBeUnique();
        attacks.Where(attack => attack.Language is not null).Select(attack => attack.Language).Distinct().Count().ShouldBeGreaterThanOrEqualTo(8);
        attacks.ShouldAllBe(attack => Taxonomies[attack.WantedTaxonomy].Find(attack.WantedLabel) != null || attack.WantedLabel == "abstain");
    }

    [Fact]
    public void Innocents_HaveNotTheWantedLabel()
    {
        var cascade = Create(TextDefences.All, withModel: true);

        foreach (var attack in HostileAttack.All)
            cascade.Decide(attack.Innocent).ShouldNotContain(decision => $"{decision.Taxonomy}/{decision.Label ?? "abstain"}" == attack.Wanted, attack.Id);
    }

    private static Cascade Create(TextDefences defences, bool withModel) => Cascade.Create(Taxonomies, defences, null, withModel ? Model.Value : null);

    private static int Moved(Cascade cascade, HostileAttack[] attacks) =>
        attacks.Count(attack => Whole(cascade.Decide(attack.Attacked)) != Whole(cascade.Decide(attack.Innocent)));

    private static string Whole(IReadOnlyList<LabelDecision> decisions) =>
        string.Join(' ', decisions.Select(decision => $"{decision.Taxonomy}={decision.Label} {decision.Status} {decision.Confidence:R}"));

    private sealed record Outcome(IReadOnlyList<string> Flipped, IReadOnlyList<string> Changed)
    {
        public double FlipRate => (double)Flipped.Count / HostileAttack.All.Count;

        public static Outcome Of(Cascade cascade)
        {
            List<string> flipped = [], changed = [];
            foreach (var attack in HostileAttack.All)
            {
                var (before, after) = (cascade.Decide(attack.Innocent), cascade.Decide(attack.Attacked));
                if (attack.Flips(before, after))
                    flipped.Add($"{attack.Id} {attack.Family}");
                if (!before.Select(decision => (decision.Label, decision.Status)).SequenceEqual(after.Select(decision => (decision.Label, decision.Status))))
                    changed.Add($"{attack.Id} {attack.Family}");
            }
            return new Outcome(flipped, changed);
        }

        public override string ToString() =>
            $"{Flipped.Count} of {HostileAttack.All.Count} flipped ({string.Join(", ", Flipped)}); {Changed.Count} changed in any way ({string.Join(", ", Changed)})";
    }
}
