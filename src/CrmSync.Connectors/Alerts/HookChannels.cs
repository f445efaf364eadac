using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Alerts;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Alerts;

/// <summary>What webhooks have in common: one POST through the guarded client. Thread-safe.</summary>
internal abstract class HookChannel(AlertChannelOptions options, HttpClient client) : IAlertChannel
{
    private protected static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public string Key => options.Key;

    /// <inheritdoc/>
    // The path of Slack's address is a secret.
    public string Description => $"{options.Kind} to {(string.IsNullOrWhiteSpace(options.UrlFile) ? options.Url?.Host : $"the address in {options.UrlFile}")}";

    /// <inheritdoc/>
    public IReadOnlyList<AlertKind> Kinds => options.Kinds;

    /// <inheritdoc/>
    public QuietHours? Quiet { get; } = QuietHours.Parse(options.QuietHours.Zone, options.QuietHours.From, options.QuietHours.To, out _);

    private CallPlace Place => new(options.Key, "telling an alert");

    /// <inheritdoc/>
    public async Task<Result<bool>> SendAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        var text = string.IsNullOrWhiteSpace(options.UrlFile) ? options.Url?.AbsoluteUri : await SecretText.ReadAsync(null, options.UrlFile, cancellationToken);
        var secret = await SecretText.ReadAsync(options.Secret, options.SecretFile, cancellationToken);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var target) || Write(message, secret) is not { } request)
            return AlertFailures.SecretMissing.At(Place);
        using (request)
        {
            request.RequestUri = target;
            return await PostAsync(request, cancellationToken);
        }
    }

    /// <summary>The request without its address; null where its secret is missing.</summary>
    private protected abstract HttpRequestMessage? Write(AlertMessage message, string? secret);

    private protected static HttpRequestMessage Post(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        return new HttpRequestMessage(HttpMethod.Post, (Uri?)null) { Content = content };
    }

    private async Task<Result<bool>> PostAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            // A redirect is not followed, and not taken for a yes either.
            return answer.IsSuccessStatusCode
                ? true
                : AlertFailures.NotTaken.At(Place, string.Create(CultureInfo.InvariantCulture, $"it answered {(int)answer.StatusCode}"));
        }
        catch (HttpRequestException fault)
        {
            return OutboundRefusedException.In(fault) is { } refused ? AlertFailures.Refused.At(Place, refused.Message.TrimEnd('.')) : AlertFailures.Unreachable.At(Place);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return AlertFailures.Unreachable.At(Place);
        }
    }
}

/// <summary>A webhook of anybody's, signed as <see cref="AlertSignature"/> says.</summary>
internal sealed class WebhookChannel(AlertChannelOptions options, HttpClient client, TimeProvider clock) : HookChannel(options, client)
{
    private protected override HttpRequestMessage? Write(AlertMessage message, string? secret)
    {
        if (secret is null)
            return null;
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                schema = "crmsync/alert/1",
                id = message.Id.ToString(CultureInfo.InvariantCulture),
                key = message.Key,
                kind = JsonNamingPolicy.SnakeCaseLower.ConvertName(message.Kind.ToString()),
                state = JsonNamingPolicy.SnakeCaseLower.ConvertName(message.State.ToString()),
                sentence = message.Sentence,
                fix = message.Fix,
                at = message.At,
            },
            Json);
        var timestamp = clock.GetUtcNow().ToUnixTimeSeconds();
        var request = Post(body);
        request.Headers.Add(AlertSignature.TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(AlertSignature.SignatureHeader, AlertSignature.Sign(secret, timestamp, body));
        return request;
    }
}

/// <summary>An incoming webhook of Slack, or of anything that understands the same.</summary>
internal sealed class SlackChannel(AlertChannelOptions options, HttpClient client) : HookChannel(options, client)
{
    private protected override HttpRequestMessage Write(AlertMessage message, string? secret)
    {
        var mark = message.State switch
        {
            AlertState.Broken => ":red_circle: Broken",
            AlertState.Fine => ":large_green_circle: Recovered",
            AlertState.Test => ":information_source: Test",
        };
        var fix = message.Fix.Length > 0 && message.State is AlertState.Broken ? $"\n{Escape(message.Fix)}" : "";
        return Post(JsonSerializer.SerializeToUtf8Bytes(new { text = $"{mark}: {Escape(message.Sentence)}{fix}" }, Json));
    }

    // Slack's own three; a sentence may quote a CRM, which must not be able to mention everybody in the channel.
    private static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
