using System.Net;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.HubSpot;
using Microsoft.AspNetCore.Builder;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class HubSpotFaultTests
{
    private static readonly string[] Seeded = ["Subject 0"];

    private static async Task<(HubSpotBench Bench, string Id)> WithCallAsync()
    {
        var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With(HubSpotWorlds.Activity("call", 0)));
        var id = (await bench.IdsAsync("calls")).Single();
        bench.Simulator.Calls.Clear();
        return (bench, id);
    }

    private static object Update(string id, string title) => new { inputs = new[] { new { id, properties = new { hs_call_title = title } } } };

    [Theory]
    [InlineData(FaultKind.Drop, "Subject 0")]
    [InlineData(FaultKind.DropAfterApply, "written")]
    public async Task Drop_CutsTheConnectionWithOrWithoutTheWrite(FaultKind kind, string stored)
    {
        var (bench, id) = await WithCallAsync();
        await using var _ = bench;
        bench.Simulator.Faults.Add(new Fault { Kind = kind, Route = "/batch/update" });

        await Should.ThrowAsync<HttpRequestException>(() => bench.PostAsync("crm/objects/2026-09/calls/batch/update", Update(id, "written")));

        bench.Simulator.Find("calls", id)!.Subject.ShouldBe(stored);
        bench.Simulator.Calls.Snapshot().Single().Status.ShouldBe(0);
        bench.Simulator.Faults.Pending.ShouldBe(0);
        (await bench.PostAsync("crm/objects/2026-09/calls/batch/update", Update(id, "again"))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task RefuseAfterApply_AnswersAnErrorAlthoughTheWriteIsDone()
    {
        var (bench, id) = await WithCallAsync();
        await using var _ = bench;
        bench.Simulator.Faults.Add(new Fault { Kind = FaultKind.RefuseAfterApply, Status = 500 });

        var answer = await bench.PostAsync("crm/objects/2026-09/calls/batch/update", Update(id, "written"));

        answer.Status.ShouldBe(HttpStatusCode.InternalServerError);
        answer.Json.TryGetProperty("results", out var _).ShouldBeFalse();
        bench.Simulator.Find("calls", id)!.Subject.ShouldBe("written");
        bench.Simulator.Calls.Snapshot().Single().Status.ShouldBe(500);
    }

    [Theory]
    [InlineData(429, "DAILY", "\"policyName\":\"DAILY\"")]
    [InlineData(429, null, "\"policyName\":\"TEN_SECONDLY_ROLLING\"")]
    [InlineData(423, null, "\"category\":\"LOCKED\"")]
    [InlineData(477, null, "\"status\":\"error\"")]
    [InlineData(500, null, "\"status\":\"error\"")]
    [InlineData(503, null, "\"status\":\"error\"")]
    [InlineData(502, null, "<html>")]
    [InlineData(504, null, "<html>")]
    [InlineData(524, null, "<html>")]
    public async Task Refuse_AnyStatus_AnswersItsBodyAndWritesNothing(int status, string? code, string body)
    {
        var (bench, id) = await WithCallAsync();
        await using var _ = bench;
        bench.Simulator.Faults.Add(new Fault { Kind = FaultKind.Refuse, Status = status, Code = code, RetryAfter = TimeSpan.FromSeconds(90) });

        var answer = await bench.PatchAsync($"crm/objects/2026-09/calls/{id}", new { properties = new { hs_call_title = "written" } });

        ((int)answer.Status).ShouldBe(status);
        answer.Text.ShouldContain(body);
        answer.Headers["Retry-After"].ShouldBe("90");
        bench.Simulator.Find("calls", id)!.Subject.ShouldBe(Seeded[0]);
    }

    [Fact]
    public async Task Refuse_ByMethodRouteSkipAndCount_MeetsJustThoseCalls()
    {
        var (bench, id) = await WithCallAsync();
        await using var _ = bench;
        bench.Simulator.Faults.Add(new Fault { Kind = FaultKind.Refuse, Status = 503, Method = "GET", Route = "{type}/{id}", Skip = 1, Count = 2 });

        var statuses = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            statuses.Add((int)(await bench.GetAsync($"crm/objects/2026-09/calls/{id}")).Status);
            (await bench.GetAsync("crm/owners/2026-09")).Status.ShouldBe(HttpStatusCode.OK);
        }

        statuses.ShouldBe([200, 503, 503, 200]);
    }

    [Fact]
    public async Task Refuse_SearchWith429_IsTheSecondlyPolicy()
    {
        var (bench, _) = await WithCallAsync();
        await using var disposed = bench;
        bench.Simulator.Faults.Add(new Fault { Kind = FaultKind.Refuse, Status = 429, Route = "/search" });

        (await bench.SearchAsync("calls", new { })).Json.GetProperty("policyName").GetString().ShouldBe("SECONDLY");
    }

    [Fact]
    public async Task Hook_DecidesPerCall()
    {
        var (bench, _) = await WithCallAsync();
        await using var disposed = bench;
        bench.Simulator.Faults.Hook = call => call.Number % 2 == 0 ? null : new Fault { Kind = FaultKind.Refuse, Status = 500 };

        var first = (await bench.GetAsync("crm/owners/2026-09")).Status;
        var second = (await bench.GetAsync("crm/owners/2026-09")).Status;
        new[] { first, second }.ShouldBe([HttpStatusCode.OK, HttpStatusCode.InternalServerError], ignoreOrder: true);
        bench.Simulator.Faults.Clear();
        (await bench.GetAsync("crm/owners/2026-09")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Slow_AnswersAfterTheDelayOnTheSimulatorsClock()
    {
        await using var simulator = await HubSpotSimulator.StartAsync(new HubSpotSimulatorOptions(), TimeProvider.System, TestContext.Current.CancellationToken);
        simulator.Faults.Add(new Fault { Kind = FaultKind.Slow, Delay = TimeSpan.FromMinutes(5) });
        using var client = new HttpClient { BaseAddress = simulator.BaseAddress, Timeout = TimeSpan.FromMilliseconds(300) };

        await Should.ThrowAsync<TaskCanceledException>(() => client.GetAsync(new Uri("crm/owners/2026-09", UriKind.Relative), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Start_PortTaken_SaysWhichAndTheWayOut()
    {
        await using var first = await HubSpotSimulator.StartAsync(new HubSpotSimulatorOptions(), TimeProvider.System, TestContext.Current.CancellationToken);

        var failure = await Should.ThrowAsync<SimulatorPortInUseException>(() =>
            HubSpotSimulator.StartAsync(new HubSpotSimulatorOptions { Port = first.BaseAddress.Port }, TimeProvider.System, TestContext.Current.CancellationToken));

        failure.Port.ShouldBe(first.BaseAddress.Port);
        failure.Message.ShouldBe($"The simulated HubSpot cannot listen on port {failure.Port} of 127.0.0.1 because another program uses it; stop that program or choose another port (0 takes any free one).");
        first.BaseAddress.IsLoopback.ShouldBeTrue();
    }

    [Fact]
    public async Task Pages_BesideTheApi_NeedNoTokenMeetNoFaultAndAreNotLogged()
    {
        var options = new HubSpotSimulatorOptions { RequestsPerDay = 1, MapPages = (routes, _) => routes.Map("/records", () => "a page") };
        await using var bench = await HubSpotBench.StartAsync(options: options);
        bench.Simulator.Faults.Add(new Fault { Kind = FaultKind.Refuse });
        bench.Token = "";

        (await bench.GetAsync("records")).Text.ShouldBe("a page");
        (await bench.GetAsync("records")).Status.ShouldBe(HttpStatusCode.OK);
        bench.Simulator.Calls.Total.ShouldBe(0);
    }
}
