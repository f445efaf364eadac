namespace CrmSync.Connectors.Http;

/// <summary>Waits for the quota and counts every attempt that goes out, quick second tries included.</summary>
internal sealed class MeteredHandler(QuotaGate gate, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private static readonly HttpRequestOptionsKey<QuotaBucket?> BucketKey = new("crmsync.bucket");
    private long _sent;

    /// <summary>Attempts so far.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Says what a request draws on; without it (sign-in) it is counted only.</summary>
    public static void Mark(HttpRequestMessage request, QuotaBucket bucket) => request.Options.Set(BucketKey, bucket);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.Options.TryGetValue(BucketKey, out var bucket) || bucket is not { } limited)
            return await SendCountedAsync(request, cancellationToken);
        using var entry = await gate.EnterAsync(limited, cancellationToken);
        return await SendCountedAsync(request, cancellationToken);
    }

    private Task<HttpResponseMessage> SendCountedAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _sent);
        return base.SendAsync(request, cancellationToken);
    }
}
