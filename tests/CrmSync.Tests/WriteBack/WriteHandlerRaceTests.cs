using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.WriteBack;

/// <summary>What a person sets between the last look and the write.</summary>
public sealed class WriteHandlerRaceTests : WriteHandlerCase
{
    private void GivenHistory(params string?[] newestFirst) => Ledger.Crm.Histories[("1", "stage")] =
        [.. newestFirst.Select(value => new ValueSetting(value, null, value is "Negotiation" or null ? ValueActor.Human : ValueActor.Automation, "7"))];

    [Theory]
    [InlineData("Negotiation")]
    [InlineData(null)]
    public async Task Handle_ValueSetBetweenReadAndWrite_IsPutBackWithoutTheShadow(string? theirs)
    {
        var intent = Given("1", "Demo");
        Ledger.Crm.Records["1"] = new() { ["stage"] = "Discovery", ["stage_auto"] = "Discovery" };
        Ledger.Crm.ModifiedAt = TimeProvider.System.GetUtcNow().AddMinutes(-5);
        GivenHistory("Demo", theirs, "Discovery");
        var changes = await RunAsync();
        changes.SelectMany(change => change.Intents).Where(change => change.IntentId == intent.IntentId).Select(change => change.Status)
            .ShouldBe([IntentStatus.Sending, IntentStatus.Unknown, IntentStatus.Kept], "nothing says applied before the history was looked at");
        var kept = changes.SelectMany(change => change.Intents).Last();
        (kept.Code, kept.Actor, kept.ValueAfter).ShouldBe(("write.race_restored", ValueActor.Human, theirs));
        (Ledger.Crm.Records["1"]["stage"], Ledger.Crm.Records["1"]["stage_auto"]).ShouldBe((theirs, "Demo"));
        Ledger.Crm.Writes[^1].ShouldHaveSingleItem().Values.Keys.ShouldBe(["stage"]);
    }

    [Theory]
    [InlineData(RaceCheck.Recent, 59, 1)]
    [InlineData(RaceCheck.Recent, 61, 0)]
    [InlineData(RaceCheck.Always, 6_000, 1)]
    [InlineData(RaceCheck.Never, 1, 0)]
    public async Task Handle_RecordChangedSoManyMinutesAgo_IsCheckedAsTheSettingSays(RaceCheck setting, int minutes, int reads)
    {
        var intent = Given("1", "Demo");
        Ledger.Crm.ModifiedAt = TimeProvider.System.GetUtcNow().AddMinutes(-minutes);
        GivenHistory("Demo");
        Final(await RunAsync(new WriteBackOptions { RaceCheck = setting }), intent).ShouldBe(IntentStatus.Applied);
        Ledger.Crm.HistoryReads.ShouldBe(reads);
    }

    [Fact]
    public async Task Handle_TheirValueCannotBePutBack_SaysWhatWasLost()
    {
        var intent = Given("1", "Demo");
        Ledger.Crm.ModifiedAt = TimeProvider.System.GetUtcNow();
        GivenHistory("Demo", "Negotiation");
        Ledger.Crm.OnWrite = writes => writes[0].Values.Count == 1
            ? Result.Success<IReadOnlyList<RecordWriteResult>>([Refused(writes[0], FailureCategory.Reject)]) : default(Result<IReadOnlyList<RecordWriteResult>>?);
        var last = (await RunAsync()).SelectMany(change => change.Intents).Last(change => change.IntentId == intent.IntentId);
        (last.Status, last.Code).ShouldBe((IntentStatus.Applied, "write.race_lost"));
        last.Message!.ShouldContain("Negotiation");
    }

    [Fact]
    public async Task Handle_TheirValueCannotBePutBackNow_StaysUnknownAndComesAgain()
    {
        var intent = Given("1", "Demo");
        Ledger.Crm.ModifiedAt = TimeProvider.System.GetUtcNow();
        GivenHistory("Demo", "Negotiation");
        Ledger.Crm.OnWrite = writes => writes[0].Values.Count == 1
            ? new Failure(FailureCategory.Retry, "test.busy", "Busy.", "Wait.") : default(Result<IReadOnlyList<RecordWriteResult>>?);
        var changes = await RunAsync();
        Final(changes, intent).ShouldBe(IntentStatus.Unknown);
        changes[^1].Ending.ShouldBeOfType<BatchEnding.Retry>();
    }
}
