using CrmSync.IntegrationTests.Connectors;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Reconciling;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Seed;
using CrmSync.Storage;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Reconciling;

/// <summary>What a proof of completeness owes, on each CRM and each database (I11).</summary>
public abstract class ReconcileContract : IAsyncLifetime
{
    private protected const int Calls = 120;
    private Ledger? _ledger;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _ledger = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        if (_ledger is not null)
            await _ledger.DisposeAsync();
        Clean();
        GC.SuppressFinalize(this);
    }

    /// <summary>An empty ledger.</summary>
    private protected abstract Task<Ledger> OpenAsync();

    /// <summary>Changes the ledger behind its back.</summary>
    private protected abstract Task ExecuteAsync(string sql);

    private protected virtual void Clean()
    {
    }

    /// <summary>A CRM that tells who set a label.</summary>
    private protected abstract Task<IConnectorHouse> StartAsync(SeedWorld world);

    /// <summary>Logs a call whose modified time lies in the past: what the CRM's index, or a long transaction, shows late.</summary>
    private protected abstract void AddLate(IConnectorHouse crm, SeedActivity call);

    /// <summary>A person deletes a call.</summary>
    private protected abstract void Delete(IConnectorHouse crm, string id);

    private protected abstract FaultPlan Faults(IConnectorHouse crm);

    /// <summary>Whether a call to the CRM counts calls, lists their ids or reads them directly.</summary>
    private protected abstract bool LooksAtCalls(FaultyCall call);

    /// <summary>Which of these calls is the first direct read of a small window that an edit has just left: after a count, the list, and another count.</summary>
    private protected abstract int DirectRead { get; }

    private protected async Task<ReconcileHouse> OpenHouseAsync(int calls = Calls, bool labels = false)
    {
        var crm = await StartAsync(ConnectorWorlds.Calls(calls));
        if (labels)
        {
            var plan = await crm.Connector.Setup.PlanAsync([crm.Label], Token);
            (await crm.Connector.Setup.ApplyAsync(plan.Value!, Token)).Value!.ShouldAllBe(outcome => outcome.Failure == null);
        }
        var house = await ReconcileHouse.OpenAsync(_ledger!, crm, labels);
        await house.PollAsync();
        (await house.AskAsync<long>("select count(*) from activity")).Single().ShouldBe(calls);
        return house;
    }

    private protected async Task LoseAsync(ReconcileHouse house, params IReadOnlyList<string> ids)
    {
        var list = string.Join(", ", ids.Select(id => $"'{id}'"));
        var of = $"(select id from activity where external_id in ({list}))";
        foreach (var table in (string[])["decision", "activity_text", "activity_link"])
            await ExecuteAsync($"delete from {table} where activity_id in {of}");
        await ExecuteAsync($"delete from activity where external_id in ({list})");
        (await house.AskAsync<long>($"select count(*) from activity where external_id in ({list})")).Single().ShouldBe(0);
    }

    private protected static IReadOnlyList<string> Ids(ReconcileHouse house, int count) => [.. house.Crm.Crm.ListActivities(0, 200).Take(count).Select(record => record.Id)];

    [Fact]
    public async Task Compare_NothingMissing_IsCompleteForFewRequests()
    {
        await using var house = await OpenHouseAsync();
        var before = house.Crm.Connector.RequestsSent;

        var calls = await house.CompareAsync();

        (calls.State, calls.CrmCount, calls.LedgerCount, calls.Missing, calls.Extra).ShouldBe((CompletenessState.Complete, Calls, Calls, 0, 0));
        calls.Sentence.ShouldContain("complete as of");
        calls.Sentence.ShouldContain("120 activities");
        calls.FinishedAt.ShouldNotBeNull();
        var latest = await house.Queries.ReadLatestAsync(Token);
        latest.Select(row => row.ObjectType).ShouldBe(house.Crm.Connector.Reader.ObjectTypes, ignoreOrder: true);
        latest.ShouldAllBe(row => row.State == CompletenessState.Complete);
        // One count per type; Salesforce may have to ask what an object looks like.
        (house.Crm.Connector.RequestsSent - before).ShouldBeLessThan(2 * latest.Count + 1);
    }

    [Fact]
    public async Task Compare_RowsShownLate_AreFetchedAndTheNextComparisonIsComplete()
    {
        await using var house = await OpenHouseAsync();
        for (var number = 0; number < 3; number++)
            AddLate(house.Crm, ConnectorWorlds.Call(500 + number));
        await house.PollAsync();
        (await house.AskAsync<long>("select count(*) from activity")).Single().ShouldBe(Calls, "the polls have passed that time");

        var calls = await house.CompareAsync();

        (calls.State, calls.Missing, calls.Repaired).ShouldBe((CompletenessState.Repaired, 3, 3));
        (await house.AskAsync<long>("select count(*) from activity")).Single().ShouldBe(Calls + 3);
        (await house.ItemsAsync(calls)).ShouldAllBe(item => item.Kind == CompletenessKind.Missing && item.State == "repaired" && item.ActivityId != null);
        (await house.CompareAsync()).State.ShouldBe(CompletenessState.Complete);
    }

    [Fact]
    public async Task Compare_RowsLostFromTheLedger_AreFetchedWithWhatHadGoneOutOfDateBesideThem()
    {
        await using var house = await OpenHouseAsync();
        var ids = Ids(house, 6);
        await LoseAsync(house, [.. ids.Take(5)]);
        await ExecuteAsync($"update activity set crm_modified_at = crm_modified_at - 1000, content_hash = 'old' where external_id = '{ids[5]}'");

        var calls = await house.CompareAsync(new ReconcileAsk { ByIds = true });

        (calls.State, calls.Missing, calls.Repaired).ShouldBe((CompletenessState.Repaired, 6, 6));
        (await house.ItemsAsync(calls)).Select(item => item.ExternalId).ShouldBe(ids, ignoreOrder: true);
        (await house.AskAsync<long>("select count(*) from completeness_item where known_at is not null")).Single().ShouldBe(1);
        (await house.AskAsync<long>("select count(*) from activity where content_hash <> 'old'")).Single().ShouldBe(Calls);
        (await house.AskAsync<long>("select count(*) from activity_text")).Single().ShouldBe(Calls);
    }

    [Fact]
    public async Task Compare_DeletedInTheCrmUnnoticed_IsMarkedAsGone()
    {
        await using var house = await OpenHouseAsync();
        var ids = Ids(house, 2);
        foreach (var id in ids)
            Delete(house.Crm, id);

        var calls = await house.CompareAsync();

        (calls.State, calls.Extra, calls.Missing).ShouldBe((CompletenessState.Repaired, 2, 0));
        (await house.AskAsync<string>("select external_id from activity where gone_at is not null")).ShouldBe(ids, ignoreOrder: true);
        (await house.CompareAsync()).State.ShouldBe(CompletenessState.Complete);
    }

    [Fact]
    public async Task Compare_OneLostAndOneDeleted_HideEachOtherFromCountsButNotFromIds()
    {
        await using var house = await OpenHouseAsync(calls: 30);
        var ids = Ids(house, 2);
        await LoseAsync(house, ids[0]);
        Delete(house.Crm, ids[1]);

        (await house.CompareAsync()).State.ShouldBe(CompletenessState.Complete);
        var calls = await house.CompareAsync(new ReconcileAsk { ByIds = true });

        (calls.State, calls.Missing, calls.Extra, calls.Repaired).ShouldBe((CompletenessState.Repaired, 1, 1, 2));
    }

    [Fact]
    public async Task Compare_ErasedKeys_CountAsOursAndStayErased()
    {
        await using var house = await OpenHouseAsync();
        var ids = Ids(house, 3);
        await ExecuteAsync($"update activity set status = 'erased' where external_id = '{ids[0]}'");
        await LoseAsync(house, ids[1], ids[2]);
        await ExecuteAsync($"insert into erasure (connection_id, object_type, external_id, actor, at) values (1, '{house.Crm.CallType}', '{ids[1]}', 'ada', 0)");

        var calls = await house.CompareAsync();

        (calls.State, calls.Missing).ShouldBe((CompletenessState.Repaired, 1));
        (await house.ItemsAsync(calls)).ShouldHaveSingleItem().ExternalId.ShouldBe(ids[2]);
        (await house.AskAsync<string>("select external_id from activity where status = 'erased'")).ShouldBe([ids[0]]);
        (await house.AskAsync<long>($"select count(*) from activity where external_id = '{ids[1]}'")).Single().ShouldBe(0);
    }

    [Fact]
    public async Task Compare_EditedDuringTheCheck_IsNeitherMissingNorGone()
    {
        await using var house = await OpenHouseAsync(calls: 30);
        var ids = Ids(house, 3);
        await LoseAsync(house, ids[0], ids[2]);
        // Whatever is edited from here on lies outside of the window.
        var until = TimeProvider.System.GetUtcNow();
        var asked = 0;
        Faults(house.Crm).Hook = call =>
        {
            if (!LooksAtCalls(call))
                return null;
            asked++;
            // Before the list of ids is read one that we hold leaves the window, after it one that we lost.
            if (asked == 2 || asked == DirectRead)
                house.Crm.Crm.EditText(house.Crm.CallType, ids[asked == 2 ? 1 : 2], "Edited meanwhile", "text");
            return null;
        };

        var calls = await house.CompareAsync(new ReconcileAsk { To = until });

        asked.ShouldBeGreaterThanOrEqualTo(DirectRead);
        Faults(house.Crm).Clear();
        calls.State.ShouldBe(CompletenessState.Repaired);
        (await house.ItemsAsync(calls)).Select(item => (item.Kind, item.ExternalId)).ShouldBe([(CompletenessKind.Missing, ids[0])]);
        (await house.AskAsync<long>("select count(*) from activity where gone_at is not null")).Single().ShouldBe(0);
        await house.PollAsync();
        (await house.AskAsync<long>("select count(*) from activity")).Single().ShouldBe(30);
    }

    [Fact]
    public async Task Compare_KilledInMidCheck_GoesOnWhereItWasAndCountsNothingTwice()
    {
        await using var house = await OpenHouseAsync();
        var ids = Ids(house, Calls);
        IReadOnlyList<string> lost = [ids[0], ids[1], ids[^1]];
        await LoseAsync(house, lost);
        var run = await house.StartAsync();

        // What was found is stored, and the process dies before it could say that the window is done with.
        await house.DieInMidComparisonAsync(run, change => change.Activities.Count > 0);
        await house.DieInMidComparisonAsync(run, change => change.Reconcile?.CrmRows > 0);
        await house.DrainAsync();

        var calls = await house.CallsOfAsync(run);
        (calls.State, calls.Missing, calls.Repaired, calls.CrmCount).ShouldBe((CompletenessState.Repaired, 3, 3, Calls));
        (await house.ItemsAsync(calls)).Select(item => item.ExternalId).ShouldBe(lost, ignoreOrder: true);
        (await house.AskAsync<long>("select count(*) from activity")).Single().ShouldBe(Calls);
    }

    [Fact]
    public async Task Compare_CrmFailsInMidCheck_IsTriedAgainAndFinishes()
    {
        await using var house = await OpenHouseAsync();
        await LoseAsync(house, Ids(house, 4));
        var failures = 0;
        // Of ten calls three fail, which is as long as the quick tries last.
        var calls = 0;
        Faults(house.Crm).Hook = _ => ++calls % 10 >= 7 && ++failures <= 12 ? new Fault { Kind = FaultKind.Refuse, Status = 503 } : null;

        var result = await house.CompareAsync();

        failures.ShouldBeGreaterThan(2);
        Faults(house.Crm).Clear();
        (result.State, result.Missing, result.Repaired).ShouldBe((CompletenessState.Repaired, 4, 4));
    }

    [Fact]
    public async Task Compare_RunIsStopped_SaysSoAndTheNextOneStarts()
    {
        await using var house = await OpenHouseAsync();
        var run = await house.StartAsync();
        (await house.Ledger.StartAsync(
            new ReconcileRequest(house.Connection.Id, "ada", [new(house.Crm.CallType, ConnectorWorlds.Start, ConnectorWorlds.Start.AddDays(1))], false, 0), Token))
            .RunId.ShouldBeNull("one is open");

        (await house.Ledger.ChangeAsync(run, RunStatus.Cancelled, "ada", Token)).ShouldBeTrue();

        (await house.CallsOfAsync(run)).State.ShouldBe(CompletenessState.Failed);
        (await house.CompareAsync()).State.ShouldBe(CompletenessState.Complete);
    }

    [Fact]
    public async Task Labels_ChangedByAPerson_AreFoundAndBecomeACorrectionOnceAndStay()
    {
        await using var house = await OpenHouseAsync(calls: 12, labels: true);
        var (crm, type, label) = (house.Crm.Crm, house.Crm.CallType, house.Crm.Label.Name);
        var id = Ids(house, 1)[0];
        crm.Find(type, id)!.Properties[label].ShouldBe("ENGAGED");
        crm.EditProperty(type, id, label, "NOT ENGAGED");
        await house.PollAsync();
        (await house.AskAsync<long>("select count(*) from intent where status = 'kept'")).Single().ShouldBe(0, "no write of ours came across it");

        var calls = await house.CompareAsync();

        (calls.State, calls.CheckedLabels, calls.Drifted).ShouldBe((CompletenessState.Complete, 12, 1));
        calls.Sentence.ShouldContain("1 changed by others (1 by people)");
        var item = (await house.ItemsAsync(calls)).ShouldHaveSingleItem();
        (item.Kind, item.ExternalId, item.Property, item.ValueLedger, item.ValueCrm, item.Actor, item.State)
            .ShouldBe((CompletenessKind.Drifted, id, label, "ENGAGED", "NOT ENGAGED", ValueActor.Human, "kept"));

        var taxonomies = TaxonomySet.LoadShipped();
        var collector = new CrmEditCollector(house.Ledger, new CorrectionDesk(house.Ledger, taxonomies), taxonomies);
        (await collector.CollectAsync(Token)).ShouldBe(1);
        (await house.AskAsync<string>("select source || ':' || label from correction")).ShouldBe(["crm:not-engaged"]);
        // The next night finds it again, which is no news; nor is it after a reviewer took the correction back.
        (await house.CompareAsync()).Drifted.ShouldBe(1);
        (await collector.CollectAsync(Token)).ShouldBe(0);
        (await house.Ledger.UndoAsync(1, "ben", Token)).ShouldBe(UndoOutcome.Undone);
        await house.CompareAsync();
        (await collector.CollectAsync(Token)).ShouldBe(0);
        crm.History(type, id, label)[^1].Value.ShouldBe("NOT ENGAGED", "what a person set stays");
        crm.Find(type, id)!.Properties[label].ShouldBe("NOT ENGAGED");
    }

    [Fact]
    public async Task Labels_FewerThanThereAre_AreThoseOfTheRecordsChangedLast()
    {
        await using var house = await OpenHouseAsync(calls: 12, labels: true);
        var id = house.Crm.Crm.ListActivities(0, 12)[^1].Id;
        house.Crm.Crm.EditProperty(house.Crm.CallType, id, house.Crm.Label.Name, "ND");
        await house.PollAsync();
        await ExecuteAsync($"update activity set crm_modified_at = crm_modified_at - 5000 where external_id <> '{id}'");

        var calls = await house.CompareAsync(new ReconcileAsk { Labels = 1 });

        (calls.CheckedLabels, calls.Drifted).ShouldBe((1, 1));
        (await house.ItemsAsync(calls)).Where(item => item.Kind == CompletenessKind.Drifted).ShouldHaveSingleItem().ExternalId.ShouldBe(id);
    }
}
