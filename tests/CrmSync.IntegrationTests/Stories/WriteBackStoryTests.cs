using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CrmSync.IntegrationTests.Recovery;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Model;
using CrmSync.Simulator;
using CrmSync.Simulator.Hosting;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Stories;

/// <summary>
/// The story of a write-back that can be trusted, told by commands on both simulated CRMs and proven by what the CRMs themselves remember: preview, a sample let go,
/// writing on, people's edits, new definitions, an option that goes missing and comes back, a retry, an undo.
/// </summary>
public sealed partial class WriteBackStoryTests(ITestOutputHelper output) : IDisposable
{
    private const int PerCrm = 12;
    private const int Edited = 5;
    private const int Sample = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static readonly Dictionary<string, (string Type, string Property, string Option)> Places = new()
    {
        ["hubspot"] = ("calls", "crmsync_objection", "calls/crmsync_objection/Timing"),
        ["salesforce"] = ("Task", "CrmSync_Objection__c", "Task.CrmSync_Objection__c=Timing"),
    };

    private readonly string _taxonomies = Directory.CreateTempSubdirectory("crmsync-taxonomies-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_taxonomies, recursive: true);

    [Fact]
    public async Task Story_FromPreviewToUndo_LeavesExactlyTheWritesThatWereAskedFor()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Taxonomies"), "*.json"))
            File.Copy(file, Path.Combine(_taxonomies, Path.GetFileName(file)));
        await using var service = await ServiceUnderTest.CreateAsync(
            activities: 100, Token, withProperties: false, manner: new ServiceManner { Mode = WriteMode.Preview });
        await File.WriteAllTextAsync(
            Settings(service), JsonSerializer.Serialize(new { CrmSync = new { Classification = new { TaxonomyFolder = _taxonomies } } }), Token);
        var chosen = Choose(service);
        await DoAsync(service, "setup", "--yes");

        await using (var host = HostProcess.Start(service.Folder, "run", "--config", Settings(service)))
        {
            await PreviewAsync(service, host);
            await ApproveASampleAsync(service);
            await TurnOnAsync(service, chosen, host);
            Edit(chosen);
            (await host.TerminateAsync(Token)).ShouldBe(0, host.Output);
        }

        RemoveOption(service);
        var runs = await RelabelAsync(service, chosen);
        var rejected = await ExplainAsync(service);
        RestoreOption(service);
        await RetryAsync(service, chosen, rejected);
        await UndoAsync(service, chosen, runs);
        await ProveAsync(service, chosen);
    }

    /// <summary>Calls of HubSpot and tasks of Salesforce that are made to speak of the price.</summary>
    private static List<Chosen> Choose(ServiceUnderTest service)
    {
        List<Chosen> chosen = [];
        foreach (var crm in service.Crms.All)
        {
            var type = Places[crm.Kind].Type;
            foreach (var record in crm.ListActivities(0, 200).Where(record => record.ObjectType == type && record.Type is "call" or "task").Take(PerCrm))
            {
                crm.EditText(type, record.Id, "Call with Ines", "Reached Ines. The offer is too expensive for them and there is no budget this year.");
                chosen.Add(new Chosen(crm, type, record.Id));
            }
        }
        chosen.Count.ShouldBe(2 * PerCrm);
        return chosen;
    }

    private async Task PreviewAsync(ServiceUnderTest service, HostProcess host)
    {
        await Eventually.IsTrueAsync(
            async () => (await service.ReadProgressAsync(Token)) is { Count: 2 } all && all.Sum(one => one.Decided) >= service.Crms.All.Sum(crm => crm.CountActivities()),
            $"all is decided about. It said: {host.Output}", Patience, Token);
        foreach (var crm in service.Crms.All)
        {
            var said = await DoAsync(service, "preview", "--connection", crm.Kind, "--json");
            var preview = JsonNode.Parse(said[said.IndexOf('{')..(said.LastIndexOf('}') + 1)])!["preview"]!;
            ((long)preview["looked"]!).ShouldBeGreaterThanOrEqualTo(PerCrm);
        }
        (await WritesAsync(service)).ShouldBe(0, "a preview sends nothing");
    }

    private async Task ApproveASampleAsync(ServiceUnderTest service)
    {
        foreach (var crm in service.Crms.All)
        {
            await DoAsync(service, "resume", "--connection", crm.Kind, "--mode", "approve", "--reason", "a first look");
            await DoAsync(service, "approve", "--connection", crm.Kind, "--filter", "label=objection:price", "--sample", $"{Sample}");
        }
        await Eventually.IsTrueAsync(async () => await WritesAsync(service) == 2 * Sample, "the sample is in both CRMs", Patience, Token);
        await Eventually.IsTrueAsync(
            async () => await CountAsync(service, "status in ('sending', 'unknown')") == 0, "the ledger knows so", Patience, Token);
        (await WritesAsync(service)).ShouldBe(2 * Sample, "what was not let go stays at home");
    }

