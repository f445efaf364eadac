using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace CrmSync.Connectors.Http;

/// <summary>
/// Limits every attempt in time, and tries reads again quickly on 5xx and network trouble. Writes go out once: whether to repeat one is
/// decided by the ledger, which knows what was intended. Anything slower than a quick try is the queue's.
/// </summary>
internal sealed class ResilienceHandler : DelegatingHandler
{
    private static readonly HttpRequestOptionsKey<CallKind> KindKey = new("crmsync.kind");
    private readonly ResiliencePipeline<HttpResponseMessage> _reads;
    private readonly ResiliencePipeline<HttpResponseMessage> _writes;
    private readonly int _answerLimit;

    public ResilienceHandler(TimeoutOptions timeouts, TimeProvider time, Func<double> jitter, HttpMessageHandler inner) : base(inner)
    {
        _answerLimit = timeouts.AnswerLimit;
        var reads = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time };
        if (timeouts.QuickTries > 0)
        {
            reads.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = timeouts.QuickTries,
                Delay = TimeSpan.FromMilliseconds(200),
                MaxDelay = TimeSpan.FromSeconds(1),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Randomizer = jitter,
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                    .Handle<HttpRequestException>(exception => exception.HttpRequestError != HttpRequestError.ConfigurationLimitExceeded
                        && OutboundRefusedException.In(exception) is null)
                    .Handle<IOException>()
                    .HandleResult(response => (int)response.StatusCode is >= 500 and not 501),
                OnRetry = arguments =>
                {
                    arguments.Outcome.Result?.Dispose();
                    return default;
                },
            });
        }

        _reads = reads.AddTimeout(Attempt(timeouts.Read)).Build();
        _writes = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }.AddTimeout(Attempt(timeouts.Write)).Build();
    }

    /// <summary>Says whether a request may be repeated; without it, it is a write.</summary>
    public static void Mark(HttpRequestMessage request, CallKind kind) => request.Options.Set(KindKey, kind);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var reads = request.Options.TryGetValue(KindKey, out var kind) && kind == CallKind.Read;
        return await (reads ? _reads : _writes).ExecuteAsync(token => AttemptAsync(request, token), cancellationToken);
    }

    private async ValueTask<HttpResponseMessage> AttemptAsync(HttpRequestMessage request, CancellationToken token)
    {
        var response = await base.SendAsync(request, token);
        try
        {
            // The body belongs to the attempt: a slow drip runs into its timeout, and a reset in the middle is tried again.
            await response.Content.LoadIntoBufferAsync(_answerLimit, token);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static TimeoutStrategyOptions Attempt(TimeSpan longest) => new() { Timeout = longest };
}
