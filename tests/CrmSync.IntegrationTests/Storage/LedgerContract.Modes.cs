using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private async Task<Connection> ConnectionAsync() => (await Ledger.ListConnectionsAsync(Token)).Single(connection => connection.Id == World.ConnectionId);

    private Task<IReadOnlyList<string>> AuditAsync() => World.ListAsync<string>(
        "select actor || '|' || coalesce(before, '-') || '|' || coalesce(after, '-') || '|' || coalesce(reason, '-') from audit where action = 'connection.write_mode' order by id");

    [Fact]
    public async Task SetWriteModeAsync_PauseAndResume_RemembersModeReasonAndWho()
    {
        await World.SetModeAsync(WriteMode.Approve, "Go-live");
        var paused = await World.SetModeAsync(WriteMode.Paused, "Maintenance");
        paused.Answer.ShouldBe(ModeAnswer.Changed);
        var connection = await ConnectionAsync();
        (connection.WriteMode, connection.ResumeMode, connection.ModeReason, connection.ModeBy, connection.ResumeAt)
            .ShouldBe((WriteMode.Paused, WriteMode.Approve, "Maintenance", "ada", null));
        connection.ModeAt.ShouldNotBeNull();

        (await World.SetModeAsync(null)).Answer.ShouldBe(ModeAnswer.Changed);

        connection = await ConnectionAsync();
        (connection.WriteMode, connection.ResumeMode, connection.ModeReason).ShouldBe((WriteMode.Approve, null, null));
        (await AuditAsync()).ShouldBe(["ada|on|approve|Go-live", "ada|approve|paused|Maintenance", "ada|paused|approve|-"]);
    }

    [Fact]
    public async Task SetWriteModeAsync_AskedTwice_ChangesNothingAndSaysSo()
    {
        await World.SetModeAsync(WriteMode.Paused, "Maintenance");
        var again = await World.SetModeAsync(WriteMode.Paused, "Maintenance");
        again.Answer.ShouldBe(ModeAnswer.Unchanged);
        again.Sentence.ShouldContain("already; nothing changed");
        var end = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().AddHours(2).ToUnixTimeMilliseconds());
        (await World.SetModeAsync(WriteMode.Paused, resumeAt: end)).Answer.ShouldBe(ModeAnswer.Changed, "an end is another pause");
        var connection = await ConnectionAsync();
        (connection.ResumeMode, connection.ResumeAt, connection.ModeReason).ShouldBe((WriteMode.On, end, "Maintenance"), "what it goes back to is what stood before the first pause");
        (await AuditAsync()).Count.ShouldBe(2);

        (await World.SetModeAsync(WriteMode.On)).Answer.ShouldBe(ModeAnswer.Changed);
        (await World.SetModeAsync(WriteMode.On)).Answer.ShouldBe(ModeAnswer.Unchanged);
        (await World.SetModeAsync(null)).Answer.ShouldBe(ModeAnswer.Unchanged, "resuming what writes is harmless");
    }

    [Fact]
    public async Task SetWriteModeAsync_WhatCannotBe_IsRefusedWithASentenceAndNothingIsStored()
    {
        await World.SetModeAsync(WriteMode.Preview);
        var before = await ConnectionAsync();
        var idle = await World.SetModeAsync(null);
        (idle.Answer, idle.IsRefused).ShouldBe((ModeAnswer.NotPaused, true));
        idle.Sentence.ShouldContain("is not paused");
        var past = await World.SetModeAsync(WriteMode.Paused, "Late", TimeProvider.System.GetUtcNow().AddMinutes(-1));
        (past.Answer, past.IsRefused).ShouldBe((ModeAnswer.ResumeIsPast, true));
        past.Sentence.ShouldContain("lies ahead");
        (await ConnectionAsync()).ShouldBe(before);
        (await AuditAsync()).Count.ShouldBe(1);

        var seeded = (await Ledger.RegisterConnectionsAsync([new ConnectionSeed("held", "hubspot", "Held", WriteMode.Paused, LedgerWorld.Start)], Token)).Single();
        (await Ledger.SetWriteModeAsync(seeded.Id, new ModeChange(null, "ada"), Token)).Answer.ShouldBe(ModeAnswer.NothingRemembered);
    }

    [Fact]
    public async Task GatherAsync_PauseWhoseTimeHasCome_GoesBackByItselfAndTheAuditSaysSo()
    {
        await World.SetModeAsync(WriteMode.Approve);
        await World.SetModeAsync(WriteMode.Paused, "Lunch", TimeProvider.System.GetUtcNow().AddHours(1));
        await GatherAsync();
        (await ConnectionAsync()).WriteMode.ShouldBe(WriteMode.Paused);

        await World.SetModeAsync(WriteMode.Paused, "Short", TimeProvider.System.GetUtcNow().AddMilliseconds(300));
        await Eventually.IsTrueAsync(
            async () =>
            {
                await GatherAsync();
                return (await ConnectionAsync()).WriteMode is WriteMode.Approve;
            },
            "the pause ends", TimeSpan.FromSeconds(30), Token);

        var connection = await ConnectionAsync();
        (connection.ModeBy, connection.ResumeAt, connection.ResumeMode).ShouldBe((ModeChange.Schedule, null, null));
        (await AuditAsync())[^1].ShouldMatch(@"^schedule\|paused until .*Z\|approve\|The pause came to its end\.$");
        await GatherAsync();
        (await AuditAsync()).Count.ShouldBe(4, "it ends once");
    }

    [Fact]
    public async Task WriteBatches_FormedBeforeApprovalWasAsked_LetGoOfWhatWasNotReleased()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        var batch = await World.GatherWriteAsync();
        await World.SetModeAsync(WriteMode.Approve);
        (await Ledger.ReadIntentsAsync(batch.Id, Token)).ShouldHaveSingleItem().IsReleased.ShouldBeFalse();

        await World.CommitAsync(batch, new LedgerChange { Ending = new BatchEnding.Completed() });

        (await World.ListAsync<string>("select status || coalesce(batch_id, 0) from intent")).ShouldBe(["pending0"]);
        (await GatherAsync()).ShouldBeEmpty();
        (await World.ListAsync<string>("select status from run")).ShouldAllBe(status => status == "completed");
    }
}
