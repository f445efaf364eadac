using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Taxonomies;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Review;

public sealed class CorrectionDeskTests
{
    private static readonly JudgedActivity Call = new(7, 1, "salesforce", "hash", "call", IsErased: false);

    private readonly Corrections _store = new();
    private readonly CorrectionDesk _sut;

    public CorrectionDeskTests() => _sut = new CorrectionDesk(_store, TaxonomySet.LoadShipped());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Prepare_SoundAnswer_IsAPersonsDecisionWithItsWrite()
    {
        var ready = _sut.Prepare(new PersonAnswer(7, "engagement", "not-engaged"), Call).Value!;

        (ready.Decision.DecidedBy, ready.Decision.Confidence, ready.Decision.Status).ShouldBe(("person", 1.0, DecisionStatus.Decided));
        (ready.Write!.Property, ready.Write.Value).ShouldBe(("TrueAI_Engaged__c", "NOT ENGAGED"));
    }

    [Fact]
    public void Prepare_NoDefinitionCoversIt_AsksForABlank()
    {
        var ready = _sut.Prepare(new PersonAnswer(7, "stage", null), Call).Value!;

        ready.Decision.Status.ShouldBe(DecisionStatus.Abstained);
        ready.Write!.Value.ShouldBeNull();
    }

    [Theory]
    [InlineData("stage", "demo", "other", "review.changed")]
    [InlineData("mood", "happy", null, "review.no_taxonomy")]
    [InlineData("stage", "maybe", null, "review.no_label")]
    [InlineData("engagement", null, null, "review.no_label")]
    public void Prepare_UnsoundAnswer_SaysWhy(string taxonomy, string? label, string? hash, string code) =>
        _sut.Prepare(new PersonAnswer(7, taxonomy, label, hash), Call).Failure!.Code.ShouldBe(code);

    [Fact]
    public void Prepare_ErasedOrUnknownActivity_IsRefused()
    {
        _sut.Prepare(new PersonAnswer(7, "stage", "demo"), Call with { IsErased = true }).Failure!.Code.ShouldBe("review.erased");
        _sut.Prepare(new PersonAnswer(7, "stage", "demo"), null).Failure!.Code.ShouldBe("review.no_activity");
    }

    [Fact]
    public async Task Collect_EditsInTheCrm_LearnsFromCurrentKnownValuesOnlyAndNeverWritesThemBack()
    {
        _store.Edits =
        [
            new CrmEdit(1, Call, "stage", "demo ", IsCurrent: true),
            new CrmEdit(2, Call, "stage", "Demo", IsCurrent: false),
            new CrmEdit(3, Call, "stage", null, IsCurrent: true),
            new CrmEdit(4, Call, "stage", "Something else", IsCurrent: true),
            new CrmEdit(5, Call, "gone-taxonomy", "Demo", IsCurrent: true),
        ];

        (await new CrmEditCollector(_store, _sut, TaxonomySet.LoadShipped()).CollectAsync(Token)).ShouldBe(1);

        var learned = _store.Saved.ShouldHaveSingleItem();
        (learned.Decision.Label, learned.IntentId, learned.Write).ShouldBe(("demo", 1L, null));
        _store.Source.ShouldBe(CorrectionSource.Crm);
        _store.Seen.ShouldBe([2, 3, 4, 5]);
    }

    [Fact]
    public async Task Import_OneFaultyLine_StoresNothingAtAll()
    {
        var import = new CorrectionImport(_store, _sut, TaxonomySet.LoadShipped());

        var result = await import.RunAsync(new StringReader("id,taxonomy,label\n7,stage,demo\n8,stage,demo\n"), "ada", Token);

        result.Stored.ShouldBe(0);
        result.Faults.ShouldHaveSingleItem().ShouldContain("Line 3: the ledger has no activity 8");
        _store.Saved.ShouldBeEmpty();
        (await import.RunAsync(new StringReader("id,taxonomy,label\n7,stage,demo\n"), "ada", Token)).Stored.ShouldBe(1);
    }

    private sealed class Corrections : ICorrectionStore
    {
        public IReadOnlyList<CrmEdit> Edits { get; set; } = [];

        public List<NewCorrection> Saved { get; } = [];

        public CorrectionSource Source { get; private set; }

        public List<long> Seen { get; } = [];

        public Task<IReadOnlyList<JudgedActivity?>> FindAsync(IReadOnlyList<ActivityName> names, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<JudgedActivity?>>([.. names.Select(name => name.Id == 7 ? Call : null)]);

        public Task<CorrectionsSaved> SaveAsync(IReadOnlyList<NewCorrection> corrections, CorrectionSource source, string actor, CancellationToken cancellationToken)
        {
            Saved.AddRange(corrections);
            Source = source;
            return Task.FromResult(new CorrectionsSaved([.. corrections.Select((_, at) => at + 1L)], []));
        }

        public Task<UndoOutcome> UndoAsync(long correctionId, string actor, CancellationToken cancellationToken) => Task.FromResult(UndoOutcome.Unknown);

        public Task<IReadOnlyList<CrmEdit>> ReadEditsAsync(int limit, CancellationToken cancellationToken) => Task.FromResult(Edits);

        public Task MarkEditsSeenAsync(IReadOnlyList<long> intentIds, CancellationToken cancellationToken)
        {
            Seen.AddRange(intentIds);
            return Task.CompletedTask;
        }

        public IAsyncEnumerable<TrainingRow> ReadTrainingRowsAsync(double weight, CancellationToken cancellationToken) => AsyncEnumerable.Empty<TrainingRow>();
    }
}
