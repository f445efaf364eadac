using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CrmSync.Connectors.Alerts;

/// <summary>
/// How a webhook proves that it is ours: <c>X-CrmSync-Timestamp</c> is the Unix second at which it was sent, <c>X-CrmSync-Signature</c> is <c>v1=</c> and the lower-case hex
/// of HMAC-SHA256 over timestamp, a full stop and the body's bytes. A receiver computes the same, compares in constant time, and refuses a timestamp that is
/// more than five minutes off.
/// </summary>
public static class AlertSignature
{
    /// <summary>Header of the Unix second.</summary>
    public const string TimestampHeader = "X-CrmSync-Timestamp";

    /// <summary>Header of the signature.</summary>
    public const string SignatureHeader = "X-CrmSync-Signature";

    /// <summary>How old a message may be.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private const string Scheme = "v1=";

    /// <summary>The signature's text.</summary>
    public static string Sign(string secret, long timestamp, ReadOnlySpan<byte> body)
    {
        ArgumentException.ThrowIfNullOrEmpty(secret);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{timestamp}.")));
        hmac.AppendData(body);
        return Scheme + Convert.ToHexStringLower(hmac.GetHashAndReset());
    }

    /// <summary>What a receiver does: whether message and signature belong together and are fresh.</summary>
    public static bool Verify(string secret, string? timestamp, string? signature, ReadOnlySpan<byte> body, DateTimeOffset now) =>
        long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
        && Math.Abs(now.ToUnixTimeSeconds() - at) <= Tolerance.TotalSeconds
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sign(secret, at, body)), Encoding.UTF8.GetBytes(signature ?? ""));
}
