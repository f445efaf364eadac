using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Reading;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private async Task<IReadOnlyList<string>> LabelDaysAsync()
    {
        while (await Ledger.RollUpLabelsAsync(Token))
        {
            // The days before these.
        }
        return [.. (await new LedgerReader(Ledger, TimeProvider.System).LabelDays.ReadAsync(DateTimeOffset.UnixEpoch, Token)).Select(
            day => $"{DateTimeOffset.FromUnixTimeMilliseconds(day.DayAt):yyyy-MM-dd} {day.Taxonomy} {day.Status}{(day.Label.Length > 0 ? ":" : "")}{day.Label} {day.Count}")];
    }

    [Fact]
    public async Task RollUp_LabelsThatChange_AreCountedOnTheDayOfTheActivityAndOnce()
    {
        (await LabelDaysAsync()).ShouldBeEmpty("an empty ledger");
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.LabelAsync("2", 0, "ENGAGED");
        await World.LabelAsync("3", 0, null);
        var first = await LabelDaysAsync();
        first.ShouldBe(["2026-03-02 engagement abstained 1", "2026-03-02 engagement decided:ENGAGED 2"]);

        await World.LabelAsync("2", 1, "ND");
        (await LabelDaysAsync()).ShouldBe(["2026-03-02 engagement abstained 1", "2026-03-02 engagement decided:ENGAGED 1", "2026-03-02 engagement decided:ND 1"]);
        (await LabelDaysAsync()).Count.ShouldBe(3, "counting again counts nothing twice");
    }

    [Fact]
    public async Task RollUp_LedgerThatWasNeverCounted_GoesBackDayByDay()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        foreach (var day in new[] { 1, 40, 100 })
        {
            foreach (var batch in await World.StoreAsync(LedgerWorld.Activity($"d{day}") with { OccurredAt = LedgerWorld.Start.AddDays(-day) }))
                await World.DecideAsync(batch, work => [LedgerWorld.Decision(work, "ENGAGED")]);
        }
        (await Ledger.RollUpLabelsAsync(Token)).ShouldBeTrue("a step is bounded");
        (await LabelDaysAsync()).ShouldBe(
            ["2025-11-22 engagement decided:ENGAGED 1", "2026-01-21 engagement decided:ENGAGED 1", "2026-03-01 engagement decided:ENGAGED 1", "2026-03-02 engagement decided:ENGAGED 1"]);
    }

    [Fact]
    public async Task Trial_OfAnUndo_SaysWhatTheActThenDoesAndLeavesNothingBehind()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.LabelAsync("2", 0, "ENGAGED");
        await WriteOverAsync("ND", "ND");
        await World.LabelAsync("2", 1, "ND");
        var before = (await World.CountAsync("intent"), await World.CountAsync("run"), await World.CountAsync("audit"), await World.CountAsync("run_log"));

        var trial = await Ledger.TryActAsync(Wish(RunKind.Undo, "outcome=applied"), Token);

        (trial.Done, trial.IsAll).ShouldBe((1, true));
        trial.LeftOut.Select(reason => (reason.Code, reason.Count)).ShouldBe([("act.newer_write", 1L)]);
        (await World.CountAsync("intent"), await World.CountAsync("run"), await World.CountAsync("audit"), await World.CountAsync("run_log")).ShouldBe(before);
        (await World.CountAsync("act_left_out")).ShouldBe(0);
        var act = await ActAsync(RunKind.Undo, "outcome=applied");
        (act.Done, act.LeftOut).ShouldBe((1, 1));
    }

    [Theory]
    [InlineData("id=1", 1)]
    [InlineData("id=2.1", 2)]
    [InlineData("record=1", 1)]
    [InlineData("record=calls/2", 1)]
    [InlineData("record=deals/2", 0)]
    [InlineData("by=rules", 2)]
    [InlineData("by=person", 0)]
    [InlineData("confidence=90-100", 2)]
    [InlineData("confidence=0-89", 0)]
    [InlineData("purpose=label", 2)]
    [InlineData("purpose=undo", 0)]
    [InlineData("actor=human", 0)]
    public async Task LogFilter_EveryPart_MeansTheSameForPagesCountsFilesAndActs(string filter, int expected)
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.LabelAsync("2", 0, "ENGAGED");
        await WriteOverAsync(null, null);
        var reader = new LedgerReader(Ledger, TimeProvider.System);
        var read = WriteLogFilter.ParseText(filter, out var faults);
        faults.ShouldBeEmpty();
        WriteLogFilter.ParseText(read.ToQueryString(), out _).ShouldBe(read);

        (await reader.WriteLog.PageAsync(read, new PageRequest(null, null), Token)).Rows.Count.ShouldBe(expected);
        (await reader.WriteLog.CountAsync(read, Token)).Value.ShouldBe(expected);
        (await reader.Lists.Log.StreamAsync(read, Token).CountAsync(Token)).ShouldBe(expected);
        (await Ledger.CountActAsync(Wish(RunKind.Undo, read.ToQueryString()), Token)).ShouldBe(expected);
    }

    [Fact]
    public async Task Write_TakenBack_TellsItsChainAndWhoDidIt()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await WriteOverAsync("ND", "ND");
        var act = await ActAsync(RunKind.Undo);
        await WriteOverAsync("ENGAGED", "ENGAGED");
        var story = (await new LedgerReader(Ledger, TimeProvider.System).Writes.FindAsync(1, Token)).ShouldNotBeNull();

        story.Chain.Select(link => $"{link.Purpose} {link.Status}").ShouldBe(["undo applied", "label applied"]);
        story.Facts.UndoneById.ShouldBe(story.Chain[0].Id);
        var undo = (await new LedgerReader(Ledger, TimeProvider.System).Writes.FindAsync(story.Chain[0].Id, Token)).ShouldNotBeNull();
        undo.Facts.UndoesId.ShouldBe(1);
        undo.Acts.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            its => its.RunId.ShouldBe(act.RunId), its => its.Kind.ShouldBe("undo"), its => its.Actor.ShouldBe("ada"), its => its.Reason.ShouldBe("Because."));
    }
}
