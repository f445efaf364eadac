using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Pipeline.WriteBack.Notes;
using CrmSync.Tests.Testing;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.WriteBack;

public sealed class NoteHandlerTests : INoteStore, INoteWriter
{
    private static readonly NotePlace Place = new("notes", NoteForm.Html, 65_536, HasTitle: false, "There.");
    private static readonly NoteRecord Record = new("notes", "n1");

    private readonly FakeLedger _ledger = new();
    private readonly List<NoteDraft> _sent = [];
    private Result<NotePlace> _place = Place;
    private Func<NoteDraft, Result<NoteRecord>> _onWrite = _ => Record;
    private Result<NoteRecord?> _found = Result.Success<NoteRecord?>(null);
    private Result<StoredNote?> _stored = Result.Success<StoredNote?>(null);
    private Result<NoteRecord> _removed = Record;
    private int _removals;
    private NoteWork? _work = Work(NoteStatus.Waiting);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Brief Brief { get; } = new()
    {
        Account = "7", Title = "Brackwater", Segment = new SegmentMatch("bills", "Bills", "7 of 19 notes speak of it.", 0.9), PackVersion = 3, At = DateTimeOffset.UnixEpoch, Facts = ["They pay in ten tools at once."],
        Points = [], LeftOut = [], Waiting = 0, Notices = [], Tokens = 100, Budget = 1_500,
    };

    private static NoteWork Work(NoteStatus status) => new(5, status, 12, Brief, NoteReference.Of(12, DateTimeOffset.UnixEpoch, new NoteAccount("companies", "7")), new NoteAccount("companies", "7"));

    [Fact]
    public async Task Handle_ANoteThatWaits_SavesSendingBeforeTheRequestAndThenTheRecord()
    {
        IReadOnlyList<NoteStatus> before = [];
        List<LedgerChange> changes = [];
        _onWrite = _ =>
        {
            before = Statuses(changes);
            return Record;
        };

        await RunAsync(changes);

        before.ShouldBe([NoteStatus.Sending], "nothing is sent before the ledger knows");
        Statuses(changes).ShouldBe([NoteStatus.Sending, NoteStatus.Written]);
        changes[0].Notes[0].Fingerprint.ShouldNotBeNull();
        changes[^1].Notes[0].Record.ShouldBe(Record);
        changes[^1].Ending.ShouldBeOfType<BatchEnding.Completed>();
        var draft = _sent.ShouldHaveSingleItem();
        draft.Body.ShouldContain("They pay in ten tools at once.");
        draft.Body.ShouldContain(_work!.Reference);
    }

