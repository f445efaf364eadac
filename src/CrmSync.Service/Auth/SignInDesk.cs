using System.Net;
using System.Net.Sockets;
using CrmSync.Pipeline.Access;
using CrmSync.Service.Console;
using Microsoft.Extensions.Options;

namespace CrmSync.Service.Auth;

/// <summary>What came of a try to sign in.</summary>
/// <param name="Account">Who it is; null where it failed.</param>
/// <param name="BetterHash">A hash to replace the one that stands.</param>
/// <param name="Wait">How long no further try is taken; null where one may be made.</param>
internal sealed record SignInTry(Account? Account, string? BetterHash, TimeSpan? Wait);

/// <summary>Checks passwords. Neither words nor time tell whether a name has an account. Thread-safe.</summary>
internal sealed class SignInDesk(IAccountStore accounts, ISignInGate gate, Passwords passwords, IOptions<AccessOptions> options, ILogger<SignInDesk> logger)
{
    private static readonly Texts T = Texts.Of(typeof(SignInDesk));

    /// <summary>The one sentence for every try that failed.</summary>
    public static string Wrong => T["TheNameOrThePasswordIsNotRight"];

    /// <summary>Checks a name and a password.</summary>
    public async Task<SignInTry> TryAsync(string? name, string? password, IPAddress? from, CancellationToken cancellationToken)
    {
        var signIn = AccountRules.Fold(name);
        if (signIn.Length > AccountRules.LongestName)
            signIn = signIn[..AccountRules.LongestName];
        var address = Neighbourhood(from);
        if (await gate.CountTryAsync(signIn, address, options.Value.Limits, cancellationToken) is { } wait)
        {
            logger.SignInLocked(wait);
            return new SignInTry(null, null, wait);
        }
        var found = await accounts.FindSignInAsync(signIn, cancellationToken);
        var right = passwords.Verify(found?.PasswordHash, password, out var better);
        if (!right || found is not { Account.IsEnabled: true })
        {
            logger.SignInRefused();
            return new SignInTry(null, null, null);
        }
        await gate.ForgiveTryAsync(signIn, address, cancellationToken);
        return new SignInTry(found.Account, better, null);
    }

    /// <summary>How long to wait, in words.</summary>
    public static string Words(TimeSpan wait) =>
        T["ThereWereTooManyTriesWaitMinutes", Math.Max(1, (int)Math.Ceiling(wait.TotalMinutes))];

    // A home or an office has a whole /64 of IPv6 addresses, so they count as one.
    private static string Neighbourhood(IPAddress? address)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily is not AddressFamily.InterNetworkV6)
            return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes).ToString();
    }
}
