using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CrmSync.Simulator.HubSpot.Webhooks;

/// <summary>
/// Posts one delivery as HubSpot does: signed with version 3 (fact sheet §10). The one place of the simulators that opens connections,
/// because here the simulator is the side that calls.
/// </summary>
internal sealed class WebhookSender : IDisposable
{
    // HubSpot decodes these and no others before it signs.
    private static readonly string[] Codes = ["3A", "2F", "3F", "40", "21", "24", "27", "28", "29", "2A", "2C", "3B"];
    private const string Plain = ":/?@!$'()*,;";

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Posts a body; false on any answer but 2xx, on a timeout and where nobody answers.</summary>
    /// <param name="target">Address.</param>
    /// <param name="secret">Key of the signature.</param>
    /// <param name="body">JSON, UTF-8.</param>
    /// <param name="timeout">How long to wait, on the clock.</param>
    /// <param name="clock">Time of the signature.</param>
    /// <param name="cancellationToken">Gives up; thrown.</param>
    public async Task<bool> SendAsync(
        Uri target, string secret, byte[] body, TimeSpan timeout, TimeProvider clock, CancellationToken cancellationToken)
    {
        var timestamp = clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json") { CharSet = "utf-8" };
        request.Headers.Add("X-HubSpot-Signature-v3", Sign(secret, "POST", target.AbsoluteUri, body, timestamp));
        request.Headers.Add("X-HubSpot-Request-Timestamp", timestamp);
        using var patience = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>The signature of a request: base64 of HMAC-SHA256 over method, address, body and timestamp without anything between.</summary>
    public static string Sign(string secret, string method, string address, ReadOnlySpan<byte> body, string timestamp)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        mac.AppendData(Encoding.UTF8.GetBytes(method + Decode(address)));
        mac.AppendData(body);
        mac.AppendData(Encoding.UTF8.GetBytes(timestamp));
        return Convert.ToBase64String(mac.GetHashAndReset());
    }

    public void Dispose() => _client.Dispose();

    private static string Decode(string address)
    {
        if (!address.Contains('%', StringComparison.Ordinal))
            return address;
        var decoded = new StringBuilder(address.Length);
        for (var i = 0; i < address.Length; i++)
        {
            var code = address[i] == '%' && i + 2 < address.Length ? address.Substring(i + 1, 2).ToUpperInvariant() : "";
            var at = Array.IndexOf(Codes, code);
            char? plain = at < 0 ? null : Plain[at];
            decoded.Append(plain ?? address[i]);
            if (plain is not null)
                i += 2;
        }
        return decoded.ToString();
    }
}
