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
    private const int MostCharacters = 8_000;

    private readonly AzureOpenAiWire _wire;
    private readonly AzureOpenAiDialect _dialect;
    private readonly string _deployment;
    private readonly int? _dimensions;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    private AzureOpenAiVectors(AzureOpenAiWire wire, string deployment, int? dimensions, TimeProvider time, ILogger logger)
    {
        (_wire, _deployment, _dimensions, _time, _logger) = (wire, deployment, dimensions, time, logger);
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
            new AzureOpenAiWire(options, tokens, time, socket ?? new OutboundGate(new OutboundOptions()).SocketFor(address)), deployment, dimensions, time,
            loggers.CreateLogger("CrmSync.Connectors.AzureOpenAI"));
    }

    /// <inheritdoc/>
    public async Task<Result<IReadOnlyList<float[]>>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0)
            return Result.Success<IReadOnlyList<float[]>>([]);
        var place = new CallPlace(Place, $"embedding with {_deployment}");
        var started = _time.GetTimestamp();
        var answer = await _wire.SendAsync(new WireCall("POST", "embeddings", CallKind.Read, place) { Body = Write(texts), IsBilled = true }, cancellationToken);
        var result = answer.Succeeded ? Read(answer.Value, texts.Count, place) : answer.Failure;
        if (result.Succeeded)
            ConnectorLog.Answered(_logger, Place, "embedding", 200, _time.GetElapsedTime(started).TotalMilliseconds);
        else
            ConnectorLog.Failed(_logger, Place, "embedding", result.Failure.Code, result.Failure.Category, result.Failure.CorrelationId);
        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => _wire.Dispose();

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
            // The endpoint refuses an empty text, and one beyond its window.
            foreach (var text in texts)
                json.WriteStringValue(text.Length == 0 ? " " : text.Length > MostCharacters ? text[..MostCharacters] : text);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    private Result<IReadOnlyList<float[]>> Read(WireAnswer answer, int wanted, CallPlace place)
    {
        if (answer.Status is < 200 or >= 300)
            return _dialect.Refuse(answer, place);
        if (answer.Body.ValueKind != JsonValueKind.Object || !answer.Body.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array || data.GetArrayLength() != wanted)
            return AzureOpenAiFailures.Unreadable.At(place);
        var vectors = new float[wanted][];
        foreach (var item in data.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("index", out var index) || !index.TryGetInt32(out var at) || at < 0 || at >= wanted
                || !item.TryGetProperty("embedding", out var numbers) || numbers.ValueKind != JsonValueKind.Array)
                return AzureOpenAiFailures.Unreadable.At(place);
            vectors[at] = [.. numbers.EnumerateArray().Select(number => number.ValueKind == JsonValueKind.Number ? number.GetSingle() : 0)];
        }
        return vectors.Any(vector => vector is null || vector.Length == 0 || vector.Length != vectors[0].Length)
            ? AzureOpenAiFailures.Unreadable.At(place)
            : Result.Success<IReadOnlyList<float[]>>(vectors);
    }
}
