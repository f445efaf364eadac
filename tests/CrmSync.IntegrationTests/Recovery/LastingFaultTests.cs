using CrmSync.Simulator;
using CrmSync.Simulator.Hosting;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Recovery;

/// <summary>
/// Faults that stay until somebody mends them, each begun in the middle of the work: the ledger says why nothing goes on, the other CRM is not held up, and after the
/// mending the work is finished without a restart.
/// </summary>
public sealed class LastingFaultTests(LastingFaultHouse house) : IClassFixture<LastingFaultHouse>, IDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("hubspot", "F10", null, "hubspot.grant_dead")]
    [InlineData("hubspot", "F12", null, "hubspot.scope_missing")]
    [InlineData("hubspot", "F27", "calls/{label}", "hubspot.property_missing")]
    [InlineData("hubspot", "F27", "calls/{label}/number", "hubspot.property_unsuitable")]
    [InlineData("hubspot", "F29", "calls/{label}", "hubspot.property_read_only")]
    [InlineData("salesforce", "F10", null, "salesforce.login_refused")]
    [InlineData("salesforce", "F12", null, "salesforce.api_disabled")]
    [InlineData("salesforce", "F12", "Task.{label}", "salesforce.field_missing")]
    [InlineData("salesforce", "F12", "Task.{label}:edit", "salesforce.field_not_editable")]
    [InlineData("salesforce", "F27", "Activity.{label}", "salesforce.field_missing")]
    public async Task Fault_ThatAPersonMustMend_WaitsWithItsReasonAndGoesOnAfterwards(string kind, string dial, string? target, string code)
    {
        var crm = Crm(kind);
        var mark = await house.MarkAsync(Token);
        LastingFaultHouse.DialsOf(crm).Turn(dial, new DialSetting { Target = target?.Replace("{label}", LastingFaultHouse.LabelOf(crm), StringComparison.Ordinal) });
        var mine = house.Add(crm);
        var theirs = house.Add(house.Other(crm));

        await house.IsSaidAsync(crm, code, mark, Token);
        await house.IsLabelledAsync(house.Other(crm), theirs, Token);
        LastingFaultHouse.Label(crm, mine).ShouldBeNullOrEmpty();

        LastingFaultHouse.DialsOf(crm).Heal(dial);
        await house.IsLabelledAsync(crm, mine, Token);
        await house.IsQuietAsync(Token);
        (await house.EndingAsync(crm, mine, Token))!.Status.ShouldBe("applied");
    }

    [Theory]
    [InlineData("hubspot", "F28", "calls/{label}/{value}", "hubspot.option_missing")]
    [InlineData("hubspot", "F29", "calls/crmsync_test_department/required", "hubspot.rule_refused")]
    [InlineData("salesforce", "F28", "Activity.{label}={value}", "salesforce.option_missing")]
    [InlineData("salesforce", "F29", "rule", "salesforce.rule_refused")]
    [InlineData("salesforce", "F29", "readonly", "salesforce.record_access_refused")]
    [InlineData("salesforce", "F29", "trigger", "salesforce.rule_refused")]
    public async Task Fault_ThatRefusesARecord_IsRejectedWithTheCrmsWordsAndNewWorkGoesOn(string kind, string dial, string target, string code)
    {
        var crm = Crm(kind);
        if (target.Contains("crmsync_test_department", StringComparison.Ordinal))
            house.HubSpot.DefineProperty("calls", "crmsync_test_department");
        var before = house.Add(crm);
        await house.IsLabelledAsync(crm, before, Token);
        var text = target.Replace("{label}", LastingFaultHouse.LabelOf(crm), StringComparison.Ordinal)
            .Replace("{value}", LastingFaultHouse.Label(crm, before), StringComparison.Ordinal);
        LastingFaultHouse.DialsOf(crm).Turn(dial, new DialSetting { Target = text });
        var mine = house.Add(crm);
        var theirs = house.Add(house.Other(crm));

        await house.HasEndedAsync(crm, mine, "rejected", Token);
        var ending = (await house.EndingAsync(crm, mine, Token))!;
        ending.Code.ShouldBe(code);
        ending.Message.ShouldNotBeNullOrEmpty();
        ending.Words.ShouldNotBeNullOrEmpty();
        await house.IsLabelledAsync(house.Other(crm), theirs, Token);

        LastingFaultHouse.DialsOf(crm).Heal(dial);
        var next = house.Add(crm);
        await house.IsLabelledAsync(crm, next, Token);
        (await house.EndingAsync(crm, mine, Token))!.Status.ShouldBe("rejected", "it stays rejected, with its reason, until it is decided about anew");
        crm.EditText(mine.ObjectType, mine.Id, mine.Subject, mine.Body + " Confirmed again.");
        await house.IsLabelledAsync(crm, mine, Token);
        await house.IsQuietAsync(Token);
    }

    [Theory]
    [InlineData("hubspot", "archive", "")]
    [InlineData("hubspot", "merge", "deals")]
    [InlineData("salesforce", "delete", "")]
    public async Task Record_GoneBetweenReadAndWrite_IsRejectedAsGoneAndHoldsNobodyUp(string kind, string how, string target)
    {
        var crm = Crm(kind);
        Assert.SkipUnless(house.Has(crm, target), $"This world has no label on {target}.");
        // The next write meets the fault: it has to be this test's own.
        await house.IsQuietAsync(Token);
        if (target.Length > 0)
        {
            // Blank label and blank shadow: as if nobody had ever labelled it, so that there is something to write.
            crm.EditProperty(target, house.TargetOf(crm, target)!, LastingFaultHouse.LabelOf(crm), null);
            crm.EditProperty(target, house.TargetOf(crm, target)!, LastingFaultHouse.LabelOf(crm) + "_auto", null);
        }
        LastingFaultHouse.DialsOf(crm).Turn("F26", new DialSetting { Count = 1, Target = how, Route = target.Length > 0 ? target : null });
        var mine = house.Add(crm, target);
        await house.WaitAsync(
            async () => LastingFaultHouse.DialsOf(crm).On("F26") is null && (await house.EndingAsync(crm, mine, Token))?.Status is "rejected" or "applied" or "unchanged",
            "the write meets a record that is gone", Token);
        LastingFaultHouse.DialsOf(crm).Heal("F26");
        var ending = (await house.EndingAsync(crm, mine, Token))!;
        TestContext.Current.TestOutputHelper!.WriteLine($"{ending}");
        ending.Status.ShouldBe("rejected");
        ending.Code.ShouldBeOneOf("write.record_gone", "hubspot.not_found", "salesforce.not_found");

        var next = house.Add(crm);
        await house.IsLabelledAsync(crm, next, Token);
        await house.IsQuietAsync(Token);
    }

    public void Dispose()
    {
        foreach (var crm in house.Service.Crms.All)
            LastingFaultHouse.DialsOf(crm).HealAll();
    }

    private ISimulatedCrm Crm(string kind) => house.Service.Crms.All.Single(crm => crm.Kind == kind);
}
