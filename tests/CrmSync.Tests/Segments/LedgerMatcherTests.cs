using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Pipeline.Segments.Documents;
using CrmSync.Pipeline.Segments.Models;
using CrmSync.Pipeline.Segments.Vectors;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Segments;

public sealed class LedgerMatcherTests : IClassFixture<LedgerMatcherTests.Fitted>
{
    private static readonly string[] Chatter =
        ["left a voicemail about pricing", "asked for two references", "budget is frozen until summer", "sent the security overview again", "meeting moved to thursday", "champion went on leave", "they grew through acquisitions", "renewal is due in autumn", "prefers a yearly contract"];

    private readonly Fitted _fitted;

    public LedgerMatcherTests(Fitted fitted) => _fitted = fitted;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A model that a search made of planted notes.</summary>
    public sealed class Fitted : IAsyncLifetime
    {
        internal byte[] Content { get; private set; } = [];

        /// <summary>Name by id of the model's segment.</summary>
        internal IReadOnlyDictionary<string, string> Names { get; private set; } = new Dictionary<string, string>();

        /// <summary>Which of the planted ones it is, by id of the model's segment.</summary>
        internal IReadOnlyDictionary<string, int> Planted { get; private set; } = new Dictionary<string, int>();

        public async ValueTask InitializeAsync()
        {
            var found = await new SegmentDiscovery(new DiscoveryOptions()).RunAsync(new NoteList(SmallPlant.Notes()));
            using var stream = new MemoryStream();
            SegmentModelFile.Write(found.Model!, stream);
            (Content, Names) = (stream.ToArray(), found.Segments.ToDictionary(segment => segment.Id, segment => segment.Name));
            Planted = found.Segments.ToDictionary(segment => segment.Id, segment => SmallPlant.TruthOf(SmallPlant.Number(segment.Members[0].Account)));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private Shelf ShelfOf(Func<string, bool>? approved = null, byte[]? content = null) => new(
        content ?? _fitted.Content,
        [.. _fitted.Names.Where(pair => approved?.Invoke(pair.Value) ?? true).Select((pair, place) => new ActiveSegment(place + 1, pair.Key + "-key", pair.Value, 1, [(7, pair.Key)]))]);

    private async Task<CrmSync.Pipeline.Segments.Briefs.SegmentMatch?> MatchAsync(string text, Func<string, bool>? approved = null) =>
        (await new LedgerMatcher(ShelfOf(approved), VectorDesk.None).MatchAsync(text, Token)).Value.ShouldNotBeNull().Segment;

    [Theory]
    [InlineData("They have separate bill payment logins per entity. There is no consolidated view of bill payments.", 0)]
    [InlineData("Reefer trailers without live temperature. Pharma pallets had an excursion!", 1)]
    [InlineData("Anchor tenant disputes the service charge.\nRent reviews hide in scanned leases.", 2)]
    public async Task Match_FewSentencesThatSpeakOfIt_FindsTheSegmentAndSaysWhy(string text, int planted)
    {
        var match = (await MatchAsync(text)).ShouldNotBeNull();

        var segment = _fitted.Names.Single(pair => pair.Key + "-key" == match.Segment);
        match.Name.ShouldBe(segment.Value);
        _fitted.Planted[segment.Key].ShouldBe(planted);
        match.Reason.ShouldMatch(@"^\d of \d passages of the text speak of it, 0\.\d expected\.$");
        match.Confidence!.Value.ShouldBeInRange(0.8, 0.99);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   \n ")]
    [InlineData("They want a demo next week.")]
    [InlineData("Something that no model has ever heard of: zeppelins.")]
    public async Task Match_NothingThatFits_IsNull(string text) => (await MatchAsync(text)).ShouldBeNull();

    [Fact]
    public async Task Match_LongTextWithOneTellingSentence_StaysBelowTheThreshold()
    {
        var text = string.Join('\n', Chatter);
        (await MatchAsync(text + "\nreefer alarms reach nobody")).ShouldBeNull();
        (await MatchAsync(text + string.Concat(Enumerable.Repeat("\nreefer alarms reach nobody", 20)))).ShouldBeNull("what is said again counts once");
    }

    [Fact]
    public async Task Match_LikeliestIsNotApproved_IsNullRatherThanTheNextBest()
    {
        const string text = "Separate bill payment logins per entity. No consolidated view of bill payments.";
        var found = (await MatchAsync(text)).ShouldNotBeNull();
        (await MatchAsync(text, name => name != found.Name)).ShouldBeNull();
    }

    [Fact]
    public async Task Match_OneSentence_IsEnoughWhereTheOddsAreGood() =>
        (await MatchAsync("Separate bill payment logins per entity and no consolidated view of bill payments"))!.Reason.ShouldBe("The one sentence of the text speaks of it.");

    [Fact]
    public async Task Match_NothingApproved_ReadsNoModel()
    {
        var shelf = new Shelf(_fitted.Content, []);
        (await new LedgerMatcher(shelf, VectorDesk.None).MatchAsync("bill payments", Token)).Value!.Segment.ShouldBeNull();
        shelf.Reads.ShouldBe(0);
    }

    [Fact]
    public async Task Match_Again_ReadsTheModelOnce()
    {
        var shelf = new Shelf(_fitted.Content, [new ActiveSegment(1, "a", "A", 1, [(7, _fitted.Names.Keys.First())])]);
        var matcher = new LedgerMatcher(shelf, VectorDesk.None);
        await matcher.MatchAsync("bill payments", Token);
        await matcher.MatchAsync("bill payments", Token);
        shelf.Reads.ShouldBe(1);
    }

    [Fact]
    public async Task Match_ModelReadsTopics_AsksForVectorsAndGivesNoAnswerWithoutThem()
    {
        const string text = "Separate bill payment logins per entity. No consolidated view of bill payments.";
        var endpoint = new MeaningVectors();
        var desk = new VectorDesk(endpoint, new VectorOptions(), null, null, TimeProvider.System);
        var found = await new TopicDiscovery(new TopicSearch(desk, TimeProvider.System), new DiscoveryOptions()).RunAsync(
            new NoteList(SmallPlant.Notes()), new TopicOrder(1), new NoVectorMemory(), null, Token);
        using var stream = new MemoryStream();
        SegmentModelFile.Write(found.Value!.Result.Model!, stream);
        found.Value.Result.Model!.Topics.ShouldNotBeNull();
        var shelf = ShelfOf(content: stream.ToArray());

        (await new LedgerMatcher(shelf, desk).MatchAsync(text, Token)).Value!.Segment.ShouldNotBeNull();
        endpoint.Asked.ShouldContain("No consolidated view of bill payments.");
        endpoint.FailsAfter = 0;
        (await new LedgerMatcher(shelf, desk).MatchAsync(text, Token)).Failure!.Message.ShouldBe("The text could not be compared with the segments in use. The endpoint is down.");
        (await new LedgerMatcher(shelf, VectorDesk.None).MatchAsync(text, Token)).Failure!.Code.ShouldBe("segments.no_vectors");
    }

    private sealed class Shelf(byte[] model, IReadOnlyList<ActiveSegment> active) : ISegmentWorkStore
    {
        public int Reads { get; private set; }

        public Task<IReadOnlyList<ActiveSegment>> ReadActiveAsync(CancellationToken cancellationToken) => Task.FromResult(active);

        public Task<IReadOnlyList<AuditedAnswer>> ReadAuditedAsync(long segmentId, DateTimeOffset since, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<byte[]?> ReadSegmentModelAsync(long modelId, CancellationToken cancellationToken)
        {
            Reads++;
            return Task.FromResult<byte[]?>(modelId == 7 ? model : null);
        }

        public Task<(long? RunId, IReadOnlyList<BatchRef> Batches)> StartAsync(SegmentRunRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<SegmentWork?> ReadSegmentWorkAsync(long batchId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<RawNote> ReadNotesAsync(int mostPerAccount, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<LedgerNote>> ReadNotesOfAsync(IReadOnlyList<long> accounts, int mostPerAccount, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyDictionary<long, Share>> ReadWinsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<DueAccount>> ReadDueAccountsAsync(long connectionId, long afterId, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
