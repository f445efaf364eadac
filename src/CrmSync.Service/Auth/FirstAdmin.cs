using CrmSync.Pipeline.Access;

namespace CrmSync.Service.Auth;

/// <summary>How the first person comes in: a link that is good once, for a day, and only while the ledger has no account.</summary>
internal static class FirstAdmin
{
    /// <summary>Makes a link and prints it where the ledger has no account; every start makes another one.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="address">Address of the console.</param>
    /// <param name="terminal">
    /// Where a person reads; null where the output goes into a log: logs are kept and read by many, so the link is not made and a line names the command that makes one.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task InviteAsync(IServiceProvider services, Uri address, TextWriter? terminal, CancellationToken cancellationToken)
    {
        var accounts = services.GetRequiredService<IAccountStore>();
        if (await accounts.AnyAccountAsync(cancellationToken))
            return;
        if (terminal is null)
        {
            services.GetRequiredService<ILogger<Sessions>>().NobodyYet();
            return;
        }
        var path = await InvitationLinks.CreateAsync(accounts, InvitationKind.First, ApiRole.Admin, null, "first start", AccessOptions.ShortLink, "crmsync", cancellationToken);
        await terminal.WriteLineAsync($"There is no account yet. Open this link to make yours, an admin's; it is good once, for {AccountWords.Lifetime(AccessOptions.ShortLink)}:");
        await terminal.WriteLineAsync($"  {new Uri(address, path)}");
    }
}