    [Theory]
    [InlineData(WriteMode.Preview)]
    [InlineData(WriteMode.Paused)]
    public async Task Handle_AConnectionThatDoesNotWrite_SendsNothingAndLetsGo(WriteMode mode)
    {
        _ledger.Connection = _ledger.Connection with { WriteMode = mode };
        (await RunAsync()).ShouldBeEmpty();
        _sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task Handle_AConnectionThatAsksForApproval_TakesThePersonsWordForIt()
    {
        _ledger.Connection = _ledger.Connection with { WriteMode = WriteMode.Approve };
        Statuses(await RunAsync()).ShouldBe([NoteStatus.Sending, NoteStatus.Written]);
    }

    [Fact]
    public async Task Handle_ALostAnswer_IsFoundAndNeverSentTwice()
    {
        _onWrite = _ => Of(FailureCategory.Unknown);
        var lost = await RunAsync();
        Statuses(lost).ShouldBe([NoteStatus.Sending, NoteStatus.Sending]);
        lost[^1].Notes[0].NothingWritten.ShouldBeFalse();
        lost[^1].Ending.ShouldBeOfType<BatchEnding.Retry>();

        _work = _work! with { Status = NoteStatus.Sending, SentAt = DateTimeOffset.UnixEpoch, SinceSent = TimeSpan.FromSeconds(10) };
        var tooSoon = (await RunAsync()).ShouldHaveSingleItem();
        tooSoon.Ending.ShouldBeOfType<BatchEnding.Snooze>().Code.ShouldBe("note.settling");
        tooSoon.Notes.ShouldBeEmpty();

        _work = _work with { SinceSent = TimeSpan.FromSeconds(61) };
        _found = Result.Success<NoteRecord?>(Record);
        var settled = await RunAsync();
        Statuses(settled).ShouldBe([NoteStatus.Written]);
        settled[0].Notes[0].Code.ShouldBe("note.settled_written");
        settled[0].Notes[0].Record.ShouldBe(Record);
        _sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Handle_ALostRequest_IsSentAgainOnlyAfterTheLookSaidThatItIsNotThere()
    {
        _work = _work! with { Status = NoteStatus.Sending, SentAt = DateTimeOffset.UnixEpoch, SinceSent = TimeSpan.FromHours(1) };
        _found = Of(FailureCategory.Retry);
        Statuses(await RunAsync()).ShouldBe([NoteStatus.Sending], "who cannot look does not send");
        _sent.ShouldBeEmpty();

        _found = Result.Success<NoteRecord?>(null);
        var changes = await RunAsync();
        Statuses(changes).ShouldBe([NoteStatus.Waiting, NoteStatus.Sending, NoteStatus.Written]);
        changes[0].Notes[0].NothingWritten.ShouldBeTrue();
        _sent.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(FailureCategory.Stop, NoteStatus.Waiting, typeof(BatchEnding.Snooze))]
    [InlineData(FailureCategory.Wait, NoteStatus.Waiting, typeof(BatchEnding.Snooze))]
    [InlineData(FailureCategory.Retry, NoteStatus.Waiting, typeof(BatchEnding.Retry))]
    [InlineData(FailureCategory.Reject, NoteStatus.Failed, typeof(BatchEnding.Completed))]
    [InlineData(FailureCategory.Gone, NoteStatus.Failed, typeof(BatchEnding.Completed))]
    public async Task Handle_ARefusal_IsToldAndTriedAgainAsItsKindSays(FailureCategory category, NoteStatus status, Type ending)
    {
        _onWrite = _ => Of(category) with { RemoteMessage = "COMPUTER SAYS NO" };
        var last = (await RunAsync())[^1];
        last.Ending.ShouldBeOfType(ending);
        var change = last.Notes.ShouldHaveSingleItem();
        (change.Status, change.Code, change.NothingWritten, change.RemoteMessage).ShouldBe((status, "fake.refused", true, "COMPUTER SAYS NO"));
        change.Message.ShouldBe("It is refused. Mend it.");
    }

    [Fact]
    public async Task Handle_ARefusalThatRepeatsTheNote_IsToldWithoutItsWords()
    {
        _onWrite = _ => Of(FailureCategory.Reject) with { RemoteMessage = "invalid value: <p>They pay in ten tools at once.</p>" };
        (await RunAsync())[^1].Notes[0].RemoteMessage.ShouldBeNull();
    }

    [Fact]
    public async Task Handle_TriesUsedUp_FailWithTheReasonAndTheBatchIsDone()
    {
        _onWrite = _ => Of(FailureCategory.Retry);
        var last = (await RunAsync(attempt: 8))[^1];
        last.Ending.ShouldBeOfType<BatchEnding.Completed>();
        (last.Notes[0].Status, last.Notes[0].Code).ShouldBe((NoteStatus.Failed, "retries_exhausted"));
        _onWrite = _ => Of(FailureCategory.Unknown);
        (await RunAsync(attempt: 8))[^1].Notes[0].NothingWritten.ShouldBeFalse("a retry looks for it first");
    }

    [Fact]
    public async Task Handle_WordsErasedOrAccountGoneOrNoPlace_SendsNothingAndSaysWhy()
    {
        _work = Work(NoteStatus.Waiting) with { Content = null };
        (await RunAsync())[^1].Notes[0].ShouldSatisfyAllConditions(change => change.Status.ShouldBe(NoteStatus.Failed), change => change.Code.ShouldBe("note.words_gone"));
        _work = Work(NoteStatus.Waiting) with { IsAccountGone = true };
        (await RunAsync())[^1].Notes[0].Code.ShouldBe("note.account_gone");
        _work = Work(NoteStatus.Waiting);
        _place = Of(FailureCategory.Stop);
        var stopped = (await RunAsync())[^1];
        stopped.Notes[0].Status.ShouldBe(NoteStatus.Waiting);
        stopped.Ending.ShouldBeOfType<BatchEnding.Snooze>();
        _sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task Handle_TakingBack_RemovesOnlyWhatNobodyChanged()
    {
        _work = Work(NoteStatus.Removing) with { Record = Record, Fingerprint = NoteText.Fingerprint("", "<p>Ours.</p>", NoteForm.Html) };
        _stored = Result.Success<StoredNote?>(new StoredNote("", "<p>Ours. And I called them.</p>", NoteForm.Html));
        var kept = (await RunAsync())[^1].Notes[0];
        (kept.Status, kept.Code).ShouldBe((NoteStatus.Written, "note.changed"));
        _removals.ShouldBe(0);

        _stored = Result.Success<StoredNote?>(new StoredNote("", "<div><p>Ours.</p>\n</div>", NoteForm.Html));
        (await RunAsync())[^1].Notes[0].Status.ShouldBe(NoteStatus.Removed);
        _removals.ShouldBe(1);

        _removed = Of(FailureCategory.Unknown);
        var lost = (await RunAsync())[^1];
        lost.Notes[0].Status.ShouldBe(NoteStatus.Removing, "taking away is safe to repeat");
        lost.Ending.ShouldBeOfType<BatchEnding.Retry>();
        _stored = Result.Success<StoredNote?>(null);
        var gone = (await RunAsync())[^1].Notes[0];
        (gone.Status, gone.Code).ShouldBe((NoteStatus.Removed, "note.already_gone"));
    }

    Task<Result<NotePlace>> INoteWriter.FindPlaceAsync(CancellationToken cancellationToken) => Task.FromResult(_place);

    Task<Result<NoteRecord>> INoteWriter.WriteAsync(NoteDraft draft, CancellationToken cancellationToken)
    {
        _sent.Add(draft);
        return Task.FromResult(_onWrite(draft));
    }

    Task<Result<NoteRecord?>> INoteWriter.FindAsync(NoteSearch search, CancellationToken cancellationToken) => Task.FromResult(_found);

    Task<Result<StoredNote?>> INoteWriter.ReadAsync(NoteRecord record, CancellationToken cancellationToken) => Task.FromResult(_stored);

    Task<Result<NoteRecord>> INoteWriter.RemoveAsync(NoteRecord record, CancellationToken cancellationToken)
    {
        _removals++;
        return Task.FromResult(_removed);
    }

    Task<NoteWork?> INoteStore.ReadNoteWorkAsync(long batchId, CancellationToken cancellationToken) => Task.FromResult(_work);

    Task<Result<(NoteState Note, bool IsNew)>> INoteStore.AskNoteAsync(long brief, string person, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<Result<NoteState>> INoteStore.ActOnNoteAsync(long note, NoteAct act, string person, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<NoteState?> INoteStore.FindNoteAsync(long brief, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<IReadOnlyList<NoteState>> INoteStore.ReadNotesAsync(long account, int most, CancellationToken cancellationToken) => throw new NotSupportedException();

    private static Failure Of(FailureCategory category) => new(category, "fake.refused", "It is refused.", "Mend it.");

    private static IReadOnlyList<NoteStatus> Statuses(IEnumerable<LedgerChange> changes) => [.. changes.SelectMany(change => change.Notes).Select(note => note.Status)];

    private async Task<List<LedgerChange>> RunAsync(List<LedgerChange>? into = null, int attempt = 1)
    {
        _ledger.Crm.Notes = this;
        var handler = new NoteHandler(
            this, new ConnectionDirectory(_ledger, _ledger), new FailurePolicy(new RunnerOptions { Node = "test" }, TimeProvider.System), new RequestMeter(), new NoteOptions());
        var context = new BatchContext(
            new ClaimedBatch(1, BatchKind.Note, 1, null, 1, attempt, TimeProvider.System.GetUtcNow().AddMinutes(3)), _ledger.Connection, _ledger.Crm, TimeProvider.System);
        var changes = into ?? [];
        await foreach (var change in handler.HandleAsync(context, Token))
            changes.Add(change);
        return changes;
    }
}
