using System.Text;
using CrmSync.Simulator;
using CrmSync.Simulator.Hosting;
using CrmSync.Tests.Connectors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CrmSync.IntegrationTests.Simulator;

/// <summary>The smallest simulator: one route that counts what it did and answers a JSON body, behind the shared fault middleware.</summary>
internal sealed class FaultDialBench : IAsyncDisposable
{
    public const string Body = """{"results":[{"id":"1"},{"id":"2"},{"id":"3"}],"status":"COMPLETE"}""";
    private readonly LoopbackHost _host;
    private readonly Counter _done;

    private FaultDialBench(LoopbackHost host, FaultBoard board, FaultPlan plan, CallLog calls, JumpingClock clock, Counter done)
    {
        _host = host;
        _done = done;
        Board = board;
        Plan = plan;
        Calls = calls;
        Clock = clock;
        Client = new HttpClient { BaseAddress = host.BaseAddress };
    }

    public FaultBoard Board { get; }

    public FaultPlan Plan { get; }

    public CallLog Calls { get; }

    public JumpingClock Clock { get; }

    public HttpClient Client { get; }

    /// <summary>How many calls did their work.</summary>
    public int Done => _done.Value;

    public static async Task<FaultDialBench> StartAsync(int seed = 1)
    {
        var (board, plan, calls, clock, done) = (new FaultBoard(seed), new FaultPlan(), new CallLog(), new JumpingClock(), new Counter());
        var host = await LoopbackHost.StartAsync("bench", 0, app =>
        {
            app.UseCallLog(calls, clock, path => path.StartsWithSegments("/api", StringComparison.Ordinal));
            app.UseRouting();
            app.UseFaults(plan, clock, (context, fault) => context.Response.WriteAsync($"refused {fault.Status}"), board);
            app.MapMethods("/api/{name}", ["GET", "POST"], context =>
            {
                done.Add();
                context.Response.ContentType = "application/json";
                return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(Body)).AsTask();
            });
            app.MapGet("/page", context => context.Response.WriteAsync("page"));
        }, CancellationToken.None);
        return new FaultDialBench(host, board, plan, calls, clock, done);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.DisposeAsync();
    }

    public sealed class Counter
    {
        private int _value;

        public int Value => Volatile.Read(ref _value);

        public void Add() => Interlocked.Increment(ref _value);
    }
}
