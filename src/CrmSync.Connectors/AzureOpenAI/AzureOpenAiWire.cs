using System.ClientModel;
using System.ClientModel.Primitives;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using OpenAI;
using Polly.Timeout;

namespace CrmSync.Connectors.AzureOpenAI;

/// <summary>
/// Sends requests through the OpenAI client's pipeline over our own handlers: its addresses and headers, our time limits, quick tries and failures. Thread-safe.
/// </summary>
internal sealed class AzureOpenAiWire : IDisposable
{
    private readonly HttpClient _client;
    private readonly Transport _transport;
    private readonly ClientPipeline _pipeline;
    private readonly ITokenSource _tokens;
    private readonly bool _isEntra;

    public AzureOpenAiWire(AzureOpenAiOptions options, ITokenSource tokens, TimeProvider time, HttpMessageHandler socket)
    {
        _tokens = tokens;
        _isEntra = options.UseEntraId;
        var address = options.BaseAddress;
        var handler = new ResilienceHandler(options.Timeouts, time, Jitter.For(address.Host).Next, socket);
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("CrmSync/1");
        _transport = new Transport(_client);
#pragma warning disable OPENAI001 // marked as subject to change; it is the way in for a credential that is no single key
        _pipeline = new OpenAIClient(new Unsigned(), new OpenAIClientOptions
        {
            Endpoint = address,
            Transport = _transport,
            // Our handlers wait and try again; a second set of both would hide which one ran out. Bodies are personal data and stay out of logs.
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            ClientLoggingOptions = new ClientLoggingOptions { EnableLogging = false },
        }).Pipeline;
#pragma warning restore OPENAI001
    }

    /// <summary>
    /// Sends a request, once more with a fresh token where Entra ID's was refused. Network trouble is a failure; any answer, whatever its status, is a value.
    /// </summary>
    public async Task<Result<WireAnswer>> SendAsync(WireCall call, CancellationToken cancellationToken)
    {
        var token = await _tokens.GetAsync(refused: null, cancellationToken);
        if (!token.Succeeded)
            return token.Failure;
        var answer = await SendOnceAsync(call, token.Value, cancellationToken);
        if (!_isEntra || !answer.Succeeded || answer.Value.Status != 401)
            return answer;
        token = await _tokens.GetAsync(token.Value, cancellationToken);
        return token.Succeeded ? await SendOnceAsync(call, token.Value, cancellationToken) : token.Failure;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _transport.Dispose();
        _client.Dispose();
    }

    private async Task<Result<WireAnswer>> SendOnceAsync(WireCall call, AccessToken token, CancellationToken cancellationToken)
    {
        using var message = _pipeline.CreateMessage();
        message.Request.Method = call.Method;
        message.Request.Uri = new Uri(token.BaseAddress, call.Path);
        message.Request.Headers.Set("Accept", "application/json");
        message.Request.Headers.Set(_isEntra ? "Authorization" : "api-key", _isEntra ? $"Bearer {token.Value}" : token.Value);
        if (call.Body is not null)
        {
            message.Request.Headers.Set("Content-Type", call.ContentType);
            message.Request.Content = BinaryContent.Create(BinaryData.FromBytes(call.Body));
        }
        message.Apply(new RequestOptions { CancellationToken = cancellationToken, ErrorOptions = ClientErrorBehaviors.NoThrow });
        message.SetProperty(typeof(CallKind), call.Kind);
        try
        {
            await _pipeline.SendAsync(message);
            return WireAnswer.Read(message.Response!, token.Value);
        }
        catch (TimeoutRejectedException)
        {
            return Lost(call, HttpFailures.TimedOut);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The only clock left is the socket's own for connecting, which runs out before anything is sent.
            return HttpFailures.Unreachable.At(call.Place);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or ClientResultException)
        {
            return Lost(call, CrmWires.Classify(exception is ClientResultException { InnerException: { } inner } ? inner : exception, CallKind.Read));
        }
    }

    // A question whose answer was lost on its way may have been billed, which who keeps the budget has to know.
    private static Failure Lost(WireCall call, FailureKind kind) =>
        call.IsBilled && (kind == HttpFailures.TimedOut || kind == HttpFailures.Interrupted) ? AzureOpenAiFailures.Unanswered.At(call.Place) : kind.At(call.Place);

    /// <summary>Leaves requests as they are: they are signed one by one, because a key may be rotated at any time.</summary>
    private sealed class Unsigned : AuthenticationPolicy
    {
        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) => ProcessNext(message, pipeline, currentIndex);

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) =>
            ProcessNextAsync(message, pipeline, currentIndex);
    }

    private sealed class Transport(HttpClient client) : HttpClientPipelineTransport(client)
    {
        protected override void OnSendingRequest(PipelineMessage message, HttpRequestMessage httpRequest)
        {
            if (message.TryGetProperty(typeof(CallKind), out var kind) && kind is CallKind known)
                ResilienceHandler.Mark(httpRequest, known);
        }
    }
}

/// <summary>One request.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path below the v1 surface.</param>
/// <param name="Kind">Whether it may be repeated.</param>
/// <param name="Place">Where failures say they happened.</param>
internal sealed record WireCall(string Method, string Path, CallKind Kind, CallPlace Place)
{
    /// <summary>The body, or null.</summary>
    public byte[]? Body { get; init; }

    /// <summary>What the body is.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>Whether an answer costs money.</summary>
    public bool IsBilled { get; init; }
}
