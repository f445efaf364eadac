using System.Text.Json;
using CrmSync.IntegrationTests.Recovery;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Simulator;
using CrmSync.Simulator.Hosting;
using CrmSync.Storage;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.WriteBack;

/// <summary>Write modes as an operator uses them, with proof from the simulated CRMs themselves.</summary>
public sealed class WriteModeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("hubspot", "calls", "calls/{label}/{value}", "hubspot.option_missing")]
    [InlineData("salesforce", "Task", "Activity.{label}={value}", "salesforce.option_missing")]
    public async Task Operator_PreviewsApprovesASampleThenAll_TheCrmTakesExactlyThatAndAnOptionDeletedMeanwhileHoldsNobodyUp(
        string key, string type, string option, string code)
    {
        await using var service = await ServiceUnderTest.CreateAsync(activities: 60, Token, manner: new ServiceManner { Mode = WriteMode.Preview });
        var crm = service.Crms.All.Single(candidate => candidate.Kind == key);

        // In preview everything is decided and nothing is sent; a look changes nothing either.
        await RunAsync(service, "poll", "--connection", key);
        var first = await PreviewAsync(service, key);
        first.Count.ShouldBeGreaterThan(40);
        (await TakenAsync(service, crm)).ShouldBe(0);
        (await RunAsync(service, "preview", "--connection", key, "--filter", "record=nobody")).ShouldContain("No write that waits");

        // An approval in preview is kept and sends nothing; the mode lets it go.
        (await RunAsync(service, "approve", "--connection", key, "--sample", "6")).ShouldContain("is in preview, so nothing is sent");
        (await TakenAsync(service, crm)).ShouldBe(0);
        (await RunAsync(service, "approve", "--connection", key, "--filter", "record=nobody")).ShouldContain("so nothing was changed");
        (await RunAsync(service, "resume", "--connection", key, "--mode", "approve")).ShouldContain("only what an operator lets go is sent");
        await using var host = service.StartHost();
        await IsSoonAsync(service, key, "status = 'applied'", 6);
        (await TakenAsync(service, crm)).ShouldBe(6);

        // Exactly what was shown goes out; what asks for an option that is gone by now is rejected with its reason.
        var second = await PreviewAsync(service, key);
        var values = await service.AskAsync<string>(
            "select value from intent where status = 'pending' and target_type = @type and taxonomy = 'engagement' order by id limit 1", new { type }, Token);
        var label = key == "hubspot" ? "trueai_engaged" : "TrueAI_Engaged__c";
        LastingFaultHouse.DialsOf(crm).Turn("F28", new DialSetting
        {
            Target = option.Replace("{label}", label, StringComparison.Ordinal).Replace("{value}", values.Single(), StringComparison.Ordinal),
        });
        var said = await RunAsync(service, "approve", "--connection", key, "--preview", $"{second.Run}");
        said.ShouldContain($"{second.Count} done, 0 left out");
        await IsSoonAsync(service, key, "status in ('pending', 'sending', 'unknown') and release_run_id is not null", 0);
        // A CRM refuses a record whole, so a rejected record's other label is rejected with it.
        (await service.AskAsync<string>("select distinct code from intent where status = 'rejected'", null, Token)).ShouldBe([code]);
        (await service.AskAsync<long>(
            """
            select count(*) from intent i where i.status = 'rejected' and not exists (
              select 1 from intent o where o.target_type = i.target_type and o.target_id = i.target_id and o.value = @value and o.status = 'rejected')
            """,
            new { value = values.Single() }, Token)).ShouldBe([0]);
        (await CountAsync(service, key, "status = 'rejected'") + await CountAsync(service, key, "status = 'applied'")).ShouldBe(second.Count + 6);
        (await TakenAsync(service, crm)).ShouldBe((int)await CountAsync(service, key, "status = 'applied'"));
        (await RunAsync(service, "approve", "--connection", key, "--preview", $"{second.Run}")).ShouldContain("approve.not_waiting");
        (await service.AskAsync<long>("select count(*) from audit where action = 'act.approve'", null, Token)).ShouldBe([4]);
        (await host.TerminateAsync(Token)).ShouldBe(0, host.Output);
    }

    [Fact]
    public async Task Pause_InTheMiddleOfARun_NoWriteStartsFiveSecondsLater()
    {
        await using var service = await ServiceUnderTest.CreateAsync(activities: 3_000, Token);
        service.Crms.HubSpot.Faults.Add(new Fault { Kind = FaultKind.Slow, Route = "/batch/update", Delay = TimeSpan.FromSeconds(1.5), Count = 10_000 });
        service.Crms.Salesforce.Faults.Add(new Fault { Kind = FaultKind.Slow, Route = "/composite/sobjects", Method = "PATCH", Delay = TimeSpan.FromSeconds(1.5), Count = 10_000 });
        await using var host = service.StartHost();
        await using var ledger = await service.OpenLedgerAsync(Token);
        var paused = await Task.WhenAll(service.Crms.All.Select(crm => PauseAtTheFirstWriteAsync(ledger, crm)));
        await Eventually.IsTrueAsync(() => Task.FromResult(TimeProvider.System.GetUtcNow() > paused.Max().AddSeconds(10)), "ten seconds go by", Patience, Token);

        foreach (var (crm, at) in service.Crms.All.Zip(paused))
        {
            var last = Writes(crm).Max(call => call.At) - at;
            TestContext.Current.TestOutputHelper!.WriteLine($"{crm.Kind}: the last write started {last.TotalSeconds:0.00} s after the pause");
            last.ShouldBeLessThan(TimeSpan.FromSeconds(5), crm.Kind);
            (await CountAsync(service, crm.Kind, "status = 'pending'")).ShouldBeGreaterThan(0, $"{crm.Kind}: the pause came in the middle");
            await IsSoonAsync(service, crm.Kind, "status in ('sending', 'unknown')", 0);
        }
        (await host.TerminateAsync(Token)).ShouldBe(0, host.Output);
    }

    private static async Task<DateTimeOffset> PauseAtTheFirstWriteAsync(Ledger ledger, ISimulatedCrm crm)
    {
        await Eventually.IsTrueAsync(() => Task.FromResult(Writes(crm).Count > 0), $"{crm.Kind} is being written to", Patience, Token);
        var connection = (await ledger.ListConnectionsAsync(Token)).Single(candidate => candidate.Key == crm.Kind);
        var outcome = await ledger.SetWriteModeAsync(connection.Id, new ModeChange(WriteMode.Paused, "ada") { Reason = "Stop" }, Token);
        outcome.Answer.ShouldBe(ModeAnswer.Changed);
        return TimeProvider.System.GetUtcNow();
    }

    private static IReadOnlyList<SimulatedCall> Writes(ISimulatedCrm crm) =>
    [
        .. crm.Calls.Snapshot().Where(call => call.Path.EndsWith("/batch/update", StringComparison.Ordinal)
            || (call.Method == "PATCH" && call.Path.EndsWith("/composite/sobjects", StringComparison.Ordinal))),
    ];

    /// <summary>Label values that the CRM took from us, by its own history.</summary>
    private static async Task<int> TakenAsync(ServiceUnderTest service, ISimulatedCrm crm)
    {
        await using var ledger = await service.OpenLedgerAsync(Token);
        await using var db = await ledger.OpenReadAsync(Token);
        var connection = (await ledger.ListConnectionsAsync(Token)).Single(candidate => candidate.Key == crm.Kind);
        return (await LabelPlaces.ReadAsync(db, connection.Id, crm)).Sum(place => place.History.Count(change => change.By == "app"));
    }

    private static async Task<(long Run, long Count)> PreviewAsync(ServiceUnderTest service, string key)
    {
        var said = await RunAsync(service, "preview", "--connection", key, "--json");
        using var json = JsonDocument.Parse(said[said.IndexOf('{')..(said.LastIndexOf('}') + 1)]);
        var preview = json.RootElement.GetProperty("preview");
        preview.GetProperty("verdicts").EnumerateArray().Single().GetProperty("verdict").GetString().ShouldBe("write");
        json.RootElement.GetProperty("examples").GetArrayLength().ShouldBeGreaterThan(0);
        return (preview.GetProperty("runId").GetInt64(), preview.GetProperty("looked").GetInt64());
    }

    private static async Task<long> CountAsync(ServiceUnderTest service, string key, string which) => (await service.AskAsync<long>(
        $"select count(*) from intent where {which} and connection_id = (select id from connection where key = @key)", new { key }, Token)).Single();

    private static Task IsSoonAsync(ServiceUnderTest service, string key, string which, long count) =>
        Eventually.IsTrueAsync(async () => await CountAsync(service, key, which) == count, $"{count} writes of {key} are {which}", Patience, Token);

    private static async Task<string> RunAsync(ServiceUnderTest service, params string[] arguments)
    {
        await using var process = HostProcess.Start(service.Folder, arguments);
        (await process.ExitAsync(Token)).ShouldBe(0, process.Output);
        return process.Output;
    }
}
