using System.CommandLine;
using System.Globalization;
using CrmSync.Pipeline.Access;
using CrmSync.Service.Api.Access;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Storage;
using Spectre.Console;

namespace CrmSync.Service.Commands;

/// <summary>
/// <c>crmsync keys</c>: lists, makes and revokes keys of the HTTP API. Only here, where the ledger is: a key that was stolen cannot make others. Running hosts follow at once.
/// </summary>
internal static class KeysCommand
{
    private const int LongestDays = 3_660;

    public static Command Create()
    {
        var list = new Command("list", "Lists the keys, the newest first");
        list.SetAction((parsed, token) => RunAsync(parsed, ShowAsync, token));

        var name = new Option<string>("--name") { Description = "What the key is for", Required = true, HelpName = "TEXT" };
        var role = new Option<string>("--role") { Description = "viewer, reviewer, operator or admin; each may do what the ones before it may", Required = true, HelpName = "ROLE" };
        var days = new Option<int>("--days") { Description = "After how many days it expires", DefaultValueFactory = _ => 90, HelpName = "N" };
        var create = new Command("create", "Makes a key and shows it, once") { name, role, days };
        create.SetAction((parsed, token) => RunAsync(
            parsed, (ledger, cancel) => CreateAsync(ledger, parsed.GetValue(name)!, parsed.GetValue(role)!, parsed.GetValue(days), cancel), token));

        var id = new Argument<long>("ID") { Description = "Number of the key, as 'keys list' shows it" };
        var revoke = new Command("revoke", "Ends a key at once") { id };
        revoke.SetAction((parsed, token) => RunAsync(parsed, (ledger, cancel) => RevokeAsync(ledger, parsed.GetValue(id), cancel), token));

        var command = new Command("keys", "Lists, makes and revokes keys of the HTTP API") { list, create, revoke };
        command.SetAction((parsed, token) => RunAsync(parsed, ShowAsync, token));
        return command;
    }

    private static Task<int> RunAsync(ParseResult parsed, Func<IApiKeyStore, CancellationToken, Task<int>> act, CancellationToken cancellationToken) =>
        CommandLine.Guarded(async () =>
        {
            await using Ledger ledger = await HostFactory.OpenLedgerAsync(SettingsReader.Read(parsed.GetValue(CommandLine.Config)), asHost: false, cancellationToken);
            return await act(ledger, cancellationToken);
        });

    private static async Task<int> CreateAsync(IApiKeyStore keys, string name, string role, int days, CancellationToken cancellationToken)
    {
        name = name.Trim();
        if (name.Length is 0 or > 100 || name.Any(char.IsControl))
            throw new UsageException("--name must be 1 to 100 characters on one line; say what the key is for.");
        if (!Enum.TryParse<ApiRole>(role, ignoreCase: true, out var known) || role.All(char.IsAsciiDigit))
            throw new UsageException($"--role is '{role}', but must be viewer, reviewer, operator or admin.");
        if (days is < 1 or > LongestDays)
            throw new UsageException($"--days is {days}, but must be 1 to {LongestDays}; a key that never ends is forgotten and not revoked.");
        var text = KeyText.Draw();
        var key = await keys.AddKeyAsync(new NewApiKey(name, text.Prefix, text.Hash, known, TimeSpan.FromDays(days)), Environment.UserName, cancellationToken);
        System.Console.WriteLine(text.Whole);
        await System.Console.Error.WriteLineAsync(
            $"Key {key.Id} \"{key.Name}\" with the role {ApiDoor.Name(key.Role)}, good until {key.ExpiresAt:u}. It is shown this once: put it where secrets are kept. 'crmsync keys revoke {key.Id}' ends it.");
        return CommandLine.Done;
    }

    private static async Task<int> RevokeAsync(IApiKeyStore keys, long id, CancellationToken cancellationToken)
    {
        var key = await keys.RevokeKeyAsync(id, Environment.UserName, cancellationToken)
            ?? throw new UsageException($"There is no key {id}; 'crmsync keys' lists those that there are.");
        System.Console.WriteLine($"Key {key.Id} \"{key.Name}\" opens nothing since {key.RevokedAt:u}, when {key.RevokedBy} revoked it.");
        return CommandLine.Done;
    }

    private static async Task<int> ShowAsync(IApiKeyStore keys, CancellationToken cancellationToken)
    {
        var found = await keys.ListKeysAsync(cancellationToken);
        if (found.Count == 0)
        {
            System.Console.WriteLine("There is no key yet; 'crmsync keys create --name TEXT --role viewer' makes one.");
            return CommandLine.Done;
        }
        var now = TimeProvider.System.GetUtcNow();
        var table = new Table().AddColumns("Key", "Begins with", "For", "Role", "Made (UTC)", "State", "Last used (UTC)");
        foreach (var key in found)
        {
            table.AddRow(new[]
            {
                key.Id.ToString(CultureInfo.InvariantCulture), key.Prefix, key.Name, ApiDoor.Name(key.Role), $"{key.CreatedAt:u} by {key.CreatedBy}", StateOf(key, now),
                key.LastUsedAt?.ToString("u") ?? "never",
            }.Select(Markup.Escape).ToArray());
        }
        AnsiConsole.Write(table);
        return CommandLine.Done;
    }

    private static string StateOf(ApiKey key, DateTimeOffset now) => key switch
    {
        { RevokedAt: { } at } => $"revoked {at:u} by {key.RevokedBy}",
        _ when key.ExpiresAt <= now => $"expired {key.ExpiresAt:u}",
        _ => $"good until {key.ExpiresAt:u}",
    };
}
