using System.Data.Common;
using System.Globalization;
using System.Text;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Simulator;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.HubSpot;
using Dapper;
using Shouldly;

namespace CrmSync.IntegrationTests.Recovery;

/// <summary>A synchronisation during which every passing fault of both CRMs strikes by chance, and what must hold after it.</summary>
internal sealed class FaultRun : IAsyncDisposable
{
    private const double Chance = 0.05;
    // Waiting out real back-off takes the longer the more labels there are to write; a run that is stuck stays stuck.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(12);
    private readonly ServiceUnderTest _service;

    private FaultRun(ServiceUnderTest service) => _service = service;

    public ServiceUnderTest Service => _service;

    /// <summary>Limits on, HubSpot by an app's grant and Salesforce by its client's credentials, some labels set by people, all dials turned.</summary>
    public static async Task<FaultRun> BeginAsync(int activities, CancellationToken token)
    {
        var service = await ServiceUnderTest.CreateAsync(activities, token, manner: new ServiceManner
        {
            QuotasOn = true, HubSpotApp = new HubSpotOAuthApp("sim-app", "sim-app-secret", "sim-app-refresh"),
            // Rows that are committed late are up to five minutes old when they appear; the overlap that is the default covers them.
            Rhythm = ("every 6s", "every 20s"), Tries = ("00:00:00.3", 12), Overlap = "00:10:00",
        });
        var run = new FaultRun(service);
        run.LetPeopleLabelSome();
        foreach (var crm in service.Crms.All)
            crm.Calls.Clear();
        foreach (var board in run.Boards)
        {
            foreach (var dial in board.Snapshot().Select(state => state.Dial).Where(dial => dial.Length == FaultLength.Transient))
                board.Turn(dial.Code, new DialSetting { Probability = Chance, Target = dial.Code == "F8" ? "1" : null });
        }
        return run;
    }

    /// <summary>Waits until so many activities are decided about.</summary>
    public Task ReachAsync(int decided, CancellationToken token) => Eventually.IsTrueAsync(
        async () => (await _service.ReadProgressAsync(token)).Sum(progress => progress.Decided) >= decided, $"{decided} activities are decided about", Patience, token);

    /// <summary>Waits until all has ended under the faults, then without them.</summary>
    public async Task FinishAsync(CancellationToken token)
    {
        try
        {
            await EndAsync(token);
        }
        catch (TimeoutException timeout)
        {
            // What is stuck would be gone with the ledger.
            throw new TimeoutException($"{timeout.Message}\n{await DescribeAsync(token)}", timeout);
        }
    }

    private async Task EndAsync(CancellationToken token)
    {
        await Eventually.IsTrueAsync(() => HasEndedAsync(token), "everything ends under the faults", Patience, token);
        foreach (var board in Boards)
            board.HealAll();
        // What was edited just before is searchable for polls that begin after this.
        var healed = TimeProvider.System.GetUtcNow();
        await Eventually.IsTrueAsync(async () => (await CompletedRunsAsync(healed, token)).All(runs => runs >= 2), "polls finish after the faults", Patience, token);
        await Eventually.IsTrueAsync(() => HasEndedAsync(token), "everything ends after the faults", Patience, token);
    }

    private async Task<string> DescribeAsync(CancellationToken token)
    {
        await using var ledger = await _service.OpenLedgerAsync(token);
        await using var connection = await ledger.OpenReadAsync(token);
        var said = new StringBuilder();
        foreach (var crm in _service.Crms.All)
            said.AppendLine(await CountAsync(connection, await Invariants.ConnectionOfAsync(connection, crm), crm));
        foreach (var batch in await connection.QueryAsync<string>(
            "select 'batch ' || id || ' ' || kind || ' ' || status || ' attempt ' || attempt || ' ' || coalesce(error_code, '') || ' not before ' || not_before from batch where status not in ('completed', 'discarded')"))
            said.AppendLine(batch);
        return said.ToString();
    }

