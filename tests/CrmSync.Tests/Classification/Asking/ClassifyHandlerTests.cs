using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Tests.Testing;
using NSubstitute;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Classification.Asking;

public sealed class ClassifyHandlerTests
{
    private static readonly TaxonomySet Shipped = new([TaxonomySet.LoadShipped()["engagement"]]);
    private readonly FakeLedger _ledger = new();
    private readonly CountingStep _step = new();

    [Fact]
    public async Task Handle_EqualContents_AreDecidedOnce()
    {
        Add("0.90 The same.", "0.90 The same.", "0.90 Another.");
        var change = await RunAsync(HostedDesk.Empty);
        change.Decisions.Count.ShouldBe(3);
        change.Decisions.ShouldAllBe(row => row.Decision.Status == DecisionStatus.Decided && row.Write!.Value == "NOT ENGAGED");
        _step.Considered.ShouldBe(2);
    }

    [Fact]
    public async Task Handle_NoHostedModel_AsksNothing()
    {
        Add("0.30 Unclear.");
        var change = await RunAsync(HostedDesk.Empty);
        change.Asks.ShouldBeEmpty();
        change.Considered.ShouldBe(0);
    }

    [Fact]
    public async Task Handle_HostedModel_HoldsBackWhatItIsAskedAbout()
    {
        Add("0.55 Unclear.", "0.75 Rather clear.", "0.90 Clear.");
        var options = new HostedOptions();
        var model = Substitute.For<IHostedModel>();
        var desk = HostedDesk.Of(
            new AskOptions { AskBelow = new Dictionary<string, double> { ["engagement"] = 0.8 } }, options, model,
            new Auditor(model, Shipped, options, CascadeOptions.Default));

        var change = await RunAsync(desk);

        change.Decisions.Select(row => row.Decision.Status).ShouldBe([DecisionStatus.Unsure, DecisionStatus.Unsure, DecisionStatus.Decided]);
        change.Decisions.Select(row => row.Write is null).ShouldBe([true, true, false]);
        change.Asks.Select(ask => (ask.ActivityId, ask.Confidence)).ShouldBe([(1L, 0.55), (2L, 0.75)]);
        change.Considered.ShouldBe(3);
        await model.DidNotReceiveWithAnyArgs().AskAsync(default!, TestContext.Current.CancellationToken);
    }

    private void Add(params IReadOnlyList<string> bodies)
    {
        foreach (var body in bodies)
        {
            var content = new ActivityContent(ActivityType.Email, "Offer", body, CrmEvidence.None);
            _ledger.Activities.Add(new ActivityWork(_ledger.Activities.Count + 1, "emails", $"{_ledger.Activities.Count}", content, content.ComputeHash()));
        }
    }

    private async Task<LedgerChange> RunAsync(HostedDesk desk)
    {
        var handler = new ClassifyHandler(_ledger, new CascadeHolder(new Cascade(Shipped, [_step])), desk, TimeProvider.System);
        var context = new BatchContext(
            new ClaimedBatch(1, BatchKind.Classify, 1, 1, 1, 1, TimeProvider.System.GetUtcNow().AddMinutes(3)), _ledger.Connection, _ledger.Crm, TimeProvider.System);
        var changes = new List<LedgerChange>();
        await foreach (var change in handler.HandleAsync(context, TestContext.Current.CancellationToken))
            changes.Add(change);
        return changes.ShouldHaveSingleItem();
    }

    private sealed class CountingStep : ICascadeStep
    {
        public int Considered { get; private set; }

        public string Name => "rules";

        public string Version => "rules-test";

        public double? ThresholdOf(string taxonomy, string? label) => 0.62;

        public bool Covers(Taxonomy taxonomy) => true;

        public IReadOnlyList<StepOpinion> Consider(CascadeInput input, IReadOnlyList<Taxonomy> open)
        {
            Considered++;
            var sure = double.Parse(input.Content.Body.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture);
            return [new StepOpinion("engagement", [new("not-engaged", sure), new("nd", 1 - sure)], [])];
        }
    }
}
