using System.CommandLine;
using System.Globalization;
using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Storage;
using Spectre.Console;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync users</c>: people of the console. Whoever may read the ledger's settings may do this, so it also helps where no admin can sign in.</summary>
internal static class UsersCommand
{
    public static Command Create()
    {
        var list = new Command("list", "Lists accounts and open links");
        list.SetAction((parsed, token) => RunAsync(parsed, (ledger, _, cancel) => ShowAsync(ledger, cancel), token));

        var role = new Option<string>("--role") { Description = "viewer, reviewer, operator or admin", HelpName = "ROLE", Required = true };
        var note = new Option<string?>("--note") { Description = "Whom the link is for", HelpName = "TEXT" };
        var invite = new Command("invite", "Makes a link for a new person and prints it, once") { role, note };
        invite.SetAction((parsed, token) => RunAsync(
            parsed, (ledger, settings, cancel) => InviteAsync(ledger, settings, RoleOf(parsed.GetValue(role)), parsed.GetValue(note), cancel), token));

        var name = new Argument<string>("NAME") { Description = "The person's sign-in name" };
        var newRole = new Argument<string>("ROLE") { Description = "viewer, reviewer, operator or admin" };
        var change = new Command("role", "Gives a person another role") { name, newRole };
        change.SetAction((parsed, token) => RunAsync(
            parsed,
            (ledger, _, cancel) => ChangeAsync(ledger, parsed.GetValue(name)!, account => ledger.SetRoleAsync(account.Id, RoleOf(parsed.GetValue(newRole)), Actor, cancel), cancel),
            token));

        var reset = new Command("reset", "Makes a link that sets a person's password anew and prints it, once") { name };
        reset.SetAction((parsed, token) => RunAsync(parsed, (ledger, settings, cancel) => ResetAsync(ledger, settings, parsed.GetValue(name)!, cancel), token));
        return new Command("users", "People of the console: list, invite, role, disable, enable, reset")
        {
            list, invite, change, Switch("disable", "Lets a person in no longer and ends the person's sessions", false), Switch("enable", "Lets a person in again", true), reset,
        };

        Command Switch(string verb, string description, bool enabled)
        {
            var command = new Command(verb, description) { name };
            command.SetAction((parsed, token) => RunAsync(
                parsed, (ledger, _, cancel) => ChangeAsync(ledger, parsed.GetValue(name)!, account => ledger.SetEnabledAsync(account.Id, enabled, Actor, cancel), cancel), token));
            return command;
        }
    }

    private static string Actor => Environment.UserName;

    private static Task<int> RunAsync(ParseResult parsed, Func<IAccountStore, ServiceSettings, CancellationToken, Task<int>> act, CancellationToken cancellationToken) =>
        CommandLine.Guarded(async () =>
        {
            var settings = SettingsReader.Read(parsed.GetValue(CommandLine.Config));
            await using Ledger ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, cancellationToken);
            return await act(ledger, settings, cancellationToken);
        });

    private static ApiRole RoleOf(string? text) =>
        Roles.TryParse(text, out var role) ? role : throw new UsageException($"'{text}' is no role; give {string.Join(", ", Roles.All.Select(Roles.NameOf))}.");

    private static async Task<int> InviteAsync(IAccountStore accounts, ServiceSettings settings, ApiRole role, string? note, CancellationToken cancellationToken)
    {
        var path = await InvitationLinks.CreateAsync(
            accounts, InvitationKind.Person, role, null, InvitationLinks.Note(note), settings.SignIn.Invitation, Actor, cancellationToken);
        Print(settings, path!, settings.SignIn.Invitation);
        return CommandLine.Done;
    }

    private static async Task<int> ResetAsync(IAccountStore accounts, ServiceSettings settings, string name, CancellationToken cancellationToken)
    {
        var account = await FindAsync(accounts, name, cancellationToken);
        var path = await InvitationLinks.CreateAsync(
            accounts, InvitationKind.Reset, account.Role, account.Id, "", AccessOptions.ShortLink, Actor, cancellationToken);
        if (path is null)
            throw new UsageException($"{account.SignIn} has no password to set anew ({AccountWords.OriginOf(account.Origin)}), or is disabled: 'crmsync users enable {account.SignIn}'.");
        Print(settings, path, AccessOptions.ShortLink);
        return CommandLine.Done;
    }

    private static void Print(ServiceSettings settings, string path, TimeSpan good)
    {
        System.Console.WriteLine($"Send this link to the person; it is good once, for {AccountWords.Lifetime(good)}, and is not shown again:");
        System.Console.WriteLine($"  {new Uri(settings.Console.LinkAddress, path)}");
    }

    private static async Task<int> ChangeAsync(IAccountStore accounts, string name, Func<Account, Task<AccountOutcome>> change, CancellationToken cancellationToken)
    {
        var account = await FindAsync(accounts, name, cancellationToken);
        if (AccountWords.FaultOf(await change(account)) is { } fault)
            throw new UsageException($"{account.SignIn}: {fault}");
        return await ShowAsync(accounts, cancellationToken);
    }

    private static async Task<Account> FindAsync(IAccountStore accounts, string name, CancellationToken cancellationToken) =>
        (await accounts.FindSignInAsync(AccountRules.Fold(name), cancellationToken))?.Account
        ?? throw new UsageException($"Nobody has the sign-in name '{name}'; 'crmsync users list' shows them.");

    private static async Task<int> ShowAsync(IAccountStore accounts, CancellationToken cancellationToken)
    {
        var people = await accounts.ListAccountsAsync(cancellationToken);
        var links = await accounts.ListInvitationsAsync(cancellationToken);
        if (people.Count == 0)
            System.Console.WriteLine("There is no account yet. 'crmsync users invite --role admin' makes a link for the first one.");
        else
        {
            var table = new Table().AddColumns("Sign-in name", "Name", "Role", "Comes in", "Last here (UTC)");
            foreach (var person in people)
            {
                table.AddRow(new[]
                {
                    person.SignIn, person.Name, Roles.NameOf(person.Role), person.DisabledAt is { } at ? $"disabled {at:u}" : AccountWords.OriginOf(person.Origin),
                    person.LastSignInAt?.ToString("u", CultureInfo.InvariantCulture) ?? "never",
                }.Select(Markup.Escape).ToArray());
            }
            AnsiConsole.Write(table);
        }
        foreach (var link in links)
            System.Console.WriteLine($"Open link: {AccountWords.KindOf(link)}{(link.Note.Length > 0 ? $" for {link.Note}" : "")}, made by {link.CreatedBy}, good until {link.ExpiresAt:u}");
        return CommandLine.Done;
    }
}
