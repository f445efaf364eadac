using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CrmSync.Pipeline.Honesty;
using CrmSync.Service.Api;
using CrmSync.Service.Console.Words;
using CrmSync.Service.Exports;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Storage.Reading;
using Spectre.Console;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync honesty</c>: the stage that reps report on deals beside the one that activities show.</summary>
internal static class HonestyCommand
{
    private const int Shown = 30;

    // A first comparison of a hundred thousand deals takes a minute or two.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static Command Create()
    {
        var filter = new Option<string?>("--filter")
        {
            Description = "Which deals, as in the address of the pipeline page: team=Enterprise&kind=disagrees (list, kind, owner, team, region, month, connection, currency, days)",
            HelpName = "QUERY",
        };
        var json = new Option<bool>("--json") { Description = "Print all deals that match as JSON Lines, after a line with the figures" };
        var csv = new Option<bool>("--csv") { Description = "Print all deals that match as CSV" };
        var command = new Command("honesty", "Compares the stage that reps report on deals with the one that their activities show") { filter, json, csv };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            SettingsReader.Read(parsed.GetValue(CommandLine.Config)), Read(parsed.GetValue(filter)), parsed.GetValue(json), parsed.GetValue(csv), token)));
        return command;
    }

    private static HonestyFilter Read(string? text)
    {
        var filter = HonestyFilter.ParseText(text, out var faults);
        return faults.Count == 0 ? filter : throw new UsageException($"--filter cannot be read. {string.Join(' ', faults)}");
    }

    private static async Task<int> RunAsync(ServiceSettings settings, HonestyFilter filter, bool json, bool csv, CancellationToken cancellationToken)
    {
        if (json && csv)
            throw new UsageException("--json and --csv exclude each other; choose one.");
        await using var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, cancellationToken);
        // A host keeps the comparison fresh; without one it is brought up to date here, and beside one that does no harm.
        await new HonestyBook(ledger, TimeProvider.System).UpdateAsync(Patience, cancellationToken);
        var deals = new LedgerReader(ledger, TimeProvider.System).Honesty;
        if (csv)
            return await WriteAsync(deals, filter, ExportFormat.Csv, cancellationToken);
        var whole = RollUp.Of("", "", await deals.CellsAsync(DealDimension.All, filter, cancellationToken));
        if (json)
        {
            System.Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    schema = "crmsync/honesty/1", deals = whole.Deals, compared = whole.Agreeing.Of, agreeing = whole.Agreeing.Count, whole.Agreeing.Estimate,
                    atStake = whole.Money.Select(money => new { money.Currency, amount = money.AtStake / 100m }),
                },
                ApiJson.Options));
            return await WriteAsync(deals, filter, ExportFormat.JsonLines, cancellationToken);
        }

        await ShowAsync(deals, filter, whole, cancellationToken);
        return CommandLine.Done;
    }

    private static async Task<int> WriteAsync(HonestyQueries deals, HonestyFilter filter, ExportFormat format, CancellationToken cancellationToken)
    {
        await using var output = System.Console.OpenStandardOutput();
        await RowWriter.WriteAsync(LedgerExports.Deals(deals, filter, cancellationToken), format, output, cancellationToken);
        return CommandLine.Done;
    }

    private static async Task ShowAsync(HonestyQueries deals, HonestyFilter filter, DealGroup whole, CancellationToken cancellationToken)
    {
        if (whole.Deals == 0)
        {
            System.Console.WriteLine(filter.IsEmpty ? "The ledger holds no deals yet; they are read while a host runs." : "No deal matches the filter.");
            return;
        }

        System.Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{whole.Deals:N0} deals, {whole.Agreeing.Of:N0} of them compared; report and activities agree in {HonestyWords.Share(whole.Agreeing)}."));
        foreach (var money in whole.Money.Where(money => money.AtStake > 0))
            System.Console.WriteLine($"At stake: {HonestyWords.Money(money.AtStake, money.Currency)}");
        var page = await deals.PageAsync(filter with { Kind = filter.Kind ?? "disagrees" }, new PageRequest(null, null, Shown), cancellationToken);
        var table = new Table().AddColumns("Deal", "Rep", "Reported", "Shown", "Kind", "Apart", "Amount");
        foreach (var row in page.Rows)
        {
            table.AddRow(new[]
            {
                $"{row.Connection} {row.ExternalId} {OneLine.Of(row.Name, 40)}", OneLine.Of(row.RepName, 30), row.Reported ?? "-", row.Shown ?? "-", HonestyWords.Kind(row.Verdict),
                row.DisagreesAt is { } since ? HonestyWords.Days(since, TimeProvider.System.GetUtcNow()) : "-", row.HasAmount == 1 ? HonestyWords.Money(row.Cents, row.Currency) : "-",
            }.Select(Markup.Escape).ToArray());
        }

        if (page.Rows.Count > 0)
            AnsiConsole.Write(table);
    }
}