    /// <summary>Says what was counted and asserts what must hold.</summary>
    public async Task JudgeAsync(Action<string> tell, CancellationToken token)
    {
        await using var ledger = await _service.OpenLedgerAsync(token);
        await using var connection = await ledger.OpenReadAsync(token);
        foreach (var crm in _service.Crms.All)
        {
            var connectionId = await Invariants.ConnectionOfAsync(connection, crm);
            var statuses = await Invariants.ReadStatusesAsync(connection, connectionId, crm);
            foreach (var (key, status) in statuses)
                status.ShouldBeOneOf(["decided", "dead"], $"I1: {crm.Kind} {key}");
            tell(await CountAsync(connection, connectionId, crm));
            var races = WriteAudit.Check(crm, await LabelPlaces.ReadAsync(connection, connectionId, crm), await WriteAudit.ReadSendsAsync(connection, connectionId));
            tell($"  writes {races.Writes}, unavoidable races with a person {races.Lost}, values of people that stayed {races.Stayed}");
        }
        await Invariants.AssertLedgerAsync(connection);
        tell(CallRates.Check(_service.Crms.HubSpot));
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    private IEnumerable<FaultBoard> Boards => [_service.Crms.HubSpot.Dials, _service.Crms.Salesforce.Dials];

    private void LetPeopleLabelSome()
    {
        var engagement = TaxonomySet.LoadShipped()["engagement"];
        foreach (var crm in _service.Crms.All)
        {
            foreach (var record in crm.ListActivities(20, 80).Where(record => record.ObjectType is not ("notes" or "emails" or "ContentNote")).Take(20))
                crm.EditProperty(record.ObjectType, record.Id, engagement.Properties[crm.Kind], "ND");
        }
    }

    private async Task<bool> HasEndedAsync(CancellationToken token)
    {
        var known = (await _service.AskAsync<(string Kind, string Type, string Id, string Status)>(
            "select c.kind, a.object_type, a.external_id, a.status from activity a join connection c on c.id = a.connection_id", null, token))
            .ToDictionary(row => (row.Kind, row.Type, row.Id), row => row.Status);
        return known.Values.All(status => status != "queued")
            && _service.Crms.All.All(crm => crm.ListActivities(0, int.MaxValue).All(record => known.ContainsKey((crm.Kind, record.ObjectType, record.Id))))
            && (await _service.ReadProgressAsync(token)).All(progress => progress is { Queued: 0, OpenIntents: 0 });
    }

    // Per connection.
    private Task<IReadOnlyList<long>> CompletedRunsAsync(DateTimeOffset begun, CancellationToken token) => _service.AskAsync<long>(
        "select (select count(*) from run r where r.connection_id = c.id and r.status = 'completed' and r.kind = 'poll_settled' and r.started_at > @since) from connection c order by c.id",
        new { since = begun.ToUnixTimeMilliseconds() }, token);

    private static async Task<string> CountAsync(DbConnection connection, long connectionId, ISimulatedCrm crm)
    {
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture, $"{crm.Kind}: {crm.CountActivities()} activities live");
        async Task ListAsync(string title, string sql)
        {
            var rows = await connection.QueryAsync<(string Name, long Count)>(sql, new { connectionId });
            report.AppendLine(CultureInfo.InvariantCulture, $"  {title}: {string.Join(", ", rows.Select(row => $"{row.Name} {row.Count}"))}");
        }
        await ListAsync("activities", "select status || coalesce(' ' || dead_code, '') || case when gone_at is null then '' else ' (gone)' end, count(*) from activity where connection_id = @connectionId group by 1 order by 1");
        await ListAsync("decisions", "select d.taxonomy || ' ' || d.status, count(*) from decision d join activity a on a.id = d.activity_id where a.connection_id = @connectionId and d.superseded_at is null group by 1 order by 1");
        await ListAsync("intents", "select status || coalesce(' ' || code, ''), count(*) from intent where connection_id = @connectionId group by 1 order by 1");
        await ListAsync("runs", "select kind || ' ' || status, count(*) from run where connection_id = @connectionId group by 1 order by 1");
        await ListAsync("log", "select code, count(*) from run_log where connection_id = @connectionId group by 1 order by 1");
        var met = ((ISimulatorControls)crm).Dials.Snapshot().Where(state => state.Dial.Length == FaultLength.Transient).Select(state => $"{state.Dial.Code} {state.Met}");
        report.Append(CultureInfo.InvariantCulture, $"  calls {crm.Calls.Total}, faults met: {string.Join(", ", met)}");
        return report.ToString();
    }
}
