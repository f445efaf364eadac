using System.CommandLine;
using CrmSync.Pipeline.Jobs;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using Spectre.Console;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync schedules</c>: lists the ledger's schedules, or changes one; running hosts follow within seconds.</summary>
internal static class SchedulesCommand
{
    public static Command Create()
    {
        var key = new Option<string?>("--set") { Description = "Key of the schedule to change", HelpName = "KEY" };
        var rhythm = new Option<string?>("--rhythm") { Description = "\"every 30s\" or a five-field cron such as \"*/5 8-18 * * 1-5\"", HelpName = "TEXT" };
        var zone = new Option<string?>("--zone") { Description = "IANA time zone of a cron", HelpName = "ZONE" };
        var enabled = new Option<bool?>("--enabled") { Description = "true or false" };
        var command = new Command("schedules", "Lists the schedules, or changes one with --set") { key, rhythm, zone, enabled };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            SettingsReader.Read(parsed.GetValue(CommandLine.Config)), parsed.GetValue(key),
            row => Changed(row, parsed.GetValue(rhythm), parsed.GetValue(zone), parsed.GetValue(enabled)), token)));
        return command;
    }

    private static async Task<int> RunAsync(
        ServiceSettings settings, string? key, Func<ScheduleRow, ScheduleRow> change, CancellationToken cancellationToken)
    {
        await using var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, cancellationToken);
        var rows = await ((IScheduleStore)ledger).ListAsync(cancellationToken);
        if (key is not null)
        {
            var row = rows.FirstOrDefault(candidate => candidate.Key == key) ?? throw new UsageException(
                $"The ledger has no schedule '{key}'; 'crmsync schedules' lists those that it has (none before the first host has run).");
            await ledger.SaveAsync(change(row), Environment.UserName, cancellationToken);
            rows = await ((IScheduleStore)ledger).ListAsync(cancellationToken);
        }
        Show(rows);
        return CommandLine.Done;
    }

    private static ScheduleRow Changed(ScheduleRow row, string? rhythm, string? zone, bool? enabled)
    {
        var changed = row with { Recurrence = rhythm ?? row.Recurrence, Zone = zone ?? row.Zone, Enabled = enabled ?? row.Enabled };
        return Recurrence.TryParse(changed.Recurrence, changed.Zone, out _, out var fault)
            ? changed
            : throw new UsageException($"The schedule stays as it was: {fault}");
    }

    private static void Show(IReadOnlyList<ScheduleRow> rows)
    {
        var now = TimeProvider.System.GetUtcNow();
        var table = new Table().AddColumns("Key", "Rhythm", "In words", "State", "Last fired (UTC)", "Next (UTC)");
        foreach (var row in rows)
        {
            var recurrence = Recurrence.Parse(row.Recurrence, row.Zone);
            table.AddRow(new[]
            {
                row.Key, $"{row.Recurrence} ({row.Zone})", recurrence.Describe(), row.Enabled ? "on" : "off",
                row.LastFiredAt?.ToString("u") ?? "never", row.Enabled ? recurrence.NextAfter(now)?.ToString("u") ?? "never" : "",
            }.Select(Markup.Escape).ToArray());
        }
        AnsiConsole.Write(table);
    }
}
