using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Storage.Reading;
using Spectre.Console;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync audit</c>: who changed what, before and after, and why.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        var subject = new Option<string?>("--subject") { Description = "What was changed, such as hubspot-main or run/12", HelpName = "TEXT" };
        var actor = new Option<string?>("--actor") { Description = "Who", HelpName = "NAME" };
        var action = new Option<string?>("--action") { Description = "Kind of act, such as retention.set or correction", HelpName = "TEXT" };
        var from = new Option<string?>("--from") { Description = "From this day or instant on (2026-11-01, 2026-11-01T08:00Z)", HelpName = "TIME" };
        var to = new Option<string?>("--to") { Description = "Before this day or instant", HelpName = "TIME" };
        var limit = new Option<int>("--limit") { Description = "At most so many, newest first; 0 for all", DefaultValueFactory = _ => 100, HelpName = "COUNT" };
        var json = new Option<bool>("--json") { Description = "One JSON object per line" };
        var command = new Command("audit", "Shows who changed what, newest first") { subject, actor, action, from, to, limit, json };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            SettingsReader.Read(parsed.GetValue(CommandLine.Config)),
            new AuditFilter
            {
                Subject = parsed.GetValue(subject), Actor = parsed.GetValue(actor), Action = parsed.GetValue(action),
                From = Instant("--from", parsed.GetValue(from)), To = Instant("--to", parsed.GetValue(to)),
            },
            parsed.GetValue(limit), parsed.GetValue(json), token)));
        return command;
    }

    private static async Task<int> RunAsync(ServiceSettings settings, AuditFilter filter, int limit, bool asJson, CancellationToken cancellationToken)
    {
        await using var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, cancellationToken);
        var table = new Table().AddColumns("At (UTC)", "Who", "Act", "What", "Before", "After", "Why");
        var shown = 0;
        await foreach (var row in new AuditQueries(ledger).StreamAsync(filter, cancellationToken))
        {
            if (limit > 0 && shown == limit)
                break;
            shown++;
            if (asJson)
                System.Console.WriteLine(Json(row));
            else
                table.AddRow(new[] { At(row).ToString("u"), row.Actor, row.Action, row.Subject, row.Before ?? "", row.After ?? "", row.Reason ?? "" }.Select(Markup.Escape).ToArray());
        }
        if (!asJson && shown > 0)
            AnsiConsole.Write(table);
        else if (!asJson)
            System.Console.WriteLine("Nothing fits.");
        return CommandLine.Done;
    }

    private static string Json(AuditRow row) => JsonSerializer.Serialize(
        new
        {
            id = row.Id.ToString(CultureInfo.InvariantCulture), at = At(row), actor = row.Actor, action = row.Action, subject = row.Subject, before = row.Before, after = row.After,
            reason = row.Reason,
        },
        JsonSerializerOptions.Web);

    private static DateTimeOffset At(AuditRow row) => DateTimeOffset.FromUnixTimeMilliseconds(row.At);

    private static DateTimeOffset? Instant(string option, string? text) => text is null
        ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : throw new UsageException($"{option} is '{text}'; give a day or an instant such as 2026-11-01 or 2026-11-01T08:00Z.");
}
