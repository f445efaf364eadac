using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Simulator;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Recovery;

/// <summary>The program is killed with SIGKILL in the middle of its work, again and again, and must lose nothing and write nothing twice.</summary>
public sealed class CrashTests
{
    private const int Activities = 400;
    private const int Kills = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Run_KilledInMidSyncAgainAndAgain_KeepsTheInvariantsAndFinishes()
    {
        var token = TestContext.Current.CancellationToken;
        await using var service = await ServiceUnderTest.CreateAsync(Activities, token);
        var theirs = ChangeSomeLabelsByHand(service);
        var goal = 2 * Activities / (Kills + 1);
        for (var kill = 1; kill <= Kills; kill++)
        {
            // Each life gets a little further: the kill falls while pages are stored, batches decided, or intents sent.
            await using var host = service.StartHost();
            var part = kill * goal;
            await Eventually.IsTrueAsync(
                async () => (await service.ReadProgressAsync(token)).Sum(progress => progress.Decided) >= part, $"life {kill} reaches {part} activities. It said: {host.Output}", Patience, token);
            await host.KillAsync(token);
        }

        await using (var last = service.StartHost())
        {
            await Eventually.IsTrueAsync(() => service.IsSyncedAsync(token), $"the last life finishes. It said: {last.Output}", Patience, token);
            await SecondPollAsync(service, token);
            (await last.TerminateAsync(token)).ShouldBe(0, last.Output);
        }

        await using var ledger = await service.OpenLedgerAsync(token);
        await Invariants.AssertAsync(ledger, service.Crms.All, token);
        foreach (var (crm, type, id, property) in theirs)
            crm.Find(type, id)!.Properties[property].ShouldBe("ND", "I4: a value that a person set stays");
    }

    private static List<(ISimulatedCrm Crm, string Type, string Id, string Property)> ChangeSomeLabelsByHand(ServiceUnderTest service)
    {
        var engagement = TaxonomySet.LoadShipped()["engagement"];
        var changed = new List<(ISimulatedCrm, string, string, string)>();
        foreach (var crm in service.Crms.All)
        {
            // Only those that can hold a label themselves.
            foreach (var record in crm.ListActivities(20, 40).Where(record => record.ObjectType is not ("notes" or "emails" or "ContentNote")).Take(5))
            {
                crm.EditProperty(record.ObjectType, record.Id, engagement.Properties[crm.Kind], "ND");
                changed.Add((crm, record.ObjectType, record.Id, engagement.Properties[crm.Kind]));
            }
        }
        return changed;
    }

    // Replaying adds nothing: two more settled polls come and go before the histories are looked at.
    private static async Task SecondPollAsync(ServiceUnderTest service, CancellationToken token)
    {
        var before = await RunsAsync(service, token);
        await Eventually.IsTrueAsync(async () => await RunsAsync(service, token) >= before + 8, "more polls finish", Patience, token);
        await Eventually.IsTrueAsync(() => service.IsSyncedAsync(token), "the polls' work is done", Patience, token);
    }

    private static async Task<long> RunsAsync(ServiceUnderTest service, CancellationToken token)
    {
        await using var ledger = await service.OpenLedgerAsync(token);
        await using var connection = await ledger.OpenReadAsync(token);
        await using var command = connection.CreateCommand();
        command.CommandText = "select count(*) from run where status = 'completed'";
        return (long)(await command.ExecuteScalarAsync(token))!;
    }
}
