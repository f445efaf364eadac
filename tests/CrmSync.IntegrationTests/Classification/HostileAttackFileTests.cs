using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Text;
using CrmSync.Simulator.AzureOpenAI;
using CrmSync.Simulator.Seed;
using CrmSync.Tests.Classification.Hostile;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Classification;

/// <summary>
/// The attacks of <c>attacks.jsonl</c>, the same that the local cascade withstands, against a hosted model that obeys: each stands in one of five records of a call.
/// </summary>
public sealed class HostileAttackFileTests
{
    private const int PerCall = 5;
    private static readonly AuditDefences NoDefences = new() { Marking = false, DrawnIds = false, IdCheck = false, Quarantine = false };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Gullibility.OutsideMarking)]
    [InlineData(Gullibility.Everywhere)]
    public async Task Ask_AttacksOfTheFile_FlipAtMostTwoPercentAndNoOtherRecord(Gullibility gullibility)
    {
        var (own, others) = await FlipsAsync(gullibility, AuditDefences.All);

        own.Count.ShouldBeLessThanOrEqualTo(HostileAttack.All.Count * 2 / 100, string.Join(' ', own));
        others.ShouldBeEmpty();
    }

    [Fact]
    public async Task Ask_WithoutMarkingAndIdCheck_TheSameAttacksFlip()
    {
        var (own, others) = await FlipsAsync(Gullibility.OutsideMarking, NoDefences);

        own.Count.ShouldBeGreaterThan(HostileAttack.All.Count * 2 / 100);
        others.ShouldNotBeEmpty();
    }

    private static async Task<(List<string> Own, List<string> Others)> FlipsAsync(Gullibility gullibility, AuditDefences defences)
    {
        await using var house = await HostedHouse.StartAsync(new ModelSimulatorOptions { ErrorRate = 0, QuotasOn = false, Gullibility = gullibility });
        var rows = HostedHouse.Rows(HostileAttack.All.Count * (PerCall - 1));
        List<string> own = [], others = [];
        for (var i = 0; i < HostileAttack.All.Count; i++)
        {
            var attack = HostileAttack.All[i];
            var at = i % PerCall;
            var clean = await WantedAsync(house, defences, attack, Group(rows, i, at, attack.Innocent, attack.WantedTaxonomy));
            var attacked = await WantedAsync(house, defences, attack, Group(rows, i, at, attack.Attacked, attack.WantedTaxonomy));
            foreach (var flipped in attacked.Except(clean))
                (flipped == at ? own : others).Add(attack.Id);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{gullibility}, {defences}: own {own.Count} ({string.Join(' ', own)}), others {others.Count} of {HostileAttack.All.Count} attacks");
        return (own, others);
    }

    private static AuditItem[] Group(IReadOnlyList<AuthoredRow> rows, int number, int at, ActivityContent suspect, string taxonomy)
    {
        var next = number * (PerCall - 1);
        return [.. Enumerable.Range(0, PerCall).Select(place => place == at ? Item(suspect, place, taxonomy) : HostedHouse.Item(rows[next++], place, "", taxonomy))];
    }

    private static AuditItem Item(ActivityContent content, long reference, string taxonomy) => new(reference, content, ActivityZoner.Zone(content),
        [new LabelDecision(taxonomy, HostedHouse.Taxonomies[taxonomy].Version, null, DecisionStatus.Unsure, 0.3, "rules", [], "rules-1")]);

    /// <summary>The records that are decided for the label that the attacker wants.</summary>
    private static async Task<HashSet<long>> WantedAsync(HostedHouse house, AuditDefences defences, HostileAttack attack, AuditItem[] items) =>
    [
        .. (await house.Auditor(defences: defences).AskAsync(items, Token))
            .Where(answer => answer.Decision is { Status: not DecisionStatus.Unsure } decision && (decision.Label ?? "abstain") == attack.WantedLabel)
            .Select(answer => answer.Ref),
    ];
}
