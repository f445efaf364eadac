using Azure.Core;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Model;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.AzureOpenAI;

/// <summary>A model on an Azure OpenAI resource. Thread-safe; owns its connections until it is disposed.</summary>
public sealed class AzureOpenAiModel : IHostedModel, IDisposable
{
    private const string Place = "hosted model";

    private readonly AzureOpenAiWire _wire;
    private readonly AzureOpenAiDialect _dialect;
    private readonly ChatBody _body = new();
    private readonly AzureOpenAiBatches _batches;
    private readonly TimeoutOptions _timeouts;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    private AzureOpenAiModel(AzureOpenAiOptions options, ITokenSource tokens, TimeProvider time, ILogger logger, HttpMessageHandler socket)
    {
        _wire = new AzureOpenAiWire(options, tokens, time, socket);
        _dialect = new AzureOpenAiDialect(time);
        _batches = new AzureOpenAiBatches(_wire, _dialect, _body, Place);
        _timeouts = options.Timeouts;
        _time = time;
        _logger = logger;
    }

    /// <summary>A model on a resource.</summary>
    /// <param name="options">The resource.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Get codes, sizes and times; never texts.</param>
    /// <exception cref="ArgumentException">Something in the options is wrong; the message lists every fault, one per line.</exception>
    public static AzureOpenAiModel Create(AzureOpenAiOptions options, TimeProvider time, ILoggerFactory loggers) => Create(options, time, loggers, null, null);

    internal static AzureOpenAiModel Create(
        AzureOpenAiOptions options, TimeProvider time, ILoggerFactory loggers, TokenCredential? credential, HttpMessageHandler? socket)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate("Hosted") is { Count: > 0 } faults)
            throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(options));
        var address = options.BaseAddress;
        ITokenSource tokens = options.UseEntraId
            ? new EntraTokenSource(credential ?? EntraTokenSource.Chain(options.ManagedIdentityClientId), address, Place)
            : new StaticTokenSource(address, () => options.Key, options.KeyFile, () => AzureOpenAiFailures.KeyMissing.At(new CallPlace(Place, "signing in")));
        return new AzureOpenAiModel(options, tokens, time, loggers.CreateLogger("CrmSync.Connectors.AzureOpenAI"), socket ?? new OutboundGate(new OutboundOptions()).SocketFor(address));
    }

    /// <inheritdoc/>
    public Task<Result<HostedReply>> AskAsync(HostedPrompt prompt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return WithinAsync("asking", isBilled: true, token => Patience.OfCall.WithAsync(() => AskOnceAsync(prompt, token), _time, token), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<string>> SubmitAsync(IReadOnlyList<HostedPrompt> prompts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        return WithinAsync("submitting a batch", isBilled: true, token => _batches.SubmitAsync(prompts, token), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<HostedBatch>> ReadBatchAsync(string batchId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(batchId);
        return WithinAsync("reading a batch", isBilled: false, token => _batches.ReadAsync(batchId, token), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _wire.Dispose();

    private async Task<Result<HostedReply>> AskOnceAsync(HostedPrompt prompt, CancellationToken cancellationToken)
    {
        var place = new CallPlace(Place, $"asking {prompt.Deployment}");
        while (true)
        {
            var answer = await _wire.SendAsync(
                new WireCall("POST", "chat/completions", CallKind.Read, place) { Body = _body.WriteBytes(prompt), IsBilled = true }, cancellationToken);
            if (!answer.Succeeded)
                return answer.Failure;
            if (AzureOpenAiDialect.UnsupportedParameter(answer.Value) is not { } parameter || !_body.Learn(prompt.Deployment, parameter))
                return _dialect.Read(answer.Value, place);
        }
    }

    private async Task<Result<T>> WithinAsync<T>(
        string purpose, bool isBilled, Func<CancellationToken, Task<Result<T>>> body, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        using var deadline = new CancellationTokenSource(_timeouts.Call, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        Result<T> result;
        try
        {
            result = await body(linked.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            result = (isBilled ? AzureOpenAiFailures.Unanswered : HttpFailures.TimedOut).At(new CallPlace(Place, purpose));
        }
        if (result.Succeeded)
            ConnectorLog.Answered(_logger, Place, purpose, 200, _time.GetElapsedTime(started).TotalMilliseconds);
        else
            ConnectorLog.Failed(_logger, Place, purpose, result.Failure.Code, result.Failure.Category, result.Failure.CorrelationId);
        return result;
    }
}