    private async Task TurnOnAsync(ServiceUnderTest service, List<Chosen> chosen, HostProcess host)
    {
        foreach (var crm in service.Crms.All)
            await DoAsync(service, "resume", "--connection", crm.Kind, "--mode", "on", "--reason", "the sample was right");
        await Eventually.IsTrueAsync(() => service.IsSyncedAsync(Token), $"all is written. It said: {host.Output}", Patience, Token);
        chosen.ShouldAllBe(record => record.Value == "Price");
    }

    /// <summary>A person disagrees, ten times.</summary>
    private static void Edit(List<Chosen> chosen)
    {
        foreach (var record in EditedOnes(chosen))
            record.Crm.EditProperty(record.Type, record.Id, record.Property, "Authority");
    }

    private static IEnumerable<Chosen> EditedOnes(List<Chosen> chosen) => chosen.GroupBy(record => record.Crm).SelectMany(group => group.Take(Edited));

    private static IEnumerable<Chosen> Others(List<Chosen> chosen) => chosen.Except(EditedOnes(chosen));

    /// <summary>An administrator deletes the value that the new definitions will ask for.</summary>
    private static void RemoveOption(ServiceUnderTest service)
    {
        foreach (var crm in service.Crms.All)
            crm.Dials.Turn("F28", new DialSetting { Target = Places[crm.Kind].Option });
    }

    private static void RestoreOption(ServiceUnderTest service)
    {
        foreach (var crm in service.Crms.All)
            crm.Dials.Heal("F28");
    }

    /// <summary>Version 2 has no prices any more: what spoke of them is a matter of timing.</summary>
    private async Task<List<string>> RelabelAsync(ServiceUnderTest service, List<Chosen> chosen)
    {
        var path = Path.Combine(_taxonomies, "objection.json");
        var node = JsonNode.Parse(await File.ReadAllTextAsync(path, Token))!;
        node["version"] = "2";
        var labels = node["labels"]!.AsArray();
        var price = labels.Single(label => (string?)label!["id"] == "price")!;
        labels.Remove(price);
        labels.Single(label => (string?)label!["id"] == "timing")!["cues"] = price["cues"]!.DeepClone();
        await File.WriteAllTextAsync(path, node.ToJsonString(), Token);

        var said = await DoAsync(service, "relabel", "--taxonomy", "objection");
        EditedOnes(chosen).ShouldAllBe(record => record.Value == "Authority");
        Others(chosen).ShouldAllBe(record => record.Value == "Price");
        var runs = RunLine().Matches(said).Select(match => match.Groups[1].Value).Distinct().ToList();
        runs.Count.ShouldBe(2, said);
        return runs;
    }

    /// <returns>Rejected writes by kind of CRM; activities of the simulated world that happen to speak of prices are among them.</returns>
    private async Task<Dictionary<string, long>> ExplainAsync(ServiceUnderTest service)
    {
        var rejected = (await service.AskAsync<(string Kind, long Count)>(
            "select c.kind, count(*) from intent i join connection c on c.id = i.connection_id where i.status = 'rejected' group by 1", null, Token))
            .ToDictionary(row => row.Kind, row => row.Count);
        rejected.Values.ShouldAllBe(count => count >= PerCrm - Edited);
        (await CountAsync(service, "status = 'kept' and taxonomy = 'objection'")).ShouldBe(2 * Edited);
        // Salesforce tells who set a value only where an administrator has switched the field's history on.
        (await CountAsync(service, "status = 'kept' and actor = 'human'")).ShouldBe(Edited);
        var said = await DoAsync(service, "letters", "--json");
        var letters = JsonNode.Parse(said[said.IndexOf('[')..(said.LastIndexOf(']') + 1)])!.AsArray();
        letters.Select(letter => ((string)letter!["code"]!, (long)letter["count"]!)).ShouldBe(
            rejected.Select(row => ($"{row.Key}.option_missing", row.Value)), ignoreOrder: true);
        letters.ShouldAllBe(letter => !string.IsNullOrWhiteSpace((string?)letter!["message"]) && !string.IsNullOrWhiteSpace((string?)letter["fix"]));
        return rejected;
    }

