using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.WriteBack;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.WriteBack;

public sealed class WriteHandlerUndoTests : WriteHandlerCase
{
    private IntentWork GivenUndo(string id, string? value, string? expected, string? shadow)
    {
        var undo = Given(id, value) with { Purpose = IntentPurpose.Undo, Expected = expected, Shadow = shadow };
        Ledger.Intents[^1] = undo;
        return undo;
    }

    [Fact]
    public async Task Handle_UndoWhereOursStillStands_RestoresValueAndShadowAndBlanksTheRest()
    {
        var undo = GivenUndo("1", "Discovery", "Demo", "Discovery");
        Ledger.Crm.Records["1"] = new() { ["stage"] = "Demo", ["stage_auto"] = "Demo", ["stage_confidence"] = "0.93", ["version"] = "1+rules-1" };
        var changes = await RunAsync();
        Final(changes, undo).ShouldBe(IntentStatus.Applied);
        var sending = changes.SelectMany(change => change.Intents).Single(change => change.Status == IntentStatus.Sending);
        (sending.ValueBefore, sending.ShadowBefore).ShouldBe(("Demo", "Demo"));
        var record = Ledger.Crm.Records["1"];
        (record["stage"], record["stage_auto"], record["stage_confidence"], record["version"]).ShouldBe(("Discovery", "Discovery", null, null));
        record["reason"].ShouldBe("Taken back by an operator.");
    }

    [Theory]
    [InlineData("Negotiation")]
    [InlineData(null)]
    public async Task Handle_UndoOfWhatSomebodyChangedSince_KeepsTheirs(string? theirs)
    {
        var undo = GivenUndo("1", "Discovery", "Demo", "Discovery");
        Ledger.Crm.Records["1"] = new() { ["stage"] = theirs, ["stage_auto"] = "Demo" };
        var changes = await RunAsync();
        Final(changes, undo).ShouldBe(IntentStatus.Kept);
        changes.SelectMany(change => change.Intents).Last().Code.ShouldBe("undo.not_ours");
        Ledger.Crm.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Handle_Force_OverwritesTheirsAndKeepsWhatItOverwrote()
    {
        var force = Given("1", "Demo") with { Purpose = IntentPurpose.Force };
        Ledger.Intents[^1] = force;
        Ledger.Crm.Records["1"] = new() { ["stage"] = "Negotiation", ["stage_auto"] = "Discovery" };
        var changes = await RunAsync(new WriteBackOptions { RaceCheck = RaceCheck.Always });
        Final(changes, force).ShouldBe(IntentStatus.Applied);
        var sending = changes.SelectMany(change => change.Intents).Single(change => change.Status == IntentStatus.Sending);
        (sending.ValueBefore, sending.ShadowBefore).ShouldBe(("Negotiation", "Discovery"));
        Ledger.Crm.Records["1"]["stage"].ShouldBe("Demo");
    }
}
