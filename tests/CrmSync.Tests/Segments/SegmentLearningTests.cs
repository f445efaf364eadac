using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Documents;
using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;
using static CrmSync.Tests.Segments.SegmentRoom;

namespace CrmSync.Tests.Segments;

public sealed class SegmentLearningTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static SegmentLearner Learner(FactsAtHand facts, PacksAtHand packs, params BriefUse[] uses) => new(facts, packs, new UsesAtHand(uses), Options, new LearningOptions());

    private static SegmentFacts Grown(SegmentFacts facts) => facts with
    {
        Accounts = [.. facts.Accounts, .. Enumerable.Range(0, 12).Select(i => new AccountFacts($"new{i:00}")
        {
            Notes = [Note($"new{i:00}-1", 260 + i, "We are concerned about vendor lockin and went with Novapay.")], Deals = [Deal($"new{i:00}", DealOutcome.Lost, 240, 290 + i)],
        })],
    };

    [Fact]
    public async Task LearnAsync_DealsClosed_BringsFiguresUpToDateAndProposesWhatIsNewInsteadOfAddingIt()
    {
        var (facts, packs) = (new FactsAtHand(BillPayment()), new PacksAtHand(Draft()));
        (await Learner(facts, packs).LearnAsync("bill-payment", Now, Token))!.ShouldSatisfyAllConditions(lesson => lesson.Version.ShouldBeNull(), lesson => lesson.Proposed.ShouldBe(0));

        facts.Facts = Grown(BillPayment());
        var lesson = (await Learner(facts, packs).LearnAsync("bill-payment", Now, Token)).ShouldNotBeNull();

        lesson.Version.ShouldBe(2);
        lesson.Proposed.ShouldBeGreaterThanOrEqualTo(2);
        packs.Versions[^1].Lines.ShouldContain(line => line.Text.Contains("16 of 44", StringComparison.Ordinal));
        packs.Versions[^1].Lines.ShouldNotContain(line => line.Topic == "Novapay", "a person decides about it");
        packs.Versions[^1].Lines.Select(line => line.Id).ShouldBe(packs.Versions[0].Lines.Select(line => line.Id), ignoreOrder: true);
        lesson.Metrics.Numbers.Wins.ShouldBe(new Share(16, 44));
        lesson.Metrics.Rest.ShouldBe(new Share(20, 60));
        lesson.Metrics.Pack!.Knowledge.Lines.ShouldBe(packs.Versions[^1].Live.Count());

        var again = (await Learner(facts, packs).LearnAsync("bill-payment", Now, Token)).ShouldNotBeNull();
        (again.Version, again.Proposed).ShouldBe((null, 0));
    }

    [Fact]
    public async Task LearnAsync_SomebodyEditedThePackMeanwhile_LeavesItAndSaysSo()
    {
        var packs = new PacksAtHand(Draft()) { RefusesVersions = true };

        var lesson = (await Learner(new FactsAtHand(Grown(BillPayment())), packs).LearnAsync("bill-payment", Now, Token)).ShouldNotBeNull();

        (lesson.Version, packs.Versions.Count).ShouldBe((null, 1));
        lesson.Remark.ShouldNotBeNull();
        lesson.Metrics.Pack!.Version.ShouldBe(1);
    }

    [Fact]
    public async Task LearnAsync_BriefsWereGiven_TellsBeforeAndAfterAndHowLinesFared()
    {
        var pack = Draft();
        var line = pack.Live.First(line => line.Section == PackSection.Objections);
        BriefUse[] uses = [.. BillPayment().Accounts.Take(20).Select(account => new BriefUse($"b-{account.Id}", "bill-payment", account.Id, Day(18), [line.Id]))];

        var metrics = (await Learner(new FactsAtHand(BillPayment()), new PacksAtHand(pack), uses).LearnAsync("bill-payment", Now, Token))!.Metrics;

        metrics.Pack!.Effect!.Since.ShouldBe(Day(18));
        (metrics.Pack.Briefs, metrics.Pack.Knowledge.Used, metrics.Pack.Knowledge.Reuses).ShouldBe((20, 1, 20));
        metrics.Pack.Closed.ShouldBe(16);
        var fared = metrics.Pack.Lines.ShouldHaveSingleItem();
        (fared.Line, fared.Briefs, fared.Section).ShouldBe((line.Id, 20, PackSection.Objections));
        (fared.Record!.Echoed.Of + fared.Record.Silent.Of).ShouldBe(16);
    }

    [Fact]
    public async Task LearnAsync_NoPackOrNoSegment_StillHasFiguresOrNothing()
    {
        (await Learner(new FactsAtHand(BillPayment()), new PacksAtHand()).LearnAsync("bill-payment", Now, Token))!.Metrics.Pack.ShouldBeNull();
        (await Learner(new FactsAtHand(null), new PacksAtHand()).LearnAsync("bill-payment", Now, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task RunAsync_OneSegmentFails_TheOthersAreLearnedFromAndItIsTold()
    {
        var store = new ActiveAtHand((1, "bill-payment"), (2, "broken"), (3, "more"));
        var learning = new SegmentLearning(store, Learner(new FactsAtHand(BillPayment()) { Breaks = "broken" }, new PacksAtHand()), new LearningOptions(), NullLogger<SegmentLearning>.Instance);

        var changes = await RunAsync(learning, 0);

        changes.Select(change => change.Learned).OfType<LearnStep>().Select(step => (step.SegmentId, step.Failed, step.Metrics is null)).ShouldBe([(1L, false, false), (2L, true, true), (3L, false, false)]);
        changes.SelectMany(change => change.Log).Select(line => line.Code).ShouldBe(["segments.learn_failed", "segments.learned"]);
        changes.SelectMany(change => change.Log).First().Message.ShouldNotContain("secret");
        changes[^1].Ending.ShouldBeOfType<BatchEnding.Completed>();
        (await RunAsync(learning, 2)).Select(change => change.Learned).OfType<LearnStep>().Select(step => step.SegmentId).ShouldBe([3L], "a killed run goes on where it was");
    }

    [Fact]
    public async Task RunAsync_Stopped_EndsTheSegmentUnderWay()
    {
        using var stop = new CancellationTokenSource();
        var facts = new FactsAtHand(BillPayment()) { Waits = true };
        var learning = new SegmentLearning(new ActiveAtHand((1, "bill-payment")), Learner(facts, new PacksAtHand()), new LearningOptions(), NullLogger<SegmentLearning>.Instance);
        var running = Task.Run(async () =>
        {
            await foreach (var _ in learning.RunAsync(new SegmentWork(RunKind.SegmentLearn, 1, null), TimeProvider.System, stop.Token))
            {
            }
        }, Token);
        await facts.Started.Task.WaitAsync(Token);

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(running);
        facts.WasStopped.ShouldBeTrue();
    }

    [Fact]
    public void File_WrittenAndRead_IsTheSameAndHoldsNoIntervals()
    {
        var facts = BillPayment();
        BriefUse[] uses = [.. facts.Accounts.Take(12).Select(account => new BriefUse(account.Id, "bill-payment", account.Id, Day(18), [Draft().Lines[0].Id]))];
        var metrics = SegmentMetrics.Of(facts, [new Share(16, 32), new Share(20, 60)], Options, Now) with { Pack = PackMetrics.Of([Draft()], facts, uses, Options, Now) };

        var text = SegmentMetricsFile.Write(metrics);
        var read = SegmentMetricsFile.Read(text);

        SegmentMetricsFile.Write(read).ShouldBe(text);
        read.Numbers.WinRate.ShouldBe(metrics.Numbers.WinRate);
        read.Numbers.Stages[0].Curve.After(0.5).ShouldBe(metrics.Numbers.Stages[0].Curve.After(0.5));
        read.Pack!.Effect!.Wins.ShouldBe(metrics.Pack!.Effect!.Wins);
        text.ShouldStartWith("""{"schema":"crmsync/segment-metrics/1","metrics":{"segment":"bill-payment",""");
        text.ShouldContain("\"wins\":{\"count\":16,\"of\":32}");
        Should.Throw<System.Text.Json.JsonException>(() => SegmentMetricsFile.Read("""{"schema":"crmsync/segment-metrics/2","metrics":null}"""));
    }

    [Fact]
    public void Of_LongCurve_IsThinnedAndEndsWhereItEnded()
    {
        SegmentFacts facts = new("s", "S", [new AccountFacts("a") { Deals = [.. Enumerable.Range(1, 300).Select(i => Deal($"{i}", DealOutcome.Won, 0, 400, stages: [("Discovery", 0, 0), ("Won", 1, i)]))] }]);

        var curve = SegmentMetrics.Of(facts, [new Share(300, 300)], Options, Now).Numbers.Stages[0].Curve;

        (curve.Steps.Count, curve.Spells).ShouldBe((SegmentMetrics.MostSteps, 300));
        (curve.Steps[^1].Days, curve.Steps[^1].Open.Value).ShouldBe((300, 0));
        curve.After(0.5)!.Value.Days.ShouldBe(150, 8);
    }

    private static async Task<List<LedgerChange>> RunAsync(SegmentLearning learning, long after)
    {
        List<LedgerChange> changes = [];
        await foreach (var change in learning.RunAsync(new SegmentWork(RunKind.SegmentLearn, 1, null) { After = after }, TimeProvider.System, Token))
            changes.Add(change);
        return changes;
    }

    private sealed class FactsAtHand(SegmentFacts? facts) : ISegmentFactsReader
    {
        public SegmentFacts? Facts { get; set; } = facts;

        public string? Breaks { get; init; }

        public bool Waits { get; init; }

        public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool WasStopped { get; private set; }

        public async Task<SegmentFacts?> ReadSegmentAsync(string segment, CancellationToken cancellationToken)
        {
            Started.TrySetResult();
            if (segment == Breaks)
                throw new InvalidOperationException("a secret text of a record");
            if (Waits)
            {
                try
                {
                    await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
                }
                finally
                {
                    WasStopped = true;
                }
            }
            return Facts;
        }

        public Task<AccountFacts?> ReadAccountAsync(long account, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<PortfolioFacts> ReadPortfolioAsync(SegmentFacts segment, CancellationToken cancellationToken) =>
            Task.FromResult(PortfolioFacts.Of([Others()], DealTally.Of(segment.Deals).Wins));
    }

    private sealed class PacksAtHand(params Pack[] versions) : IPackStore
    {
        private readonly List<PackProposal> _proposals = [];

        public List<Pack> Versions { get; } = [.. versions];

        public bool RefusesVersions { get; init; }

        public Task<Pack?> ReadNewestAsync(string segment, CancellationToken cancellationToken) => Task.FromResult(Versions.LastOrDefault());

        public Task<Pack?> ReadAsync(string segment, int version, CancellationToken cancellationToken) => Task.FromResult(Versions.Find(pack => pack.Version == version));

        public Task<IReadOnlyList<Pack>> ReadVersionsAsync(string segment, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Pack>>(Versions);

        public Task<Result<Pack>> AddAsync(Pack pack, string actor, CancellationToken cancellationToken)
        {
            actor.ShouldBe(SegmentLearner.Actor);
            if (RefusesVersions)
                return Task.FromResult<Result<Pack>>(SpecialistFailures.Of("specialist.edited_meanwhile", "Somebody was faster."));
            Versions.Add(pack);
            return Task.FromResult<Result<Pack>>(pack);
        }

        public Task<int> ProposeAsync(IReadOnlyList<PackProposal> proposals, string actor, CancellationToken cancellationToken)
        {
            _proposals.AddRange(proposals);
            return Task.FromResult(proposals.Count);
        }

        public Task<IReadOnlyList<PackProposal>> ReadProposalsAsync(string segment, bool onlyOpen, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<PackProposal>>(_proposals);

        public Task<Result<PackProposal>> DecideAsync(string segment, string proposal, bool accept, string person, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class UsesAtHand(IReadOnlyList<BriefUse> uses) : IBriefUses
    {
        public Task<IReadOnlyList<BriefUse>> ReadUsesAsync(string segment, CancellationToken cancellationToken) => Task.FromResult(uses);
    }

    private sealed class ActiveAtHand(params (long Id, string Key)[] segments) : ISegmentWorkStore
    {
        public Task<IReadOnlyList<ActiveSegment>> ReadActiveAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<ActiveSegment>>([.. segments.Select(segment => new ActiveSegment(segment.Id, segment.Key, segment.Key, 1, []))]);

        public Task<(long? RunId, IReadOnlyList<BatchRef> Batches)> StartAsync(SegmentRunRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<SegmentWork?> ReadSegmentWorkAsync(long batchId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<RawNote> ReadNotesAsync(int mostPerAccount, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<LedgerNote>> ReadNotesOfAsync(IReadOnlyList<long> accounts, int mostPerAccount, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<DueAccount>> ReadDueAccountsAsync(long connectionId, long afterId, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyDictionary<long, Share>> ReadWinsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<AuditedAnswer>> ReadAuditedAsync(long segmentId, DateTimeOffset since, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<AuditedAnswer>>([]);

        public Task<byte[]?> ReadSegmentModelAsync(long modelId, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