    private async Task RetryAsync(ServiceUnderTest service, List<Chosen> chosen, Dictionary<string, long> rejected)
    {
        foreach (var crm in service.Crms.All)
            (await DoAsync(service, "retry", "--connection", crm.Kind, "--filter", "outcome=rejected")).ShouldContain($"{rejected[crm.Kind]} written");
        Others(chosen).ShouldAllBe(record => record.Value == "Timing");
        EditedOnes(chosen).ShouldAllBe(record => record.Value == "Authority");
        (await CountAsync(service, "status = 'rejected'")).ShouldBe(0);
    }

    private async Task UndoAsync(ServiceUnderTest service, List<Chosen> chosen, List<string> runs)
    {
        foreach (var run in runs)
            (await DoAsync(service, "undo", run)).ShouldMatch(@"(\d+) done, 0 left out; \1 written, 0 unchanged, 0 kept, 0 rejected");
        Others(chosen).ShouldAllBe(record => record.Value == "Price");
        EditedOnes(chosen).ShouldAllBe(record => record.Value == "Authority");
        // Every act of an operator is safe to repeat.
        foreach (var run in runs)
            (await DoAsync(service, "undo", run)).ShouldContain("act.already_undone");
        Others(chosen).ShouldAllBe(record => record.Value == "Price");
    }

    /// <summary>What the CRMs remember is what was asked for, and nothing else.</summary>
    private async Task ProveAsync(ServiceUnderTest service, List<Chosen> chosen)
    {
        foreach (var record in EditedOnes(chosen))
            record.History.ShouldBe(["app Price", "person Authority"], $"{record}");
        foreach (var record in Others(chosen))
            record.History.ShouldBe(["app Price", "app Timing", "app Price"], $"{record}");
        await using var ledger = await service.OpenLedgerAsync(Token);
        await using var connection = await ledger.OpenReadAsync(Token);
        await Invariants.AssertLedgerAsync(connection);
        foreach (var crm in service.Crms.All)
        {
            var connectionId = await Invariants.ConnectionOfAsync(connection, crm);
            var places = await LabelPlaces.ReadAsync(connection, connectionId, crm);
            foreach (var place in places)
            {
                place.History.Where(change => change.By == "app").Select(change => change.Value ?? "").ShouldBe(
                    place.Intents.Where(intent => intent.Status == "applied").Select(intent => intent.Value ?? ""), ignoreOrder: true, $"{crm.Kind} {place}");
            }
            var findings = WriteAudit.Check(crm, places, await WriteAudit.ReadSendsAsync(connection, connectionId));
            findings.Lost.ShouldBe(0);
            output.WriteLine($"{crm.Kind}: {findings.Writes} writes, each announced; {findings.Stayed} values of people stand.");
        }
    }

    // Label values that the CRMs took from us, on activities and on what they hang on; companions and texts do not count.
    private static async Task<int> WritesAsync(ServiceUnderTest service)
    {
        await using var ledger = await service.OpenLedgerAsync(Token);
        await using var connection = await ledger.OpenReadAsync(Token);
        var writes = 0;
        foreach (var crm in service.Crms.All)
            writes += (await LabelPlaces.ReadAsync(connection, await Invariants.ConnectionOfAsync(connection, crm), crm)).Sum(place => place.History.Count(change => change.By == "app"));
        return writes;
    }

    private static async Task<long> CountAsync(ServiceUnderTest service, string condition) =>
        (await service.AskAsync<long>($"select count(*) from intent where {condition}", null, Token))[0];

    private static string Settings(ServiceUnderTest service) => Path.Combine(service.Folder, "taxonomies.json");

    private async Task<string> DoAsync(ServiceUnderTest service, params string[] arguments)
    {
        await using var process = HostProcess.Start(service.Folder, [.. arguments, "--config", Settings(service)]);
        var exit = await process.ExitAsync(Token);
        exit.ShouldBe(0, $"crmsync {string.Join(' ', arguments)}: {process.Output}");
        output.WriteLine($"$ crmsync {string.Join(' ', arguments)}\n{process.Output}\n");
        return process.Output;
    }

    private sealed record Chosen(ISimulatedCrm Crm, string Type, string Id)
    {
        public string Property => Places[Crm.Kind].Property;

        public string? Value => Crm.Find(Type, Id)!.Properties.GetValueOrDefault(Property);

        public IEnumerable<string> History => Crm.History(Type, Id, Property).Where(change => change.By is not "seed").Select(change => $"{change.By} {change.Value}");
    }

    [GeneratedRegex(@"run (\d+)\. 'crmsync runs")]
    private static partial Regex RunLine();
}
