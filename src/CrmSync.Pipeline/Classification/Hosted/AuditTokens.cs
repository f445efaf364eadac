using System.Security.Cryptography;
using System.Text;

namespace CrmSync.Pipeline.Classification.Hosted;

/// <summary>
/// Ids, marks and keys of calls: nobody who writes into a CRM can guess them, and yet the same question under the same secret gets the same ones, in whatever order
/// calls are made, so that recorded replies can be replayed. Each is a keyed hash over what is asked. Immutable, thread-safe.
/// </summary>
internal sealed class AuditTokens(byte[] secret)
{
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";

    /// <summary>Tokens of a secret that lives as long as this process.</summary>
    public static AuditTokens Drawn() => new(RandomNumberGenerator.GetBytes(32));

    /// <summary>A token of letters and digits.</summary>
    /// <param name="purpose">Mark, id or key; different purposes never share a token.</param>
    /// <param name="about">What is asked.</param>
    /// <param name="length">Number of characters, at most 32.</param>
    public string Draw(string purpose, string about, int length)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{purpose}\n{about}"), hash);
        Span<char> token = stackalloc char[length];
        for (var i = 0; i < length; i++)
            token[i] = Letters[hash[i] % Letters.Length];
        return new string(token);
    }
}
