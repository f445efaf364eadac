using System.Net;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using CrmSync.Service.Console.Live;
using CrmSync.Storage.Reading;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Console;

/// <summary>Server-sent events: what changed is told within moments, to those who are signed in, and a host that ends does not wait for its streams.</summary>
public sealed class LiveTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Live_SomethingChanges_NamesItsTopic()
    {
        await using var host = await ConsoleHost.StartAsync(seed => seed.ConnectionsAsync(), TimeProvider.System);
        using var answer = await host.Client.GetAsync("/live", HttpCompletionOption.ResponseHeadersRead, Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Token));
        (await reader.ReadLineAsync(Token)).ShouldBe("retry: 5000");

        // The watch needs one look before it can see a difference, so the change is repeated until it is told.
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Token);
        done.CancelAfter(Patience);
        var change = ChangeAsync(host, done.Token);
        string? told = null;
        while (told is null && await reader.ReadLineAsync(done.Token) is { } line)
            told = line.StartsWith("data: ", StringComparison.Ordinal) ? line["data: ".Length..] : null;
        await done.CancelAsync();
        await change;

        told.ShouldNotBeNull().Split(' ').ShouldContain("audit");
        told.Split(' ').ShouldNotContain("activities", "nothing was read");
    }

    [Fact]
    public async Task Live_NobodySignedIn_IsRefusedAndNotSentToTheDoor()
    {
        await using var host = await ConsoleHost.StartAsync(role: null);
        using var answer = await host.Client.GetAsync("/live", HttpCompletionOption.ResponseHeadersRead, Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Live_OneBrowserTooMany_IsToldToComeLater()
    {
        await using var host = await ConsoleHost.StartAsync();
        var watch = host.Services.GetRequiredService<LiveWatch>();
        var account = (await host.Ledger.ListAccountsAsync(Token)).Single().Id;
        for (var i = 0; i < LiveWatch.MostPerAccount; i++)
            watch.Join(account).ShouldNotBeNull();
        using var answer = await host.Client.GetAsync("/live", HttpCompletionOption.ResponseHeadersRead, Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        watch.Join(account + 1).ShouldNotBeNull("another person's streams are others");
    }

    [Fact]
    public async Task Live_HostStops_EndsItsStreamsAtOnce()
    {
        var host = await ConsoleHost.StartAsync(time: TimeProvider.System);
        using var answer = await host.Client.GetAsync("/live", HttpCompletionOption.ResponseHeadersRead, Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Token));
        await reader.ReadLineAsync(Token);
        var start = TimeProvider.System.GetTimestamp();
        await host.Services.GetRequiredService<Microsoft.Extensions.Hosting.IHostApplicationLifetime>().StoppedAfterAsync(() => host.DisposeAsync().AsTask());

        TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(10), "a stop does not wait for readers");
    }

    [Fact]
    public void Stamps_OneDiffers_IsTheOnlyTopic()
    {
        new LiveStamps { Log = 3, Runs = 7 }.Since(new LiveStamps { Log = 2, Runs = 7 }).ShouldBe(LiveTopics.Log);
        new LiveStamps { Log = 3 }.Since(new LiveStamps { Log = 3 }).ShouldBe(LiveTopics.None);
    }

    private static async Task ChangeAsync(ConsoleHost host, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        try
        {
            for (var i = 0; await timer.WaitForNextTickAsync(cancellationToken); i++)
                await People.AddAsync(host.Ledger, ApiRole.Viewer, $"{i}");
        }
        catch (OperationCanceledException)
        {
            // It was told.
        }
    }
}

file static class Stopping
{
    public static Task StoppedAfterAsync(this Microsoft.Extensions.Hosting.IHostApplicationLifetime lifetime, Func<Task> stop)
    {
        lifetime.StopApplication();
        return stop();
    }
}
