using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace CrmSync.Service.Api.Access;

/// <summary>
/// The text of a key: <c>crmsync_</c>, eight digits that may be shown, and 256 random bits. A plain SHA-256 of it is enough at rest: slow hashes make up for
/// passwords that can be guessed, and nobody guesses 256 random bits; a fast one costs a request nothing and needs no salt, since no two keys are equal.
/// </summary>
/// <param name="Prefix">The part that may be shown.</param>
/// <param name="Whole">The key. Shown once, kept nowhere.</param>
internal sealed record KeyText(string Prefix, string Whole)
{
    private const string Mark = "crmsync_";
    private const int PrefixLength = 16;
    private const int Length = PrefixLength + 1 + 43;

    /// <summary>Draws a key from the system's source of secrets.</summary>
    public static KeyText Draw()
    {
        var prefix = Mark + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        return new KeyText(prefix, $"{prefix}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}");
    }

    /// <summary>Takes a text apart that may be a key.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out KeyText? key)
    {
        key = text is { Length: Length } && text.StartsWith(Mark, StringComparison.Ordinal) && text[PrefixLength] == '_' && Ascii.IsValid(text)
            ? new KeyText(text[..PrefixLength], text)
            : null;
        return key is not null;
    }

    /// <summary>What the ledger keeps.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Whole)));

    /// <summary>Whether a kept hash belongs to this key; takes the same time wherever they differ.</summary>
    public bool Fits(string hash) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash), Encoding.ASCII.GetBytes(hash));
}
