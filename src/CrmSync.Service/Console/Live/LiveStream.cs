using System.Text;
using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Live;

/// <summary>
/// Server-sent events for open pages: what changed, and nothing of what it became; a page fetches that itself, with its own rights. A stream ends with the session, with the host, and by itself after a while, so that a
/// browser comes back with its cookie and is let in anew.
/// </summary>
internal static class LiveStream
{
    /// <summary>Where it is.</summary>
    public const string Path = "/live";

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private static readonly (LiveTopics Topic, string Word)[] Words =
        [.. Enum.GetValues<LiveTopics>().Where(topic => topic != LiveTopics.None).Select(topic => (topic, topic.ToString().ToLowerInvariant()))];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Path, ServeAsync).RequireAuthorization(Roles.PolicyOf(ApiRole.Viewer)).WithMetadata(new NeedsAttribute(ApiRole.Viewer)).ExcludeFromDescription();

    private static async Task ServeAsync(HttpContext context, LiveWatch watch, Sessions sessions, IHostApplicationLifetime lifetime, TimeProvider clock)
    {
        var response = context.Response;
        if (watch.Join(Sessions.IdOf(context.User) ?? 0) is not { } listener)
        {
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            response.Headers.RetryAfter = "60";
            // With words in it no page takes its place.
            await response.WriteAsync("Too many pages listen already; this one looks by itself now and then.\n", context.RequestAborted);
            return;
        }
        // A host that ends does not wait for its streams.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            response.ContentType = "text/event-stream; charset=utf-8";
            response.Headers.CacheControl = "no-store";
            // Proxies that gather answers would hold every event back.
            response.Headers["X-Accel-Buffering"] = "no";
            await SendAsync(response, "retry: 5000\n\n", end.Token);
            await TellAsync(context, listener, sessions, clock, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The reader has gone, or the host is stopping.
        }
        finally
        {
            watch.Leave(listener);
        }
    }

    private static async Task TellAsync(HttpContext context, LiveListener listener, Sessions sessions, TimeProvider clock, CancellationToken cancellationToken)
    {
        var until = clock.GetUtcNow() + Longest;
        var look = clock.GetUtcNow() + Heartbeat;
        while (clock.GetUtcNow() < until)
        {
            var changed = await WaitAsync(listener, clock, cancellationToken);
            if (changed == LiveTopics.None || clock.GetUtcNow() >= look)
            {
                if (await sessions.CheckAsync(context.User, cancellationToken) is null)
                    return;
                look = clock.GetUtcNow() + Heartbeat;
            }
            await SendAsync(
                context.Response,
                changed == LiveTopics.None ? ": here\n\n" : $"event: changed\ndata: {string.Join(' ', Words.Where(word => changed.HasFlag(word.Topic)).Select(word => word.Word))}\n\n",
                cancellationToken);
        }
    }

    private static async Task<LiveTopics> WaitAsync(LiveListener listener, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(Heartbeat, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            return await listener.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return LiveTopics.None;
        }
    }

    private static async Task SendAsync(HttpResponse response, string text, CancellationToken cancellationToken)
    {
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
