using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Retention;
using CrmSync.Storage;
using CrmSync.Storage.Reading;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private const long Day = 86_400_000;

    private static readonly RetentionOptions Options = new() { Days = new Dictionary<string, int> { ["run_log"] = 10, ["audit"] = 0 } };

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    [Fact]
    public async Task Retention_ConfigurationSeedsAndTheLedgerWins()
    {
        (await DaysAsync("run_log")).ShouldBe(10);
        (await DaysAsync("ask")).ShouldBe(RetentionRules.Find("ask")!.Days);
        await Ledger.SetRetentionAsync("run_log", 3, Options, "ada", "audit of March", Token);
        await Ledger.SetRetentionAsync("run_log", 3, Options, "ada", "again", Token);
        (await DaysAsync("run_log")).ShouldBe(3);
        (await World.ListAsync<string>("select actor || ' ' || subject || ' ' || before || '>' || after || ' ' || reason from audit")).ShouldBe(["ada run_log 10>3 audit of March"]);
    }

    [Fact]
    public async Task Purge_OldLogLines_GoIntoDailyTotalsAndYoungOnesStay()
    {
        var noon = (Now / Day * Day) - (20 * Day) + (Day / 2);
        for (var line = 0; line < 3; line++)
            await LogAsync(noon + line, line == 0 ? "warning" : "info");
        await LogAsync(noon + Day, "info");
        await LogAsync(Now, "info");

        (await Ledger.CountPurgeableAsync("run_log", 10, Token)).ShouldBe(4);
        (await new Purger(Ledger, Options, TimeProvider.System).PurgeAsync(Token)).ShouldBe(new Dictionary<string, long> { ["run_log"] = 4 });

        (await World.CountAsync("run_log")).ShouldBe(1);
        (await World.ListAsync<string>("select name || ' ' || day_at || ' ' || value from daily_total order by name, day_at"))
            .ShouldBe([$"log.info {noon - (Day / 2)} 2", $"log.info {noon + (Day / 2)} 1", $"log.warning {noon - (Day / 2)} 1"]);
        (await World.ListAsync<string>("select table_name || ' ' || rows_removed from purge")).ShouldBe(["run_log 4"]);
        (await new Purger(Ledger, Options, TimeProvider.System).PurgeAsync(Token)).ShouldBeEmpty();
        (await Ledger.ListRetentionAsync(Options, Token)).Single(setting => setting.Rule.Table is "run_log").LastRemoved.ShouldBe(4);
    }

    [Fact]
    public async Task Purge_Outcomes_KeepsThoseThatTheGuardNeeds()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.WriteAsync();
        await World.LabelAsync("1", 1, "ND");
        await World.WriteAsync();
        await World.LabelAsync("1", 2, "ENGAGED");
        await AlterAsync("update outcome set at = 0");

        (await PurgeAsync("outcome")).ShouldBe(2);

        (await World.ListAsync<long>("select distinct intent_id from outcome")).ShouldBe([2L]);
        var write = await World.GatherWriteAsync();
        (await Ledger.ReadIntentsAsync(write.Id, Token)).ShouldHaveSingleItem().OurValues.ShouldBe(["ND"]);
    }

    [Fact]
    public async Task Purge_Batches_GoWithTheirRunEndedAndWritesStillExplainable()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.WriteAsync();
        await World.LabelAsync("2", 0, "ENGAGED");
        var before = await World.CountAsync("batch");
        await AlterAsync("update batch set finished_at = 0 where finished_at is not null");
        (await PurgeAsync("batch")).ShouldBe(0);
        await AlterAsync("update run set finished_at = 0, status = 'completed' where id = 1");
        (await Ledger.CountPurgeableAsync("batch", 1, Token)).ShouldBe(3);
        (await PurgeAsync("batch")).ShouldBe(3);
        (await World.CountAsync("batch")).ShouldBe(before - 3);
        (await World.IntentsAsync()).ShouldBe(["applied:ENGAGED", "pending:ENGAGED"]);
        (await World.ListAsync<string>("select name || ' ' || value from daily_total order by name")).ShouldBe(["batch.classify.completed 1", "batch.scan.completed 1", "batch.write.completed 1"]);
    }

    [Fact]
    public async Task Purge_Texts_LabelsStayAndNothingIsQueuedWithoutAText()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.StoreAsync(LedgerWorld.Activity("2"));
        await AlterAsync("update activity set occurred_at = 0, content_changed_at = 0");
        (await PurgeAsync("activity_text")).ShouldBe(1);
        (await World.ListAsync<string>("select external_id from activity a join activity_text t on t.activity_id = a.id")).ShouldBe(["2"]);
        (await World.CountAsync("decision where superseded_at is null")).ShouldBe(1);
        var id = (await World.ListAsync<long>("select id from activity where external_id = '1'")).Single();
        await StoredAsync("calls", new LedgerChange { Again = [id] }, RunKind.PollLinks);
        (await World.ListAsync<string>("select status from activity where external_id = '1'")).ShouldBe(["decided"]);
    }

    [Fact]
    public async Task Purge_Preview_TakesManyRowsInSmallSteps()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await AlterAsync("insert into run (kind, connection_id, status, requested_by, started_at, finished_at) values ('preview', 1, 'completed', 'ada', 0, 1)");
        await AlterAsync("insert into act (run_id, target, filter, up_to_id) select max(id), 'intent', '', 1 from run");
        await AlterAsync(
            $"insert into act_left_out (run_id, subject_id, code, message) {(Ledger.Dialect is LedgerDialect.Sqlite ? "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1203)" : "with n(i) as (select * from generate_series(1, 1203))")} select (select max(id) from run), n.i, 'x', 'x' from n");
        (await Ledger.PurgeAsync("act_left_out", 1, 0, Token)).Removed.ShouldBe(500);
        (await PurgeAsync("act_left_out")).ShouldBe(703);
        (await World.ListAsync<long>("select value from daily_total where name = 'left_out.x'")).ShouldBe([1203L]);
        (await World.CountAsync("act")).ShouldBe(1);
    }

    [Fact]
    public async Task Purge_EveryTable_HasAWorkingStatement()
    {
        foreach (var rule in RetentionRules.All)
        {
            (await Ledger.CountPurgeableAsync(rule.Table, 1, Token)).ShouldBe(0, rule.Table);
            (await PurgeAsync(rule.Table)).ShouldBe(0, rule.Table);
        }
    }

    [Fact]
    public async Task Purge_AlertEvents_KeepsTheNewestOfEachAlert()
    {
        await AlterAsync("insert into alert (key, kind, connection_id, state, sentence, since_at, checked_at) values ('x', 'connection', 1, 'fine', '', 0, 0)");
        await AlterAsync("insert into alert_event (alert_id, state, sentence, at) values (1, 'broken', '', 0), (1, 'fine', '', 1)");
        await AlterAsync("insert into alert_delivery (event_id, channel, status, not_before) values (1, 'ops', 'sent', 0), (2, 'ops', 'sent', 0)");
        (await PurgeAsync("alert_event")).ShouldBe(1);
        (await World.ListAsync<long>("select event_id from alert_delivery")).ShouldBe([2L]);
        (await World.ListAsync<string>("select name from daily_total")).ShouldBe(["alert.broken"]);
    }

    [Fact]
    public async Task Chores_OneNodeTakesOneAndOnlyWhenItIsDue()
    {
        var takers = await Task.WhenAll(Enumerable.Range(0, 4).Select(node => Task.Run(() => Take($"node-{node}", TimeSpan.FromMinutes(1)), Token)));
        takers.Count(taken => taken).ShouldBe(1);
        var node = $"node-{Array.IndexOf(takers, true)}";
        (await Take(node, TimeSpan.Zero)).ShouldBeFalse();
        await Ledger.EndChoreAsync("sweep", "somebody else", Token);
        (await Take("late", TimeSpan.Zero)).ShouldBeFalse();
        await Ledger.EndChoreAsync("sweep", node, Token);
        (await Take("late", TimeSpan.FromMinutes(1))).ShouldBeFalse();
        (await Take("late", TimeSpan.Zero)).ShouldBeTrue();

        Task<bool> Take(string who, TimeSpan every) => Ledger.TakeChoreAsync("sweep", who, every, TimeSpan.FromMinutes(5), Token);
    }

    [Fact]
    public async Task Audit_EveryOperatorAct_SaysWhoWhatAndWhatItWasBefore()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await Ledger.StartAsync(
            new RunRequest(RunKind.Backfill, World.ConnectionId, "tom", [new ScanPlan("calls", LedgerWorld.Start.AddYears(-1), LedgerWorld.Start)]), Token);
        await Ledger.SetWriteModeAsync(World.ConnectionId, new ModeChange(CrmSync.Pipeline.Model.WriteMode.Paused, "ada") { Reason = "audit" }, Token);
        await AlterAsync("update audit set at = 1000 * id");
        var queries = new AuditQueries(Ledger);
        var all = await queries.ListAsync(AuditFilter.All, new PageRequest(null, null), Token);
        all.Rows.Select(row => $"{row.Actor} {row.Action} {row.Subject} {row.Before}>{row.After}").ShouldBe(
            ["ada connection.write_mode hubspot-main on>paused", "tom run.start.backfill run/2 >calls from 2025-03-02 08:00:00Z to 2026-03-02 08:00:00Z"]);
        (await queries.ListAsync(new AuditFilter { Subject = "run" }, new PageRequest(null, null), Token)).Rows.ShouldHaveSingleItem().Subject.ShouldBe("run/2");
        (await queries.ListAsync(new AuditFilter { Action = "run" }, new PageRequest(null, null), Token)).Rows.Count.ShouldBe(1);
        (await queries.ListAsync(new AuditFilter { Action = "run.sta" }, new PageRequest(null, null), Token)).Rows.ShouldBeEmpty();
        (await queries.ListAsync(new AuditFilter { Actor = "ada", From = DateTimeOffset.FromUnixTimeSeconds(2) }, new PageRequest(null, null), Token)).Rows.Count.ShouldBe(1);
        (await queries.ListAsync(new AuditFilter { To = DateTimeOffset.FromUnixTimeSeconds(1) }, new PageRequest(null, null), Token)).Rows.ShouldBeEmpty();
        var first = await queries.ListAsync(AuditFilter.All, new PageRequest(null, null, 1), Token);
        var second = await queries.ListAsync(AuditFilter.All, new PageRequest(first.Older, null, 1), Token);
        second.Rows.ShouldHaveSingleItem().Id.ShouldBe(1);
        second.Older.ShouldBeNull();
        (await queries.ListAsync(AuditFilter.All, new PageRequest(null, second.Newer, 1), Token)).Rows.ShouldHaveSingleItem().Id.ShouldBe(2);
    }

    /// <summary>Changes rows as only time, or somebody with the database's password, could.</summary>
    private protected async Task AlterAsync(string sql)
    {
        await using var reader = await Ledger.OpenReadAsync(Token);
        System.Data.Common.DbConnection writer = Ledger.Dialect is LedgerDialect.Sqlite
            ? new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = reader.DataSource, Pooling = false }.ToString())
            : new NpgsqlConnection(new NpgsqlConnectionStringBuilder(PostgresServer.AdminConnectionString) { Database = reader.Database, Pooling = false }.ToString());
        await using (writer)
            await writer.ExecuteAsync(sql);
    }

    private Task LogAsync(long at, string level) =>
        AlterAsync($"insert into run_log (connection_id, at, level, code, message) values (1, {at}, '{level}', 'x', 'x')");

    private async Task<int> DaysAsync(string table) => (await Ledger.ListRetentionAsync(Options, Token)).Single(setting => setting.Rule.Table == table).Days;

    private async Task<long> PurgeAsync(string table)
    {
        var removed = 0L;
        for (long? next = 0; next is { } after;)
        {
            var step = await Ledger.PurgeAsync(table, 1, after, Token);
            removed += step.Removed;
            next = step.NextId;
        }
        return removed;
    }
}
