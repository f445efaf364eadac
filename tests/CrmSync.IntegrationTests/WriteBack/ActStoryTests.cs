using CrmSync.IntegrationTests.Recovery;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Simulator;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Seed;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.WriteBack;

/// <summary>Operators' acts from the command line to the simulated CRMs' own property history, which is the proof.</summary>
public sealed class ActStoryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Engagement(ISimulatedCrm crm) => TaxonomySet.LoadShipped()["engagement"].Properties[crm.Kind];

    [Fact]
    public async Task Undo_EverythingOnBothCrms_RestoresWhatStoodBeforeWhereOursIsStillTheLastWord()
    {
        await using var service = await ServiceUnderTest.CreateAsync(activities: 40, Token);
        await using var host = service.StartHost();
        await Eventually.IsTrueAsync(() => service.IsSyncedAsync(Token), $"all is written. It said: {host.Output}", Patience, Token);
        var edited = service.Crms.All.ToDictionary(crm => crm.Kind, LetAPersonEdit);

        foreach (var crm in service.Crms.All)
        {
            var (exit, said) = await CommandAsync(service, "undo", "--connection", KeyOf(service, crm), "--all", "--reason", "A trial.");
            exit.ShouldBe(0, said);
            said.ShouldContain("are looked at");
        }
        await AssertTakenBackAsync(service, edited);

        // Polls, and a second undo, change nothing any more.
        var before = await service.AskAsync<long>("select count(*) from intent", null, Token);
        var polls = await PollsAsync(service);
        await Eventually.IsTrueAsync(async () => await PollsAsync(service) >= polls + 4, "polls come after the undo", Patience, Token);
        foreach (var crm in service.Crms.All)
            (await CommandAsync(service, "undo", "--connection", KeyOf(service, crm), "--filter", "outcome=applied&label=engagement")).Said.ShouldContain("act.already_undone");
        (await service.AskAsync<long>("select count(*) from intent where purpose = 'label'", null, Token))[0].ShouldBeLessThan(before[0]);
        await AssertTakenBackAsync(service, edited);
        (await service.AskAsync<long>("select count(*) from audit where action = 'act.undo'", null, Token)).ShouldBe([4L]);
    }

    [Fact]
    public async Task Race_PersonEditsBetweenOurReadAndOurWrite_TheirValueIsPutBackForcedAndGivenBack()
    {
        await using var service = await ServiceUnderTest.CreateAsync(activities: 60, Token);
        await using var host = service.StartHost();
        await Eventually.IsTrueAsync(() => service.IsSyncedAsync(Token), $"all is written. It said: {host.Output}", Patience, Token);
        var crm = (ISimulatedCrm)service.Crms.HubSpot;
        var property = Engagement(crm);
        var sample = await SampleAsync(service, crm);
        service.Crms.HubSpot.Dials.Turn("F25", new DialSetting { Count = 1, Target = property });
        var record = crm.Add(sample);
        async Task<IReadOnlyList<string>> StatusAsync() => await service.AskAsync<string>(
            "select i.status || ':' || coalesce(i.code, '') from intent i where i.target_id = @Id and i.property = @property order by i.id desc limit 1", new { record.Id, property }, Token);
        await Eventually.IsTrueAsync(async () => await StatusAsync() is ["kept:write.race_restored"], $"the race is found. It said: {host.Output}", Patience, Token);
        // Every half minute the host makes corrections of what people set; one in the middle of this story would be the newer word. It is about the write alone.
        await using (var ledger = await service.OpenLedgerAsync(Token))
            await ledger.MarkEditsSeenAsync(await service.AskAsync<long>("select max(id) from intent where target_id = @Id and property = @property", new { record.Id, property }, Token), Token);

        var history = crm.History(record.ObjectType, record.Id, property);
        history.Select(change => change.By).ShouldBe(["person", "app", "app"]);
        history[2].Value.ShouldBe(history[0].Value);
        history[1].Value.ShouldNotBe(history[0].Value);
        crm.Find(record.ObjectType, record.Id)!.Properties[property + "_auto"].ShouldBe(history[1].Value, "the shadow says what we wrote, so theirs is theirs");
        (await service.AskAsync<string>("select status || coalesce(o.code, '') from outcome o where o.intent_id = (select max(id) from intent where target_id = @Id and property = @property) order by o.id", new { record.Id, property }, Token))
            .ShouldBe(["sending", "unknownwrite.race_found", "keptwrite.race_restored"]);

        var key = KeyOf(service, crm);
        var only = $"record={record.ObjectType}/{record.Id}&label=engagement";
        (await CommandAsync(service, "force", "--connection", key, "--filter", only)).Exit.ShouldBe(2);
        var (forced, said) = await CommandAsync(service, "force", "--connection", key, "--filter", only, "--reason", "The rep asked for it.");
        forced.ShouldBe(0, said);
        said.ShouldContain("OVERWRITTEN");
        crm.Find(record.ObjectType, record.Id)!.Properties[property].ShouldBe(history[1].Value);
        (await CommandAsync(service, "undo", "--connection", key, "--record", $"{record.ObjectType}/{record.Id}", "--filter", "label=engagement")).Exit.ShouldBe(0);
        var last = crm.Find(record.ObjectType, record.Id)!.Properties;
        (last[property], last[property + "_auto"]).ShouldBe((history[0].Value, history[1].Value), "it is theirs again, as it was before the force");
    }

    // Something like what has a label on itself, logged once more; not the first option, because that is what the simulated person sets.
    private static async Task<SeedActivity> SampleAsync(ServiceUnderTest service, ISimulatedCrm crm)
    {
        var ids = await service.AskAsync<(string Type, string Id)>(
            """
            select i.target_type, i.target_id from intent i join activity a on a.id = i.activity_id and a.object_type = i.target_type and a.external_id = i.target_id
            where i.taxonomy = 'engagement' and i.status = 'applied' and i.value <> 'ENGAGED' and a.object_type in ('calls', 'tasks') order by i.id
            """,
            null, Token);
        var world = service.Crms.All.Zip(service.Crms.Worlds).First(pair => pair.First.Kind == crm.Kind).Second;
        return world.Activities.First(activity => ids.Any(row => crm.Find(row.Type, row.Id)?.SourceId == activity.SourceId))
            with { OccurredAt = TimeProvider.System.GetUtcNow().AddSeconds(-1) };
    }

    // A rep changes the label of the first record whose label is ours.
    private static (string Type, string Id, string Value) LetAPersonEdit(ISimulatedCrm crm)
    {
        var property = Engagement(crm);
        var record = crm.ListActivities(0, int.MaxValue).First(record => record.Properties.GetValueOrDefault(property) is { Length: > 0 });
        var value = record.Properties[property] == "ND" ? "NOT ENGAGED" : "ND";
        crm.EditProperty(record.ObjectType, record.Id, property, value);
        return (record.ObjectType, record.Id, value);
    }

    private static async Task AssertTakenBackAsync(ServiceUnderTest service, Dictionary<string, (string Type, string Id, string Value)> edited)
    {
        await using var ledger = await service.OpenLedgerAsync(Token);
        await using var connection = await ledger.OpenReadAsync(Token);
        // I1 to I6: among them that each CRM's history has exactly the writes that the ledger announced, and that a person's value is the last word.
        await Invariants.AssertAsync(ledger, service.Crms.All, Token);
        foreach (var crm in service.Crms.All)
        {
            var (type, id, value) = edited[crm.Kind];
            crm.Find(type, id)!.Properties[Engagement(crm)].ShouldBe(value, "I4");
            var places = await LabelPlaces.ReadAsync(connection, await Invariants.ConnectionOfAsync(connection, crm), crm);
            foreach (var place in places.Where(place => place.Intents.Any(intent => intent.Status == "applied") && place.History.All(change => change.By == "app")))
            {
                // One write over a blank property is the rule; where a record had several, the last of them is taken back.
                place.History.Count.ShouldBeGreaterThan(1, $"{crm.Kind} {place} was taken back");
                var expected = place.History.Count == 2 ? null : place.History[^3].Value;
                (place.History[^1].Value ?? "").ShouldBe(expected ?? "", $"I14: {crm.Kind} {place} holds what stood before our last write");
            }
        }
    }

    private static async Task<long> PollsAsync(ServiceUnderTest service) =>
        (await service.AskAsync<long>("select count(*) from run where kind = 'poll_settled' and status = 'completed'", null, Token))[0];

    private static string KeyOf(ServiceUnderTest service, ISimulatedCrm crm) => service.Crms.Connections().First(connection => connection.Kind == crm.Kind).Key;

    private static async Task<(int Exit, string Said)> CommandAsync(ServiceUnderTest service, params string[] arguments)
    {
        await using var process = HostProcess.Start(service.Folder, arguments);
        var exit = await process.ExitAsync(Token);
        return (exit, process.Output);
    }
}
