using System.CommandLine;
using System.Globalization;
using CrmSync.Pipeline.Retention;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Storage;
using Spectre.Console;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync retention</c>: shows and sets how long rows are kept, and removes old ones now instead of at the daily purge.</summary>
internal static class RetentionCommand
{
    public static Command Create()
    {
        var show = new Command("show", "Shows how long each table's rows are kept");
        show.SetAction((parsed, token) => RunAsync(parsed, ShowAsync, token));
        var table = new Argument<string>("TABLE") { Description = "The table, as 'retention show' names it" };
        var days = new Argument<int>("DAYS") { Description = "Days that its rows are kept; 0 keeps all" };
        var reason = new Option<string?>("--reason") { Description = "Why; it stands in the audit", HelpName = "TEXT" };
        var set = new Command("set", "Sets how long a table's rows are kept; hosts follow at their next purge") { table, days, reason };
        set.SetAction((parsed, token) => RunAsync(
            parsed,
            (ledger, options, cancel) => SetAsync(ledger, options, parsed.GetValue(table)!, parsed.GetValue(days), parsed.GetValue(reason), cancel), token));
        var dry = new Option<bool>("--dry-run") { Description = "Count what would go, and change nothing" };
        var purge = new Command("purge", "Removes what is older than is kept, now; daily totals of it stay") { dry };
        purge.SetAction((parsed, token) => RunAsync(
            parsed, (ledger, options, cancel) => parsed.GetValue(dry) ? CountAsync(ledger, options, cancel) : PurgeAsync(ledger, options, cancel), token));
        var command = new Command("retention", "Shows or sets how long rows are kept, or removes old ones") { show, set, purge };
        command.SetAction((parsed, token) => RunAsync(parsed, ShowAsync, token));
        return command;
    }

    private static Task<int> RunAsync(
        ParseResult parsed, Func<Ledger, RetentionOptions, CancellationToken, Task<int>> act, CancellationToken cancellationToken) =>
        CommandLine.Guarded(async () =>
        {
            var settings = SettingsReader.Read(parsed.GetValue(CommandLine.Config));
            await using var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, cancellationToken);
            return await act(ledger, settings.ToRetention(), cancellationToken);
        });

    private static async Task<int> ShowAsync(Ledger ledger, RetentionOptions options, CancellationToken cancellationToken)
    {
        var table = new Table().AddColumns("Table", "Kept", "Set by", "Last removed (UTC)", "What");
        foreach (var setting in await ledger.ListRetentionAsync(options, cancellationToken))
        {
            table.AddRow(new[]
            {
                setting.Rule.Table, Kept(setting.Days), setting.SetBy is { } by ? $"{by}, {setting.SetAt:u}" : "configuration",
                setting.LastPurgeAt is { } at ? string.Create(CultureInfo.InvariantCulture, $"{setting.LastRemoved:N0} at {at:u}") : "never", setting.Rule.What,
            }.Select(Markup.Escape).ToArray());
        }
        AnsiConsole.Write(table);
        System.Console.WriteLine("Notices and counted requests are kept for two days. Activities, decisions, intents, corrections and runs are kept.");
        return CommandLine.Done;
    }

    private static async Task<int> SetAsync(
        Ledger ledger, RetentionOptions options, string table, int days, string? reason, CancellationToken cancellationToken)
    {
        foreach (var fault in RetentionRules.Faults(new Dictionary<string, int> { [table] = days }))
            throw new UsageException(fault);
        await ledger.SetRetentionAsync(table, days, options, Environment.UserName, reason, cancellationToken);
        System.Console.WriteLine($"{table}: kept {Kept(days)}.");
        return CommandLine.Done;
    }

    private static async Task<int> CountAsync(Ledger ledger, RetentionOptions options, CancellationToken cancellationToken)
    {
        foreach (var setting in await ledger.ListRetentionAsync(options, cancellationToken))
        {
            if (setting.Days > 0)
                System.Console.WriteLine($"{setting.Rule.Table}: {await ledger.CountPurgeableAsync(setting.Rule.Table, setting.Days, cancellationToken)} rows would go (kept {Kept(setting.Days)}).");
        }
        return CommandLine.Done;
    }

    private static async Task<int> PurgeAsync(Ledger ledger, RetentionOptions options, CancellationToken cancellationToken)
    {
        var removed = await new Purger(ledger, options, TimeProvider.System).PurgeAsync(cancellationToken);
        foreach (var (table, rows) in removed)
            System.Console.WriteLine($"{table}: {rows} rows removed.");
        if (removed.Count == 0)
            System.Console.WriteLine("Nothing is older than is kept.");
        return CommandLine.Done;
    }

    private static string Kept(int days) => days == 0 ? "for ever" : $"{days} days";
}
