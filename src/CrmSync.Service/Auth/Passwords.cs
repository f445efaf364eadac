using System.Security.Cryptography;
using CrmSync.Pipeline.Access;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace CrmSync.Service.Auth;

/// <summary>Hashes passwords with the framework's hasher (PBKDF2, HMAC-SHA512, 210,000 rounds as OWASP advises). Thread-safe.</summary>
internal sealed class Passwords
{
    private const int AdvisedRounds = 210_000;
    private static readonly object Nobody = new();
    private readonly PasswordHasher<object> _hasher;
    private readonly string _dummy;

    public Passwords()
        : this(AdvisedRounds)
    {
    }

    /// <param name="rounds">Fewer than advised only where nobody's password is at stake: tests that are about something else.</param>
    internal Passwords(int rounds)
    {
        _hasher = new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = rounds }));
        // Made before the first password is looked at, so that not even the first unknown name takes longer.
        _dummy = Hash(Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));
    }

    public string Hash(string password) => _hasher.HashPassword(Nobody, password);

    /// <summary>Whether a password is right. Where there is no hash one is checked all the same, so that the time taken tells nothing.</summary>
    /// <param name="hash">The hash that stands; null where there is no account or no password.</param>
    /// <param name="password">What was typed.</param>
    /// <param name="better">The same password hashed as it is today; null where the hash that stands will do.</param>
    public bool Verify(string? hash, string? password, out string? better)
    {
        better = null;
        var typed = password is { Length: > 0 and <= AccountRules.LongestPassword } ? password : " ";
        var verdict = _hasher.VerifyHashedPassword(Nobody, hash ?? _dummy, typed);
        if (hash is null || typed != password || verdict is PasswordVerificationResult.Failed)
            return false;
        if (verdict is PasswordVerificationResult.SuccessRehashNeeded)
            better = Hash(typed);
        return true;
    }
}
