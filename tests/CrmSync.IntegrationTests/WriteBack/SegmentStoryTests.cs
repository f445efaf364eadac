using System.Text.Json;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Simulator;
using CrmSync.Simulator.Hosting;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.WriteBack;

/// <summary>Segments from the command line to the companies of both simulated CRMs.</summary>
public sealed class SegmentStoryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Segments_FoundApprovedEditedRenamedAndUndone_StandOnTheCompaniesOfBothCrms()
    {
        await using var service = await ServiceUnderTest.CreateAsync(activities: 0, Token, manner: new ServiceManner { Segments = true });
        await using var host = service.StartHost();
        var companies = service.Crms.Worlds.Sum(world => world.Companies.Count);
        await Eventually.IsTrueAsync(
            async () => await service.IsSyncedAsync(Token) && (await service.AskAsync<long>("select count(*) from crm_company", null, Token))[0] >= companies,
            "everything is read", Patience, Token);

        var (exit, said) = await CommandAsync(service, "segments", "fit", "--json");
        exit.ShouldBe(0, said);
        var listed = await CommandAsync(service, "segments", "list", "--json");
        using var list = JsonDocument.Parse(listed.Said);
        list.RootElement.GetArrayLength().ShouldBeGreaterThan(0);
        var key = list.RootElement.EnumerateArray().OrderByDescending(row => row.GetProperty("accounts").GetInt64()).First().GetProperty("key").GetString()!;
        // HubSpot lacks the property, as in an account that was set up before there were segments: its writes wait with the reason.
        service.Crms.HubSpot.Dials.Turn("F27", new DialSetting { Target = $"companies/{SegmentKeys.PropertyOf("hubspot")}" });
        (await CommandAsync(service, "segments", "approve", key)).Exit.ShouldBe(0);
        (await CommandAsync(service, "segments", "rename", key, "Planted problem")).Exit.ShouldBe(0);
        // The command ends when all is written.
        await using var assigning = HostProcess.Start(service.Folder, "segments", "assign");
        await Eventually.IsTrueAsync(
            async () => (await service.AskAsync<long>("select count(*) from run_log where code = 'hubspot.property_missing'", null, Token))[0] > 0, "it is told what is missing", Patience, Token);
        (await service.AskAsync<string>("select message from run_log where code = 'hubspot.property_missing' order by id limit 1", null, Token))[0].ShouldContain("Run `crmsync setup`");
        (await service.AskAsync<long>("select count(*) from intent i join connection c on c.id = i.connection_id where i.taxonomy = 'segment' and c.kind = 'hubspot' and i.status <> 'pending'", null, Token)).ShouldBe([0]);
        service.Crms.HubSpot.Dials.HealAll();
        (await assigning.ExitAsync(Token)).ShouldBe(0, assigning.Output);
        await StandsAsync(service, host, key, "Planted problem", []);

        // A person sets another value on one company of each CRM; a rename goes round it.
        Dictionary<string, string> edited = [];
        foreach (var crm in service.Crms.All)
        {
            var id = (await MembersAsync(service, crm, key))[0];
            crm.EditProperty(TypeOf(crm), id, SegmentKeys.PropertyOf(crm.Kind), "Mine");
            edited[crm.Kind] = id;
        }
        (await CommandAsync(service, "segments", "rename", key, "Other name")).Exit.ShouldBe(0);
        (await CommandAsync(service, "segments", "assign")).Exit.ShouldBe(0);
        await StandsAsync(service, host, key, "Other name", edited);
        foreach (var crm in service.Crms.All)
            crm.Find(TypeOf(crm), edited[crm.Kind])!.Properties[SegmentKeys.PropertyOf(crm.Kind)].ShouldBe("Mine");

        foreach (var crm in service.Crms.All)
        {
            var connection = service.Crms.Connections().Single(known => known.Kind == crm.Kind).Key;
            var run = (await service.AskAsync<long>(
                "select max(r.id) from run r join connection c on c.id = r.connection_id where r.kind = 'segment_assign' and c.key = @connection and exists (select 1 from intent i where i.run_id = r.id)", new { connection }, Token))[0];
            var undone = await CommandAsync(service, "undo", "--connection", connection, "--filter", $"run={run}", "--reason", "A trial.");
            undone.Exit.ShouldBe(0, undone.Said);
        }
        await StandsAsync(service, host, key, "Planted problem", edited);
    }

    private static string TypeOf(ISimulatedCrm crm) => crm.Kind == "hubspot" ? "companies" : "Account";

    private static Task<IReadOnlyList<string>> MembersAsync(ServiceUnderTest service, ISimulatedCrm crm, string key) => service.AskAsync<string>(
        "select c.external_id from segment_member m join segment s on s.id = m.segment_id join crm_company c on c.id = m.company_id where s.key = @key and c.object_type = @type order by c.id",
        new { key, type = TypeOf(crm) }, Token);

    private static async Task StandsAsync(ServiceUnderTest service, HostProcess host, string key, string name, Dictionary<string, string> except)
    {
        foreach (var crm in service.Crms.All)
        {
            var members = await MembersAsync(service, crm, key);
            members.Count.ShouldBeGreaterThan(3, "the planted group is in both CRMs");
            await Eventually.IsTrueAsync(
                () => Task.FromResult(members.Where(id => except.GetValueOrDefault(crm.Kind) != id)
                    .All(id => crm.Find(TypeOf(crm), id)!.Properties.GetValueOrDefault(SegmentKeys.PropertyOf(crm.Kind)) == name)),
                $"companies of {crm.Kind} hold '{name}'. It said: {host.Output}", Patience, Token);
        }
    }

    private static async Task<(int Exit, string Said)> CommandAsync(ServiceUnderTest service, params string[] arguments)
    {
        await using var process = HostProcess.Start(service.Folder, arguments);
        var exit = await process.ExitAsync(Token);
        return (exit, process.Output);
    }
}
