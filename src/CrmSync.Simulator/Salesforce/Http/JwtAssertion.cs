using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>Checks the assertion of the JWT bearer flow as Salesforce does: RS256 alone, right app, user and audience, minutes to live at most.</summary>
internal static class JwtAssertion
{
    // Published as three minutes; some skew between clocks is tolerated.
    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(5);

    private static readonly string[] Audiences = ["https://login.salesforce.com", "https://test.salesforce.com"];

    /// <summary>Why the assertion is refused, or null where it is good.</summary>
    public static string? Refuse(string assertion, SalesforceSimulatorOptions options, string origin, DateTimeOffset now)
    {
        string[] parts = assertion.Split('.');
        if (options.JwtPublicKey is not { } pem || parts.Length != 3 || !IsSigned(parts, pem))
            return "invalid assertion";
        if (ReadPart(parts[1]) is not { } claims)
            return "invalid assertion";
        if (Text(claims, "iss") != options.ClientId)
            return "client identifier invalid";
        if ((Text(claims, "prn") ?? Text(claims, "sub")) != options.JwtUser)
            return "user hasn't approved this consumer";
        if (Text(claims, "aud") is not { } audience || !(Audiences.Contains(audience) || audience == origin))
            return "Audience validation failed";
        // A life in milliseconds, a common mistake, lies millennia ahead.
        bool hasEnd = claims["exp"] is JsonValue value && value.TryGetValue(out double seconds) && seconds > now.ToUnixTimeSeconds()
            && seconds <= (now + LongestLife).ToUnixTimeSeconds();
        return hasEnd ? null : "invalid assertion: exp must be in seconds, in the future and at most 3 minutes ahead";
    }

    private static bool IsSigned(string[] parts, string pem)
    {
        if (ReadPart(parts[0]) is not { } header || Text(header, "alg") != "RS256" || Decode(parts[2]) is not { } signature)
            return false;
        using RSA key = RSA.Create();
        key.ImportFromPem(pem);
        return key.VerifyData(Encoding.UTF8.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private static JsonObject? ReadPart(string part)
    {
        try
        {
            return Decode(part) is { } json ? JsonNode.Parse(json) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[]? Decode(string part)
    {
        byte[] bytes = new byte[part.Length];
        return Base64Url.TryDecodeFromChars(part, bytes, out int written) ? bytes[..written] : null;
    }

    private static string? Text(JsonObject from, string name) =>
        from[name]?.GetValueKind() == JsonValueKind.String ? from[name]!.GetValue<string>() : null;
}
