using CrmSync.IntegrationTests.Testing;
using CrmSync.Simulator;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.HubSpot;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Recovery;

/// <summary>F31: a credential that opens another company's account is noticed before a record or a property of that account is read or written.</summary>
public sealed class WrongAccountTests(LastingFaultHouse house) : IClassFixture<LastingFaultHouse>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(110);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Token_OfAnotherPortalInMidRun_StopsBeforeTheFirstRecordAndGoesOnWithTheRightOne()
    {
        var crm = house.HubSpot;
        var mark = await house.MarkAsync(Token);
        // The grant ends, and the next one that somebody puts in its place belongs to another portal.
        crm.Dials.Turn("F10", new DialSetting());
        await house.IsSaidAsync(crm, "hubspot.grant_dead", mark, Token);
        crm.Dials.Turn("F31", new DialSetting());
        crm.Calls.Clear();
        crm.Dials.Heal("F10");

        var mine = house.Add(crm);
        await house.IsSaidAsync(crm, "hubspot.wrong_account", mark, Token);
        await OthersGoOnAsync(crm);
        OnlyAskedWhoseItIs(crm);

        crm.Dials.Turn("F10", new DialSetting());
        crm.Dials.Heal("F31");
        crm.Dials.Heal("F10");
        await house.IsLabelledAsync(crm, mine, Token);
        await house.IsQuietAsync(Token);
    }

    [Fact]
    public async Task Session_OfAnotherOrgInMidRun_StopsBeforeTheFirstRecordAndGoesOnWithTheRightOne()
    {
        var crm = house.Salesforce;
        var mark = await house.MarkAsync(Token);
        crm.Dials.Turn("F31", new DialSetting());
        crm.Calls.Clear();
        var mine = house.Add(crm);
        await house.IsSaidAsync(crm, "salesforce.wrong_account", mark, Token);
        await OthersGoOnAsync(crm);
        OnlyAskedWhoseItIs(crm);

        crm.Dials.Heal("F31");
        await house.IsLabelledAsync(crm, mine, Token);
        await house.IsQuietAsync(Token);
    }

    [Fact]
    public async Task Start_WithCredentialsOfOtherAccounts_NeitherReadsNorSetsUpAnythingThere()
    {
        await using var service = await ServiceUnderTest.CreateAsync(
            20, Token, manner: new ServiceManner { HubSpotApp = new HubSpotOAuthApp("sim-app", "sim-app-secret", "sim-app-refresh") });
        await using (var first = service.StartHost())
        {
            await Eventually.IsTrueAsync(() => service.IsSyncedAsync(Token), $"the first synchronisation ends. It said: {first.Output}", Patience, Token);
            (await first.TerminateAsync(Token)).ShouldBe(0, first.Output);
        }

        foreach (var crm in service.Crms.All)
        {
            ((ISimulatorControls)crm).Dials.Turn("F31", new DialSetting());
            crm.Calls.Clear();
        }
        await using (var stranger = service.StartHost())
        {
            await Eventually.IsTrueAsync(
                async () => (await service.AskAsync<long>("select count(distinct connection_id) from run_log where code like '%.wrong_account'", null, Token))[0] == 2,
                $"both connections notice it. It said: {stranger.Output}", Patience, Token);
            await using var setup = HostProcess.Start(service.Folder, "setup", "--yes");
            (await setup.ExitAsync(Token)).ShouldNotBe(0, setup.Output);
            (await stranger.TerminateAsync(Token)).ShouldBe(0, stranger.Output);
        }
        foreach (var crm in service.Crms.All)
        {
            // Host and set-up, each a process of its own, also ask Salesforce what the org is called.
            OnlyAskedWhoseItIs(crm, names: 2);
            ((ISimulatorControls)crm).Dials.Heal("F31");
        }
        await using var again = service.StartHost();
        await Eventually.IsTrueAsync(() => service.IsSyncedAsync(Token), $"it goes on with the right ones. It said: {again.Output}", Patience, Token);
    }

    private async Task OthersGoOnAsync(ISimulatedCrm crm)
    {
        var other = house.Other(crm);
        await house.IsLabelledAsync(other, house.Add(other), Token);
    }

    // Calls that were refused for an ended session reached nothing.
    private static void OnlyAskedWhoseItIs(ISimulatedCrm crm, int names = 0)
    {
        var answered = crm.Calls.Snapshot().Where(call => call.Status is >= 200 and < 300).ToList();
        answered.ShouldNotBeEmpty();
        var asked = answered.Where(IsNameOfOrg).Take(names).ToList();
        answered.Except(asked).Where(call => !call.Path.StartsWith("/oauth/", StringComparison.Ordinal) && !call.Path.StartsWith("/account-info/", StringComparison.Ordinal)
                && !call.Path.StartsWith("/services/oauth2/", StringComparison.Ordinal) && call.Path != "/services/data" && call.Path != "/services/data/")
            .Select(call => $"{call.Method} {call.Path}").Distinct().ShouldBeEmpty($"{crm.Kind}: only whose credential it is may be asked");
    }

    // One row, of Organization; records are read by the hundred or by ids.
    private static bool IsNameOfOrg(SimulatedCall call) =>
        call.Path.StartsWith("/services/data/", StringComparison.Ordinal) && call.Path.EndsWith("/query", StringComparison.Ordinal) && call.Items <= 1;
}
