using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using CrmSync.Simulator;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Taxonomies;

/// <summary>A third taxonomy lies in the folder beside the shipped two, and nothing else is done: no code, no setting that names it.</summary>
public sealed partial class AddedTaxonomyTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly Dictionary<string, string> Property = new() { ["hubspot"] = "crmsync_objection", ["salesforce"] = "CrmSync_Objection__c" };
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-taxonomies-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Run_TaxonomyAddedByAFile_IsSetUpWrittenLoggedShownAndDecidedAgainWhenItChanges()
    {
        await using var service = await ServiceUnderTest.CreateAsync(activities: 40, Token, withProperties: false);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Taxonomies"), "*.json"))
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        var settings = Path.Combine(service.Folder, "taxonomies.json");
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(new { CrmSync = new { Classification = new { TaxonomyFolder = _folder } } }), Token);
        var objections = Objects(service);

        var (set, plan) = await CommandAsync(service, "setup", "--yes", "--config", settings);
        set.ShouldBe(0, plan);
        plan.ShouldContain("crmsync_objection");
        plan.ShouldContain("CrmSync_Objection__c");

        await using (var host = HostProcess.Start(service.Folder, "run", "--config", settings))
        {
            await Eventually.IsTrueAsync(() => service.IsSyncedAsync(Token), $"all is written. It said: {host.Output}", Patience, Token);
            await AssertInBothCrmsAsync(service, objections, "Price");
            await AssertInTheConsoleAsync(host, service);
            await AssertReviewedAsync(service, settings, objections[0]);
            (await host.TerminateAsync(Token)).ShouldBe(0, host.Output);
        }

        // The same version with another text would leave its old decisions unexplained.
        Change(node => node["name"] = "Objections");
        var (refused, why) = await CommandAsync(service, "run", "--config", settings);
        refused.ShouldNotBe(0);
        why.ShouldContain("taxonomy \"objection\" was changed, but its version is still \"1\"");

        // Version 2 no longer has prices; what spoke of them is timing now.
        Change(node =>
        {
            node["version"] = "2";
            var labels = node["labels"]!.AsArray();
            var price = labels.Single(label => (string?)label!["id"] == "price")!;
            labels.Remove(price);
            labels.Single(label => (string?)label!["id"] == "timing")!["cues"] = price["cues"]!.DeepClone();
        });
        var (counted, estimate) = await CommandAsync(service, "relabel", "--taxonomy", "objection", "--estimate", "--json", "--config", settings);
        counted.ShouldBe(0, estimate);
        JsonNode.Parse(estimate[estimate.IndexOf('[')..(estimate.LastIndexOf(']') + 1)])!.AsArray().Sum(row => (long)row!["activities"]!).ShouldBeGreaterThanOrEqualTo(40);
        (await service.AskAsync<long>("select count(*) from run where kind = 'relabel'", null, Token)).ShouldBe([0]);

        var (done, said) = await CommandAsync(service, "relabel", "--taxonomy", "objection", "--config", settings);
        done.ShouldBe(0, said);
        await AssertInBothCrmsAsync(service, objections, "Timing");
        (await service.AskAsync<long>("select count(*) from decision where taxonomy = 'objection' and taxonomy_version = '1' and label = 'price' and superseded_at is not null", null, Token))[0]
            .ShouldBeGreaterThanOrEqualTo(objections.Count, "the history keeps the old answers");
        (await service.AskAsync<long>("select count(*) from decision where taxonomy = 'stage' and superseded_at is not null", null, Token)).ShouldBe([0], "the others are as they were");
        (await CommandAsync(service, "relabel", "--taxonomy", "nonsense", "--config", settings)).Exit.ShouldBe(2);

        await using var again = HostProcess.Start(service.Folder, "run", "--config", settings);
        var address = await AddressAsync(again);
        using var client = await BrowserAsync(service, address);
        var id = (await service.AskAsync<long>("select activity_id from decision where taxonomy = 'objection' and label = 'price' and status = 'decided' order by id limit 1", null, Token))[0];
        var story = await client.GetStringAsync(new Uri(address, $"/activities/{id}"), Token);
        story.ShouldMatch("chip label p-\\d-\\d\">Price<", "a removed label keeps its name and colour");
        var definitions = await client.GetStringAsync(new Uri(address, $"/activities/{id}?handler=Definitions&taxonomy=objection&version=1"), Token);
        definitions.ShouldContain("too expensive");
    }

    /// <summary>Some activities of each CRM that can hold a label themselves are made to speak of the price.</summary>
    private static List<(ISimulatedCrm Crm, string Type, string Id)> Objects(ServiceUnderTest service)
    {
        List<(ISimulatedCrm, string, string)> chosen = [];
        foreach (var crm in service.Crms.All)
        {
            foreach (var record in crm.ListActivities(0, 40).Where(record => record is { ObjectType: "calls" or "tasks" or "Task", Type: "call" or "task" }).Take(3))
            {
                crm.EditText(record.ObjectType, record.Id, "Call with Ines", "Reached Ines. The offer is too expensive for them and there is no budget this year.");
                chosen.Add((crm, record.ObjectType, record.Id));
            }
        }
        chosen.Count.ShouldBe(6);
        return chosen;
    }

    private static async Task AssertInBothCrmsAsync(ServiceUnderTest service, List<(ISimulatedCrm Crm, string Type, string Id)> objections, string value)
    {
        foreach (var (crm, type, id) in objections)
        {
            var property = Property[crm.Kind];
            var properties = crm.Find(type, id)!.Properties;
            properties.GetValueOrDefault(property).ShouldBe(value, $"{crm.Kind} {type} {id}");
            properties.GetValueOrDefault(crm.Kind == "hubspot" ? $"{property}_auto" : "CrmSync_Objection_Auto__c").ShouldBe(value);
            properties.GetValueOrDefault(crm.Kind == "hubspot" ? $"{property}_confidence" : "CrmSync_Objection_Confidence__c").ShouldNotBeNullOrEmpty();
            (await service.AskAsync<long>(
                "select count(*) from intent where target_id = @id and property = @property and value = @value and status = 'applied'", new { id, property, value }, Token))
                .ShouldBe([1], "the write log has it");
        }
    }

    private static async Task AssertInTheConsoleAsync(HostProcess host, ServiceUnderTest service)
    {
        var address = await AddressAsync(host);
        using var client = await BrowserAsync(service, address);
        var log = await client.GetStringAsync(new Uri(address, "/log?label=objection:price"), Token);
        log.ShouldContain("Objection type");
        log.ShouldMatch("chip label l-\\d-0\"[^>]*>Price<");
        var activities = await client.GetStringAsync(new Uri(address, "/activities?label=objection:price"), Token);
        activities.ShouldMatch("chip label l-\\d-0\"[^>]*>Price<");
        var sheet = LabelSheet().Match(activities).Value;
        (await client.GetStringAsync(new Uri(address, sheet), Token)).ShouldMatch("\\.l-2-5|\\.l-1-5");
        (await service.AskAsync<long>("select count(*) from taxonomy_version", null, Token)).ShouldBe([3]);
    }

    /// <summary>The taxonomy has its review rows, and a reviewer's answer reaches the CRM.</summary>
    private static async Task AssertReviewedAsync(ServiceUnderTest service, string settings, (ISimulatedCrm Crm, string Type, string Id) chosen)
    {
        var queue = Path.Combine(service.Folder, "queue.csv");
        (await CommandAsync(service, "review", "--export", queue, "--taxonomy", "objection", "--config", settings)).Exit.ShouldBe(0);
        (await File.ReadAllLinesAsync(queue, Token)).Skip(1).ShouldNotBeEmpty("least-sure and audit rows of the added taxonomy");

        var activity = (await service.AskAsync<long>(
            "select a.id from activity a join connection c on c.id = a.connection_id where a.external_id = @Id and a.object_type = @Type and c.kind = @Kind",
            new { chosen.Id, chosen.Type, chosen.Crm.Kind }, Token))[0];
        var answers = Path.Combine(service.Folder, "answers.csv");
        await File.WriteAllTextAsync(answers, $"id,taxonomy,label\n{activity},objection,timing\n", Token);
        var (exit, said) = await CommandAsync(service, "review", "--import", answers, "--config", settings);
        exit.ShouldBe(0, said);
        await Eventually.IsTrueAsync(
            () => Task.FromResult(chosen.Crm.Find(chosen.Type, chosen.Id)!.Properties.GetValueOrDefault(Property[chosen.Crm.Kind]) == "Timing"),
            "the reviewer's answer is in the CRM", Patience, Token);
    }

    private static async Task<HttpClient> BrowserAsync(ServiceUnderTest service, Uri address)
    {
        await using var ledger = await service.OpenLedgerAsync(Token);
        var known = await ledger.FindSignInAsync("viewer@example.com", Token);
        return await People.Browser(address).SignInAsync(known?.Account ?? await People.AddAsync(ledger, ApiRole.Viewer));
    }

    private static async Task<Uri> AddressAsync(HostProcess host)
    {
        await Eventually.IsTrueAsync(() => Task.FromResult(ConsoleLine().IsMatch(host.Output)), $"the console is there. It said: {host.Output}", Patience, Token);
        return new Uri(ConsoleLine().Match(host.Output).Groups[1].Value);
    }

    private static async Task<(int Exit, string Said)> CommandAsync(ServiceUnderTest service, params string[] arguments)
    {
        await using var process = HostProcess.Start(service.Folder, arguments);
        var exit = await process.ExitAsync(Token);
        return (exit, process.Output);
    }

    private void Change(Action<JsonNode> change)
    {
        var path = Path.Combine(_folder, "objection.json");
        var node = JsonNode.Parse(File.ReadAllText(path))!;
        change(node);
        File.WriteAllText(path, node.ToJsonString());
    }

    [GeneratedRegex(@"Console: (\S+)")]
    private static partial Regex ConsoleLine();

    [GeneratedRegex(@"/assets/labels\.[0-9a-f]+\.css")]
    private static partial Regex LabelSheet();
}
