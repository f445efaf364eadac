using CrmSync.IntegrationTests.Testing;
using CrmSync.Simulator.Hosting;
using Dapper;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Commands;

/// <summary>The program as a person or a script calls it: what it says and its exit code (0 done, 1 failed, 2 wrong use).</summary>
public sealed class CommandTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-command-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<(int Exit, string Said)> RunAsync(params string[] arguments) => await RunInAsync(_folder, arguments);

    private static async Task<(int Exit, string Said)> RunInAsync(string folder, params string[] arguments)
    {
        await using var process = HostProcess.Start(folder, arguments);
        var exit = await process.ExitAsync(Token);
        return (exit, process.Output);
    }

    private string Settings(string json)
    {
        var path = Path.Combine(_folder, "settings.json");
        File.WriteAllText(path, json);
        return path;
    }

    [Theory]
    [InlineData("Unrecognized", "frobnicate")]
    [InlineData("No connection is configured", "run")]
    [InlineData("from 1 to 65535", "demo", "--console-port", "99999")]
    [InlineData("does not exist", "run", "--config", "nowhere.json")]
    [InlineData("does not exist", "classify", "--in", "nowhere.csv", "--out", "out.csv")]
    [InlineData("give 0 to", "simulate", "--activities", "-1")]
    [InlineData("Say what the training is for", "train")]
    [InlineData("does not exist", "review", "--import", "nowhere.csv")]
    [InlineData("give one of them", "review", "--undo", "1", "--import", "nowhere.csv")]
    [InlineData("has no model 7", "models", "promote", "7")]
    [InlineData("nothing to go back from", "models", "rollback")]
    [InlineData("knows no connection 'hs'", "pause", "--connection", "hs", "--reason", "Lunch")]
    [InlineData("--reason", "pause", "--connection", "hs")]
    [InlineData("a number above 0 with a unit", "pause", "--connection", "hs", "--reason", "Lunch", "--for", "soon")]
    [InlineData("give one of them", "pause", "--connection", "hs", "--reason", "Lunch", "--for", "2h", "--until", "2030-01-01T00:00:00Z")]
    [InlineData("must be on, approve or preview", "resume", "--connection", "hs", "--mode", "off")]
    [InlineData("must be 1 or more", "preview", "--connection", "hs", "--sample", "0")]
    [InlineData("There is no filter \"colour\"", "preview", "--connection", "hs", "--filter", "colour=red")]
    [InlineData("only writes that wait", "preview", "--connection", "hs", "--filter", "outcome=applied")]
    [InlineData("Say what to let go", "approve", "--connection", "hs")]
    [InlineData("leave --all, --filter and --sample out", "approve", "--connection", "hs", "--preview", "3", "--all")]
    [InlineData("Name the account; or give --text FILE", "brief")]
    [InlineData("not both", "brief", "acme", "--text", "-")]
    [InlineData("give one of them", "brief", "acme", "--json", "--markdown")]
    [InlineData("from 100 to 100000", "brief", "acme", "--tokens", "7")]
    [InlineData("No account is called 'acme'", "brief", "acme")]
    [InlineData("does not exist", "brief", "--text", "nowhere.txt")]
    [InlineData("Write the question in quotation marks", "ask", "bill-payment")]
    [InlineData("--history takes no question", "ask", "bill-payment", "Why?", "--history")]
    public async Task Command_WrongUse_SaysOneSentenceAndEndsWithTwo(string sentence, params string[] arguments)
    {
        var (ended, said) = await RunAsync(arguments);
        ended.ShouldBe(2, said);
        said.ShouldContain(sentence);
        said.ShouldNotContain("   at ", Case.Sensitive, "a person gets a sentence, not a stack");
    }

    [Theory]
    [InlineData("""{"CrmSync":{"Polling":{"Frsh":"every 5s"}}}""", "'Frsh' (under CrmSync:Polling)")]
    [InlineData("""{"CrmSync":{"Polling":{"Fresh":"often"}}}""", "CrmSync:Polling:Fresh")]
    [InlineData("""{"CrmSync":{"Connections":[{"Key":"hs","Kind":"zoho"}]}}""", "must be hubspot or salesforce")]
    [InlineData("""{"CrmSync":{"Connections":[{"Key":"hs","Kind":"hubspot","HubSpot":{"ApiVersion":"2026-09"}}]}}""", "no Token")]
    [InlineData("""{"CrmSync":{""", "not valid JSON")]
    public async Task Run_WrongSettings_NamesTheSettingAndEndsWithTwo(string json, string sentence)
    {
        var (exit, said) = await RunAsync("run", "--config", Settings(json));
        exit.ShouldBe(2, said);
        said.ShouldContain(sentence);
    }

    [Fact]
    public async Task Setup_NobodyToAsk_ChangesNothingAndSaysHow()
    {
        await using var service = await ServiceUnderTest.CreateAsync(activities: 5, Token, withProperties: false);
        var (exit, said) = await RunInAsync(service.Folder, "setup", "--connection", "hubspot");
        exit.ShouldBe(2, said);
        said.ShouldContain("--yes");
        (await RunInAsync(service.Folder, "setup", "--yes")).Exit.ShouldBe(0);
        var (again, plan) = await RunInAsync(service.Folder, "setup", "--dry-run");
        again.ShouldBe(0);
        plan.ShouldNotContain("Create", Case.Sensitive, "applying is idempotent");
    }

    [Fact]
    public async Task Poll_WithoutAHost_BecomesTheHostUntilTheLabelsAreWritten()
    {
        await using var service = await ServiceUnderTest.CreateAsync(activities: 40, Token);
        var (exit, said) = await RunInAsync(service.Folder, "poll");
        exit.ShouldBe(0, said);
        said.ShouldContain("completed");
        said.ShouldContain("40 read");
        (await RunInAsync(service.Folder, "poll", "--connection", "nobody")).Exit.ShouldBe(2);
    }

    [Fact]
    public async Task Reconcile_KilledInMidCheck_TheNextCommandGoesOnAndSaysWhatWasMissing()
    {
        await using var service = await ServiceUnderTest.CreateAsync(activities: 60, Token);
        (await RunInAsync(service.Folder, "poll")).Exit.ShouldBe(0);
        // As a ledger that was restored from an old copy. Labels of notes and mails stand on other records, so that nothing but an edit moves their time.
        await using (var ledger = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={service.LedgerFile};Pooling=False"))
            (await ledger.ExecuteAsync("update activity set crm_modified_at = 1 where object_type in ('notes', 'emails')")).ShouldBeGreaterThan(3);
        service.Crms.HubSpot.Faults.Add(new Fault { Kind = FaultKind.Slow, Route = "/search", Skip = 6, Count = 10_000, Delay = TimeSpan.FromSeconds(20) });
        await using (var first = HostProcess.Start(service.Folder, "reconcile", "--connection", service.Crms.Connections().Single(connection => connection.Kind == "hubspot").Key))
        {
            await Eventually.IsTrueAsync(
                async () => (await service.AskAsync<long>("select count(*) from completeness where position is not null or state <> 'checking'", null, Token))[0] > 0,
                $"something is compared. It said: {first.Output}", Patience, Token);
            await first.KillAsync(Token);
        }
        service.Crms.HubSpot.Faults.Clear();

        var (exit, said) = await RunInAsync(service.Folder, "reconcile", "--ids", "--labels", "all", "--json");

        exit.ShouldBe(0, said);
        var rows = await service.AskAsync<string>("select object_type || ' ' || state from completeness where state <> 'complete'", null, Token);
        rows.ShouldAllBe(row => row.EndsWith(" repaired", StringComparison.Ordinal), said);
        rows.ShouldNotBeEmpty();
        said.ShouldContain("\"state\": \"repaired\"");
        (await service.AskAsync<long>("select count(*) from activity where crm_modified_at = 1", null, Token))[0].ShouldBe(0);
        (await RunInAsync(service.Folder, "reconcile", "--labels", "few")).Exit.ShouldBe(2);
    }

    [Fact]
    public async Task Run_ScheduleOfComparisonsIsDue_ComparesBothCrms()
    {
        await using var service = await ServiceUnderTest.CreateAsync(activities: 20, Token);
        var settings = Settings("""{ "CrmSync": { "Reconcile": { "Rhythm": "every 2s", "Lag": "00:00:00" } } }""");
        await using var host = HostProcess.Start(service.Folder, "run", "--config", settings);

        await Eventually.IsTrueAsync(
            async () => File.Exists(service.LedgerFile) && (await service.AskAsync<long>(
                """
                select count(distinct c.connection_id) from completeness c join run r on r.id = c.run_id
                where r.schedule_id is not null and c.state in ('complete', 'repaired') and c.crm_count > 0
                """,
                null, Token))[0] == 2,
            $"both are compared. It said: {host.Output}", Patience, Token);
        (await host.TerminateAsync(Token)).ShouldBe(0, host.Output);
    }

    [Fact]
    public async Task Poll_BesideAHost_LeavesTheWorkToItAndFollows()
    {
        await using var service = await ServiceUnderTest.CreateAsync(activities: 40, Token);
        await using var host = service.StartHost();
        await Eventually.IsTrueAsync(() => Task.FromResult(host.Output.Contains("Console:", StringComparison.Ordinal)), "the host starts", Patience, Token);
        var (exit, said) = await RunInAsync(service.Folder, "poll");
        exit.ShouldBe(0, said);
        var (second, refusal) = await RunInAsync(service.Folder, "run");
        second.ShouldBe(1, refusal);
        refusal.ShouldContain("Another crmsync host");
        (await host.TerminateAsync(Token)).ShouldBe(0, host.Output);
    }

    [Fact]
    public async Task Backfill_Estimate_CountsTheRangeAndStartsNothing()
    {
        await using var service = await ServiceUnderTest.CreateAsync(activities: 40, Token);
        var (exit, said) = await RunInAsync(service.Folder, "backfill", "--from", "2020-01-01T00:00:00Z", "--estimate", "--json");
        exit.ShouldBe(0, said);
        using var estimate = System.Text.Json.JsonDocument.Parse(said[said.IndexOf('[')..(said.LastIndexOf(']') + 1)]);
        var forecasts = estimate.RootElement.EnumerateArray().Select(item => item.GetProperty("forecast")).ToList();
        forecasts.Count.ShouldBe(2);
        foreach (var forecast in forecasts)
        {
            forecast.GetProperty("activities").GetInt64().ShouldBeGreaterThanOrEqualTo(40);
            forecast.GetProperty("requests").GetInt64().ShouldBeGreaterThan(0);
        }
        (await CountRunsAsync(service, "backfill")).ShouldBe(0);
        (await RunInAsync(service.Folder, "backfill", "--from", "2030-01-01T00:00:00Z")).Exit.ShouldBe(2);
        (await RunInAsync(service.Folder, "backfill", "--from", "2020-01-01T00:00:00Z", "--type", "poems")).Exit.ShouldBe(2);
    }

    [Fact]
    public async Task Backfill_BesideAHost_IsHeldAndGoesOn()
    {
        await using var service = await ServiceUnderTest.CreateAsync(activities: 40, Token);
        await using var host = service.StartHost();
        await Eventually.IsTrueAsync(() => service.IsSyncedAsync(Token), $"the host has synced. It said: {host.Output}", Patience, Token);
        var (exit, said) = await RunInAsync(service.Folder, "backfill", "--from", "2020-01-01T00:00:00Z", "--connection", "hubspot", "--type", "notes");
        exit.ShouldBe(0, said);
        said.ShouldContain("completed");
        var (listed, runs) = await RunInAsync(service.Folder, "runs");
        listed.ShouldBe(0, runs);
        runs.ShouldContain("Backfill");
        var (refused, why) = await RunInAsync(service.Folder, "runs", "--pause", "1");
        refused.ShouldBe(2, why);
        why.ShouldContain("cannot become paused");
    }

    [Fact]
    public async Task Schedules_ChangedBesideAHost_TakeEffectWithoutARestart()
    {
        await using var service = await ServiceUnderTest.CreateAsync(activities: 5, Token);
        await using var host = service.StartHost();
        await Eventually.IsTrueAsync(() => service.IsSyncedAsync(Token), $"the host has set its schedules. It said: {host.Output}", Patience, Token);
        var (exit, said) = await RunInAsync(service.Folder, "schedules", "--set", "hubspot/poll-reach-back", "--rhythm", "every 1s");
        exit.ShouldBe(0, said);
        said.ShouldContain("every second");
        await Eventually.IsTrueAsync(async () => await CountRunsAsync(service, "poll_reach_back") > 0, "the new rhythm fires in the running host", Patience, Token);
        (await RunInAsync(service.Folder, "schedules", "--set", "hubspot/poll-reach-back", "--rhythm", "sometimes")).Exit.ShouldBe(2);
    }

    private static async Task<long> CountRunsAsync(ServiceUnderTest service, string kind)
    {
        await using var ledger = await service.OpenLedgerAsync(Token);
        await using var connection = await ledger.OpenReadAsync(Token);
        return await connection.ExecuteScalarAsync<long>("select count(*) from run where kind = @kind", new { kind });
    }

    [Fact]
    public async Task Demo_UntilSynced_LosesNothingAndPrintsCounts()
    {
        var (exit, said) = await RunAsync("demo", "--until-synced", "--console-port", "0", "--hubspot-port", "0", "--salesforce-port", "0", "--model-port", "0", "--data", _folder);
        exit.ShouldBe(0, said);
        said.ShouldContain("Nothing was lost");
        said.ShouldContain("ENGAGED");
        said.ShouldContain("requests used");
    }

    [Fact]
    public async Task Doctor_WrongTokenAndUnreachableHost_EachLineSaysTheWayOut()
    {
        await using var service = await ServiceUnderTest.CreateAsync(activities: 0, Token);
        var settings = Settings(
            $$$"""
            {"CrmSync":{"Ledger":{"File":"{{{_folder}}}/ledger.db"},"Connections":[
              {"Key":"hs","Kind":"hubspot","HubSpot":{"Token":"canary-secret","BaseAddress":"{{{service.Crms.HubSpot.BaseAddress}}}"}},
              {"Key":"sf","Kind":"salesforce","Salesforce":{"LoginAddress":"http://127.0.0.1:1/","ClientId":"c","ClientSecret":"canary-secret"}}]}}
            """);
        var (exit, said) = await RunAsync("doctor", "--config", settings, "--json");
        exit.ShouldBe(1, said);
        said.ShouldContain("does not accept the token");
        said.ShouldContain("cannot be reached");
        said.ShouldNotContain("canary-secret");
    }
}
