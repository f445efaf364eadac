using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CrmSync.Pipeline.Access;

namespace CrmSync.Service.Auth;

/// <summary>
/// Links that let somebody in once. The token is 256 random bits and nobody guesses those, so a plain SHA-256 of it is enough at rest; it is looked up by that hash.
/// </summary>
internal static class InvitationLinks
{
    private const int TokenBytes = 32;
    private const int TokenLength = 43;

    /// <summary>Enters an invitation and returns its path on the console, which is shown once and kept nowhere; null where the account that it is for cannot have one.</summary>
    public static async Task<string?> CreateAsync(
        IAccountStore accounts, InvitationKind kind, ApiRole role, long? accountId, string note, TimeSpan lifetime, string actor, CancellationToken cancellationToken)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        var entered = await accounts.InviteAsync(new NewInvitation(HashOf(token)!, kind, role, accountId, note, lifetime), actor, cancellationToken);
        return entered is null ? null : $"/invitation/{token}";
    }

    /// <summary>What the ledger keeps of a token; null for what cannot be one.</summary>
    public static string? HashOf(string? token) =>
        token is { Length: TokenLength } && Ascii.IsValid(token) ? Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token))) : null;

    /// <summary>A note as it may stand: one line, up to 100 characters.</summary>
    public static string Note(string? text) =>
        Console.Words.OneLine.Of((text ?? "").Trim(), AccountRules.LongestName);
}
