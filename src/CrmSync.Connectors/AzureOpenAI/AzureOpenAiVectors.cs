using System.Text.Json;
using Azure.Core;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Vectors;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.AzureOpenAI;

/// <summary>Vectors of texts from an embeddings deployment on an Azure OpenAI resource. Thread-safe; owns its connections until it is disposed.</summary>
public sealed class AzureOpenAiVectors : ITextVectors, IDisposable
{
    private const string Place = "hosted model";

    private readonly AzureOpenAiWire _wire;
    private readonly AzureOpenAiDialect _dialect;
    private readonly string _deployment;
    private readonly int? _dimensions;
    private readonly TimeSpan _longest;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    private AzureOpenAiVectors(AzureOpenAiWire wire, string deployment, int? dimensions, TimeSpan longest, TimeProvider time, ILogger logger)
    {
        (_wire, _deployment, _dimensions, _longest, _time, _logger) = (wire, deployment, dimensions, longest, time, logger);
        _dialect = new AzureOpenAiDialect(time);
    }

    /// <inheritdoc/>
    public int MostTexts => 256;

    /// <summary>Vectors from a deployment.</summary>
    /// <param name="options">The resource.</param>
    /// <param name="deployment">Name of the embeddings deployment.</param>
    /// <param name="dimensions">Length of the vectors, for models that can shorten them; null for the model's own.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Get codes, sizes and times; never texts.</param>
    /// <exception cref="ArgumentException">Something in the options is wrong; the message lists every fault, one per line.</exception>
    public static AzureOpenAiVectors Create(AzureOpenAiOptions options, string deployment, int? dimensions, TimeProvider time, ILoggerFactory loggers) =>
        Create(options, deployment, dimensions, time, loggers, null, null);

    internal static AzureOpenAiVectors Create(
        AzureOpenAiOptions options, string deployment, int? dimensions, TimeProvider time, ILoggerFactory loggers, TokenCredential? credential, HttpMessageHandler? socket)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(deployment);
        if (options.Validate("Hosted") is { Count: > 0 } faults)
            throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(options));
        var address = options.BaseAddress;
        ITokenSource tokens = options.UseEntraId
            ? new EntraTokenSource(credential ?? EntraTokenSource.Chain(options.ManagedIdentityClientId), address, Place)
            : new StaticTokenSource(address, () => options.Key, options.KeyFile, () => AzureOpenAiFailures.KeyMissing.At(new CallPlace(Place, "signing in")));
        return new AzureOpenAiVectors(
            new AzureOpenAiWire(options, tokens, time, socket ?? new OutboundGate(new OutboundOptions()).SocketFor(address)), deployment, dimensions, options.Timeouts.Call, time,
            loggers.CreateLogger("CrmSync.Connectors.AzureOpenAI"));
    }

    /// <inheritdoc/>
    public async Task<Result<TextVectors>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0)
            return new TextVectors([], "", 0);
        var started = _time.GetTimestamp();
        using var deadline = new CancellationTokenSource(_longest, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        Result<TextVectors> result;
        try
        {
            result = await AskAsync(texts, new CallPlace(Place, $"embedding with {_deployment}"), linked.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            result = AzureOpenAiFailures.Unanswered.At(new CallPlace(Place, "embedding"));
        }
        if (result.Succeeded)
            ConnectorLog.Answered(_logger, Place, "embedding", 200, _time.GetElapsedTime(started).TotalMilliseconds);
        else
            ConnectorLog.Failed(_logger, Place, "embedding", result.Failure.Code, result.Failure.Category, result.Failure.CorrelationId);
        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => _wire.Dispose();

    private async Task<Result<TextVectors>> AskAsync(IReadOnlyList<string> texts, CallPlace place, CancellationToken cancellationToken)
    {
        var body = Write(texts);
        return await Patience.OfCall.WithAsync(
            async () =>
            {
                var answer = await _wire.SendAsync(new WireCall("POST", "embeddings", CallKind.Read, place) { Body = body, IsBilled = true }, cancellationToken);
                return answer.Succeeded ? Read(answer.Value, texts.Count, place) : answer.Failure;
            },
            _time,
            cancellationToken);
    }

    private byte[] Write(IReadOnlyList<string> texts)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("model", _deployment);
            json.WriteString("encoding_format", "float");
            if (_dimensions is { } dimensions)
                json.WriteNumber("dimensions", dimensions);
            json.WriteStartArray("input");
            foreach (var text in texts)
                json.WriteStringValue(text);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    private Result<TextVectors> Read(WireAnswer answer, int wanted, CallPlace place)
    {
        if (answer.Status is < 200 or >= 300)
            return _dialect.Refuse(answer, place);
        if (answer.Body.ValueKind != JsonValueKind.Object || !answer.Body.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array || data.GetArrayLength() != wanted)
            return Unreadable(place);
        var vectors = new float[wanted][];
        foreach (var item in data.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("index", out var index) || !index.TryGetInt32(out var at) || at < 0 || at >= wanted
                || !item.TryGetProperty("embedding", out var numbers) || numbers.ValueKind != JsonValueKind.Array)
                return Unreadable(place);
            vectors[at] = [.. numbers.EnumerateArray().Select(number => number.ValueKind == JsonValueKind.Number ? number.GetSingle() : 0)];
        }
        return vectors.Any(vector => vector is null || vector.Length == 0 || vector.Length != vectors[0].Length)
            ? Unreadable(place)
            : new TextVectors(vectors, WireAnswer.Text(answer.Body, "model") ?? _deployment, Tokens(answer.Body));
    }

    private static long Tokens(JsonElement body) =>
        WireAnswer.Part(body, "usage") is { } usage && usage.TryGetProperty("prompt_tokens", out var tokens) && tokens.ValueKind == JsonValueKind.Number && tokens.TryGetInt64(out var count) && count > 0
            ? count : 0;

    private static Failure Unreadable(CallPlace place) => AzureOpenAiFailures.NoVectors.At(place);
}
