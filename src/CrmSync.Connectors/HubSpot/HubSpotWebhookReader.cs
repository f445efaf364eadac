using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;

namespace CrmSync.Connectors.HubSpot;

/// <summary>
/// Checks HubSpot's signature v3: base64 of HMAC-SHA256 over method, address, raw body and timestamp, keyed with the app's client secret (HubSpot's changelog
/// "Introducing version 3 of webhook signatures"). Thread-safe.
/// </summary>
internal sealed class HubSpotWebhookReader(HubSpotOptions options, Func<string?> account, string key, TimeProvider time) : IWebhookReader
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(300_000);
    private const string SignatureHeader = "X-HubSpot-Signature-v3";
    private const string TimestampHeader = "X-HubSpot-Request-Timestamp";

    /// <inheritdoc/>
    public Result<IReadOnlyList<WebhookEvent>> Read(WebhookRequest request)
    {
        var place = new CallPlace(key, "receiving a notice");
        if (Header(request, TimestampHeader) is not { Length: > 0 } stamp
            || !long.TryParse(stamp, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
        {
            return HubSpotFailures.NoticeForged.At(place);
        }

        if (Math.Abs((double)time.GetUtcNow().ToUnixTimeMilliseconds() - milliseconds) > Longest.TotalMilliseconds)
            return HubSpotFailures.NoticeStale.At(place);
        if (Secret() is not { } secret || !IsSigned(request, stamp, secret))
            return HubSpotFailures.NoticeForged.At(place);
        try
        {
            using var document = JsonDocument.Parse(request.Body);
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? Result.Success<IReadOnlyList<WebhookEvent>>(
                    [.. HubSpotWebhookEvents.Read(document.RootElement.Items(), account(), options.WebhookAppId, time.GetUtcNow())])
                : HubSpotFailures.NoticeUnreadable.At(place);
        }
        catch (JsonException)
        {
            return HubSpotFailures.NoticeUnreadable.At(place);
        }
    }

    /// <summary>The address as HubSpot signs it: of all escapes only these are written out.</summary>
    internal static string Decoded(string address)
    {
        var decoded = new StringBuilder(address.Length);
        for (var at = 0; at < address.Length; at++)
        {
            if (address[at] == '%' && at + 2 < address.Length && Unescaped(address.AsSpan(at + 1, 2)) is { } character)
            {
                decoded.Append(character);
                at += 2;
            }
            else
            {
                decoded.Append(address[at]);
            }
        }

        return decoded.ToString();
    }

    private static char? Unescaped(ReadOnlySpan<char> code) => (code[0], char.ToUpperInvariant(code[1])) switch
    {
        ('3', 'A') => ':',
        ('2', 'F') => '/',
        ('3', 'F') => '?',
        ('4', '0') => '@',
        ('2', '1') => '!',
        ('2', '4') => '$',
        ('2', '7') => '\'',
        ('2', '8') => '(',
        ('2', '9') => ')',
        ('2', 'A') => '*',
        ('2', 'C') => ',',
        ('3', 'B') => ';',
        _ => null,
    };

    private static bool IsSigned(WebhookRequest request, string stamp, string secret)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var header = Encoding.UTF8.GetBytes(Header(request, SignatureHeader)?.Trim() ?? "");
        if (header.Length != Base64.GetMaxEncodedToUtf8Length(HMACSHA256.HashSizeInBytes)
            || Base64.DecodeFromUtf8(header, given, out _, out var written) != System.Buffers.OperationStatus.Done || written != given.Length)
        {
            return false;
        }

        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        mac.AppendData(Encoding.UTF8.GetBytes(request.Method.ToUpperInvariant() + Decoded(request.Address)));
        mac.AppendData(request.Body.Span);
        mac.AppendData(Encoding.UTF8.GetBytes(stamp));
        return CryptographicOperations.FixedTimeEquals(mac.GetHashAndReset(), given);
    }

    private static string? Header(WebhookRequest request, string name) =>
        request.Headers.FirstOrDefault(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Value;

    private string? Secret()
    {
        var secret = options.WebhookSecret;
        if (!string.IsNullOrWhiteSpace(options.WebhookSecretFile))
        {
            try
            {
                secret = File.ReadAllText(options.WebhookSecretFile);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }

        return string.IsNullOrWhiteSpace(secret) ? null : secret.Trim();
    }
}
