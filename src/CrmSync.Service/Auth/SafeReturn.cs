namespace CrmSync.Service.Auth;

/// <summary>Addresses that somebody is sent back to: pages of this console and nothing else.</summary>
internal static class SafeReturn
{
    /// <summary>Where everybody may go.</summary>
    public const string Home = "/";

    private const int Longest = 2_000;

    /// <summary>The address where it is a path on this host; home otherwise.</summary>
    public static string Local(string? address) =>
        address is { Length: > 1 and <= Longest } && address[0] == '/' && address[1] is not ('/' or '\\') && !address.Any(char.IsControl)
            && !address.StartsWith("/sign-", StringComparison.OrdinalIgnoreCase)
            ? address
            : Home;
}
