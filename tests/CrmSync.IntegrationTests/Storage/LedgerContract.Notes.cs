using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack.Notes;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private static readonly NoteRecord NoteRecord = new("notes", "9001");

    private async Task<(long Account, long Brief)> BriefedAsync()
    {
        var ids = await TalkSeed.PlantAsync(Ledger);
        return (ids[2], await Ledger.AddBriefAsync(BriefFor(ids[2]), "ada", Token));
    }

    private async Task<NoteState> AskedAsync(long brief, string person = "ada") => (await Ledger.AskNoteAsync(brief, person, Token)).Value.Note;

    // The note's batch, claimed as a runner does.
    private async Task<(ClaimedBatch Batch, NoteWork Work)> NoteBatchAsync()
    {
        var batch = await World.ClaimAsync((await GatherAsync()).Single(made => made.Kind is BatchKind.Note).Id);
        return (batch, (await Ledger.ReadNoteWorkAsync(batch.Id, Token)).ShouldNotBeNull());
    }

    private async Task WriteNoteAsync(NoteRecord? record = null)
    {
        var (batch, work) = await NoteBatchAsync();
        await World.CommitAsync(batch, new LedgerChange { Notes = [new NoteChange(work.NoteId, NoteStatus.Sending) { Fingerprint = "f" }] });
        await World.CommitAsync(batch, new LedgerChange { Notes = [new NoteChange(work.NoteId, NoteStatus.Written) { Record = record ?? NoteRecord }], Ending = new BatchEnding.Completed() });
    }

    private static CrmActivity Note(string id, string body, int minute = 0) => LedgerWorld.Activity(id, body, minute) with
    {
        ObjectType = "notes", Content = new ActivityContent(ActivityType.Note, "", body, CrmEvidence.None),
    };

    [Fact]
    public async Task Notes_AskedForByTwoAtOnce_AreOneAndTheAuditTellsWho()
    {
        var (account, brief) = await BriefedAsync();
        var all = await Task.WhenAll(Enumerable.Range(1, 6).Select(number => Ledger.AskNoteAsync(brief, $"person {number}", Token)));

        all.Count(asked => asked.Value.IsNew).ShouldBe(1);
        all.Select(asked => asked.Value.Note.Id).Distinct().Count().ShouldBe(1);
        (await World.CountAsync("crm_note")).ShouldBe(1);
        var winner = all.Single(asked => asked.Value.IsNew).Value.Note.AskedBy;
        (await World.ListAsync<string>("select actor || ' ' || subject || ' ' || after from audit where action = 'brief.note'")).ShouldBe([$"{winner} account/{account} brief {brief}"]);
        (await Ledger.ReadNotesAsync(account, 10, Token)).ShouldHaveSingleItem().Status.ShouldBe(NoteStatus.Waiting);

        var next = await Ledger.AddBriefAsync(BriefFor(account), "ada", Token);
        (await Ledger.AskNoteAsync(next, "ada", Token)).Value.IsNew.ShouldBeTrue("a newer brief makes a new note");
        (await Ledger.AskNoteAsync(await Ledger.AddBriefAsync(BriefFor(null), "ada", Token), "ada", Token)).Failure!.Code.ShouldBe("note.no_account");
        (await Ledger.AskNoteAsync(999_999, "ada", Token)).Failure!.Code.ShouldBe("note.no_account");
    }

    [Fact]
    public async Task EraseAsync_AccountWithNotesInTheCrm_SaysHowMany()
    {
        var (account, brief) = await BriefedAsync();
        await AskedAsync(brief);
        var request = Request("calls", "2-0");
        (await Ledger.ForecastErasureAsync(request, Token)).Value!.Notes.ShouldBe(0, "it waits here and loses its words");
        await WriteNoteAsync();
        await AskedAsync(await Ledger.AddBriefAsync(BriefFor(account), "ada", Token));
        (await Ledger.ForecastErasureAsync(request, Token)).Value!.Notes.ShouldBe(1);
        (await Ledger.ForecastErasureAsync(Request("calls", "3-0"), Token)).Value!.Notes.ShouldBe(0, "another account's");
        (await Ledger.EraseAsync(request, Token)).Value!.Notes.ShouldBe(1);
        (await World.CountAsync("crm_note where status = 'written'")).ShouldBe(1, "nobody took it away");
    }

    [Fact]
    public async Task Notes_Gathered_OnlyWhereTheConnectionWrites()
    {
        var (_, brief) = await BriefedAsync();
        await AskedAsync(brief);
        await World.SetModeAsync(WriteMode.Preview);
        (await GatherAsync()).ShouldNotContain(batch => batch.Kind == BatchKind.Note);
        await World.SetModeAsync(WriteMode.Approve);
        var (batch, work) = await NoteBatchAsync();
        (work.Status, work.BriefId, work.Account, work.SentAt, work.Content!.Title).ShouldBe((NoteStatus.Waiting, brief, new NoteAccount("companies", "2"), null, "Brackwater"));
        work.Reference.ShouldBe(NoteReference.Of(brief, LedgerWorld.Start, work.Account));
        (await GatherAsync()).ShouldNotContain(made => made.Kind == BatchKind.Note, "it is covered");
        await World.CommitAsync(batch, new LedgerChange { Ending = new BatchEnding.Completed() });
        (await GatherAsync()).ShouldContain(made => made.Kind == BatchKind.Note, "what a batch let go of is taken up again");
    }

    [Fact]
    public async Task Notes_SentAndLost_KeepTheMomentUntilItIsCertain()
    {
        var (_, brief) = await BriefedAsync();
        await AskedAsync(brief);
        var (batch, work) = await NoteBatchAsync();
        await World.CommitAsync(batch, new LedgerChange { Notes = [new NoteChange(work.NoteId, NoteStatus.Sending) { Fingerprint = "f" }] });
        var sent = (await Ledger.ReadNoteWorkAsync(batch.Id, Token))!;
        sent.SentAt.ShouldNotBeNull();
        (sent.Fingerprint, sent.Status).ShouldBe(("f", NoteStatus.Sending));
        sent.SinceSent.ShouldBeLessThan(TimeSpan.FromMinutes(5));
        await AlterAsync("update crm_note set sent_at = sent_at - 3600000");
        (await Ledger.ReadNoteWorkAsync(batch.Id, Token))!.SinceSent.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromHours(1), "a request that is old is settled");
        (await Ledger.ActOnNoteAsync(work.NoteId, NoteAct.Withdraw, "ada", Token)).Failure!.Code.ShouldBe("note.in_flight");

        await World.CommitAsync(batch, new LedgerChange { Notes = [new NoteChange(work.NoteId, NoteStatus.Failed) { Code = "retries_exhausted", Message = "Given up." }], Ending = new BatchEnding.Completed() });
        (await Ledger.FindNoteAsync(brief, Token))!.Message.ShouldBe("Given up.");
        (await Ledger.ActOnNoteAsync(work.NoteId, NoteAct.Retry, "bob", Token)).Value!.Status.ShouldBe(NoteStatus.Sending, "it is looked for before it is sent again");
        var (again, open) = await NoteBatchAsync();
        open.SentAt.ShouldNotBeNull();
        await World.CommitAsync(again, new LedgerChange { Notes = [new NoteChange(open.NoteId, NoteStatus.Waiting) { NothingWritten = true }] });
        (await Ledger.ReadNoteWorkAsync(again.Id, Token))!.SentAt.ShouldBeNull();
        (await Ledger.ActOnNoteAsync(work.NoteId, NoteAct.Retry, "bob", Token)).Failure!.Code.ShouldBe("note.not_failed");
        (await World.ListAsync<string>("select actor || ' ' || action || ' ' || before from audit where action like 'brief.note_%'")).ShouldBe(["bob brief.note_retry failed"]);
    }

    [Fact]
    public async Task Notes_OfALostProcess_FailWithTheReasonAndStayFindable()
    {
        var (_, brief) = await BriefedAsync();
        await AskedAsync(brief);
        var (batch, work) = await NoteBatchAsync();
        await World.CommitAsync(batch, new LedgerChange { Notes = [new NoteChange(work.NoteId, NoteStatus.Sending) { Fingerprint = "f" }] });
        await World.CommitAsync(batch, new LedgerChange { Ending = new BatchEnding.Discard("retries_exhausted", "It never came back.") });
        var note = (await Ledger.FindNoteAsync(brief, Token))!;
        (note.Status, note.Code, note.Message).ShouldBe((NoteStatus.Failed, "retries_exhausted", "It never came back."));
        (await World.CountAsync("crm_note where sent_at is not null and batch_id is null")).ShouldBe(1);
    }

    [Fact]
    public async Task Notes_WithdrawnAndAskedForAgain_AreTakenUpOnce()
    {
        var (_, brief) = await BriefedAsync();
        var note = await AskedAsync(brief);
        (await Ledger.ActOnNoteAsync(note.Id, NoteAct.TakeBack, "bob", Token)).Failure!.Code.ShouldBe("note.not_written");
        (await Ledger.ActOnNoteAsync(note.Id, NoteAct.Withdraw, "bob", Token)).Value!.Status.ShouldBe(NoteStatus.Withdrawn);
        (await GatherAsync()).ShouldNotContain(batch => batch.Kind == BatchKind.Note);
        (await Ledger.ActOnNoteAsync(note.Id, NoteAct.Withdraw, "bob", Token)).Failure!.Code.ShouldBe("note.not_waiting");
        var again = await Ledger.AskNoteAsync(brief, "cid", Token);
        (again.Value.IsNew, again.Value.Note.Id, again.Value.Note.AskedBy, again.Value.Note.Status).ShouldBe((true, note.Id, "cid", NoteStatus.Waiting));
        (await Ledger.AskNoteAsync(brief, "dan", Token)).Value.IsNew.ShouldBeFalse();
        (await Ledger.ActOnNoteAsync(77_777, NoteAct.Retry, "bob", Token)).Failure!.Code.ShouldBe("note.unknown");
    }

    [Fact]
    public async Task Notes_TakenBack_OnlyWhereTheConnectionWritesAndOnce()
    {
        var (_, brief) = await BriefedAsync();
        var note = await AskedAsync(brief);
        await WriteNoteAsync();
        await World.SetModeAsync(WriteMode.Paused);
        (await Ledger.ActOnNoteAsync(note.Id, NoteAct.TakeBack, "bob", Token)).Failure!.Code.ShouldBe("note.not_writing");
        await World.SetModeAsync(WriteMode.On);
        var both = await Task.WhenAll(Ledger.ActOnNoteAsync(note.Id, NoteAct.TakeBack, "bob", Token), Ledger.ActOnNoteAsync(note.Id, NoteAct.TakeBack, "cid", Token));
        both.Count(outcome => outcome.Succeeded).ShouldBe(1);
        both.Single(outcome => !outcome.Succeeded).Failure!.Code.ShouldBe("note.in_flight");
        var (batch, work) = await NoteBatchAsync();
        (work.Status, work.Record, work.Fingerprint).ShouldBe((NoteStatus.Removing, NoteRecord, "f"));
        await World.CommitAsync(batch, new LedgerChange { Notes = [new NoteChange(work.NoteId, NoteStatus.Removed)], Ending = new BatchEnding.Completed() });
        (await Ledger.FindNoteAsync(brief, Token))!.Status.ShouldBe(NoteStatus.Removed);
        (await Ledger.AskNoteAsync(brief, "ada", Token)).Value.IsNew.ShouldBeFalse("a brief is written once");
        (await World.CountAsync("audit where action = 'brief.note_undo'")).ShouldBe(1);
    }

    [Fact]
    public async Task Notes_ThatComeBackWithAPoll_AreNoActivitiesAndMakeNoRunBusy()
    {
        var (_, brief) = await BriefedAsync();
        await AskedAsync(brief);
        await WriteNoteAsync();
        var before = await World.CountAsync("activity");
        var scan = await World.StartScanAsync(RunKind.PollFresh, "notes");
        var work = (await Ledger.ReadScanAsync(scan.Id, Token))!;
        var result = await World.CommitAsync(scan, new LedgerChange
        {
            Activities = [Note("9001", "<p>Whatever a person made of it.</p>", 3)], Scan = new ScanProgress(work.ScanId, null, true, 1, 0), Ending = new BatchEnding.Completed(),
        });

        result.NewBatches.ShouldNotContain(batch => batch.Kind == BatchKind.Classify);
        (await World.CountAsync("activity")).ShouldBe(before);
        var run = await World.RunAsync(scan.RunId!.Value);
        (run.Seen, run.Stored, run.Skipped).ShouldBe((1, 0, 1));
        var window = Window("notes");
        (await Ledger.CountAsync(World.ConnectionId, window, Token)).ShouldBe(1, "the CRM counts it, and so do we");
        (await Ledger.ReadIdsAsync(World.ConnectionId, window, Token)).ShouldHaveSingleItem().ExternalId.ShouldBe("9001");
        (await Ledger.FindKeysAsync(World.ConnectionId, "notes", ["9001", "9002"], Token)).ShouldHaveSingleItem().Value.IsErased.ShouldBeTrue();

        var gone = await World.StartScanAsync(RunKind.PollGone, "notes");
        await World.CommitAsync(gone, new LedgerChange { Gone = new GoneActivities("notes", ["9001"]), Ending = new BatchEnding.Completed() });
        (await Ledger.FindNoteAsync(brief, Token))!.GoneAt.ShouldNotBeNull();
        (await Ledger.CountAsync(World.ConnectionId, window, Token)).ShouldBe(0);
    }

    [Fact]
    public async Task Notes_ThatComeBackBeforeTheirIdIsKnown_AreRecognisedByTheReferenceAndCopiesAreNot()
    {
        var (_, brief) = await BriefedAsync();
        await AskedAsync(brief);
        var (batch, work) = await NoteBatchAsync();
        // Nothing was sent yet, so whoever writes the reference by hand writes a note like any other.
        (await World.StoreAsync(Note("8000", $"<p>See {work.Reference}</p>"))).ShouldNotBeEmpty();
        await World.CommitAsync(batch, new LedgerChange { Notes = [new NoteChange(work.NoteId, NoteStatus.Sending) { Fingerprint = "f" }] });

        (await World.StoreAsync(Note("9001", $"<p>Reference {work.Reference}</p>"), Note("9002", "<p>We spoke.</p>"))).ShouldHaveSingleItem();
        (await World.ListAsync<string>("select external_id from activity where object_type = 'notes' order by 1")).ShouldBe(["8000", "9002"]);

        await World.CommitAsync(batch, new LedgerChange { Notes = [new NoteChange(work.NoteId, NoteStatus.Written) { Record = NoteRecord }], Ending = new BatchEnding.Completed() });
        (await World.StoreAsync(Note("9003", $"<p>I agree with this: Reference {work.Reference}</p>"))).ShouldHaveSingleItem();
        (await World.StoreAsync(Note("9001", "<p>again</p>", 5))).ShouldBeEmpty();
        (await World.ListAsync<string>("select external_id from activity where object_type = 'notes' order by 1")).ShouldBe(["8000", "9002", "9003"], "a person's copy is a person's note");
    }

    [Fact]
    public async Task Notes_OfErasedOrPurgedBriefs_HoldNoTextAndLetThemGo()
    {
        var ids = await TalkSeed.PlantAsync(Ledger);
        var activity = (await World.ListAsync<long>("select id from activity where external_id = '2-0'"))[0];
        var brief = await Ledger.AddBriefAsync(BriefFor(ids[2], TalkSeed.Bills, $"{activity}"), "ada", Token);
        await AskedAsync(brief);
        await Ledger.EraseAsync(new Pipeline.Erasure.ErasureRequest((await Ledger.ListConnectionsAsync(Token))[0], "calls", "2-0", "ada"), Token);
        var (batch, work) = await NoteBatchAsync();
        work.Content.ShouldBeNull();
        (await PurgeAsync("brief")).ShouldBe(0, "it is on its way to the CRM");
        await World.CommitAsync(batch, new LedgerChange { Notes = [new NoteChange(work.NoteId, NoteStatus.Written) { Record = NoteRecord }], Ending = new BatchEnding.Completed() });
        (await PurgeAsync("brief")).ShouldBe(1);
        (await Ledger.ReadNotesAsync(ids[2], 10, Token)).ShouldHaveSingleItem().Brief.ShouldBeNull();
        (await World.StoreAsync(Note("9001", "<p>still ours</p>"))).ShouldBeEmpty();
        (await World.ListAsync<string>("select coalesce(message, '') || coalesce(remote_message, '') || reference from crm_note")).ShouldAllBe(kept => !kept.Contains(Canary, StringComparison.Ordinal));
    }
}
