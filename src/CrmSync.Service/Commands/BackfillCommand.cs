using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using Spectre.Console;

namespace CrmSync.Service.Commands;

/// <summary>
/// <c>crmsync backfill</c>: reads a range of modified times at low priority, labels it and writes the labels; <c>--estimate</c> says beforehand what that costs.
/// The run lives in the ledger: stopping the command leaves it to a host, and <c>crmsync runs</c> holds it, lets it go on, or ends it.
/// </summary>
internal static class BackfillCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var connection = ConnectionChoice.Option();
        var from = new Option<DateTimeOffset>("--from") { Description = "Begin of the range of modified times (RFC 3339)", Required = true, HelpName = "TIME" };
        var to = new Option<DateTimeOffset?>("--to") { Description = "End of the range; now when left out", HelpName = "TIME" };
        var types = new Option<string[]>("--type") { Description = "Object type such as notes or Task; all when left out, several allowed", HelpName = "TYPE" };
        var estimate = new Option<bool>("--estimate") { Description = "Say what it would cost and stop" };
        var json = new Option<bool>("--json") { Description = "Print the estimate as JSON" };
        var command = new Command("backfill", "Labels a range of the past; --estimate says what that costs") { connection, from, to, types, estimate, json };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            SettingsReader.Read(parsed.GetValue(CommandLine.Config)), parsed.GetValue(connection),
            new Range(parsed.GetValue(from), parsed.GetValue(to) ?? TimeProvider.System.GetUtcNow(), parsed.GetValue(types) ?? []),
            parsed.GetValue(estimate), parsed.GetValue(json), token)));
        return command;
    }

    private static async Task<int> RunAsync(
        ServiceSettings settings, string? key, Range range, bool estimateOnly, bool json, CancellationToken cancellationToken)
    {
        if (range.From >= range.To)
            throw new UsageException("--from must lie before --to (now, when --to is left out); give RFC 3339 instants such as 2026-01-31T00:00:00Z.");
        ConnectionChoice.Choose(settings, key);
        await using var host = await RunHost.StartAsync(settings, cancellationToken);
        var forecasts = new List<(Connection Connection, IReadOnlyList<ScanWindow> Windows, BackfillForecast Forecast)>();
        foreach (var (connection, connector) in await host.ChooseAsync(settings, key, cancellationToken))
        {
            var windows = range.WindowsOf(connector);
            var forecast = await BackfillForecast.AskAsync(connector, windows, BackfillForecast.UsualLabelledShare, cancellationToken);
            if (!forecast.Succeeded)
            {
                Terminal.Red($"{connection.Key}: {forecast.Failure.Message} {forecast.Failure.Fix}");
                return CommandLine.Failed;
            }
            forecasts.Add((connection, windows, forecast.Value));
        }

        if (json)
            System.Console.WriteLine(JsonSerializer.Serialize(forecasts.Select(item => new { connection = item.Connection.Key, forecast = item.Forecast, hosted = HostedForecastOf(settings, item.Forecast.Activities) }), Json));
        else
            forecasts.ForEach(item => Show(item.Connection, item.Forecast, HostedForecastOf(settings, item.Forecast.Activities)));
        return estimateOnly ? CommandLine.Done : await StartAsync(host, forecasts, cancellationToken);
    }

    private static async Task<int> StartAsync(
        RunHost host, List<(Connection Connection, IReadOnlyList<ScanWindow> Windows, BackfillForecast Forecast)> forecasts, CancellationToken cancellationToken)
    {
        var started = new List<long>();
        foreach (var (connection, windows, forecast) in forecasts)
        {
            var request = new RunRequest(
                RunKind.Backfill, connection.Id, Environment.UserName, [.. windows.Select(window => new ScanPlan(window.ObjectType, window.From, window.To))])
            {
                Expected = forecast.Activities,
            };
            var (run, _) = await host.Ledger.StartAsync(request, cancellationToken);
            if (run is { } id)
            {
                started.Add(id);
                System.Console.WriteLine($"{connection.Key}: run {id}. 'crmsync runs --pause {id}' holds it, '--resume {id}' lets it go on, '--cancel {id}' ends it.");
            }
            else
            {
                System.Console.WriteLine($"{connection.Key}: a backfill of these types is still under way; 'crmsync runs' shows it.");
            }
        }

        var failed = false;
        foreach (var run in started)
            failed |= !await host.FollowAsync(run, cancellationToken);
        return failed ? CommandLine.Failed : CommandLine.Done;
    }

    // The model is not called: only the prompts are made.
    private static HostedForecast? HostedForecastOf(ServiceSettings settings, long activities)
    {
        if (!settings.Classification.Hosted.AsksModel)
            return null;
        var taxonomies = HostFactory.LoadTaxonomies(settings);
        using var owner = HostedBook.Open(settings);
        var desk = HostedBook.Desk(settings, owner.GetRequiredService<IHostedModel>(), taxonomies, null, null);
        return HostedForecast.For(desk, taxonomies, activities, desk.Asking.BatchBackfills);
    }

    private static void Show(Connection connection, BackfillForecast forecast, HostedForecast? hosted)
    {
        var table = new Table().Title(Markup.Escape($"Backfill of {connection.Key}")).AddColumns("What", "Activities", "Requests", "How");
        void Row(string what, string rows, long requests, string how) =>
            table.AddRow(new[] { what, rows, Number(requests), how }.Select(Markup.Escape).ToArray());
        foreach (var read in forecast.Reads)
            Row($"read {read.ObjectType}", Number(read.Rows), read.Requests, $"{read.Route}: {read.Formula}");
        Row("look before writing", Number(forecast.Records), forecast.GuardRequests, "records / batch");
        Row("write labels", Number(forecast.Records), forecast.WriteRequests, "records / batch");
        Row("read our own writes again", Number(forecast.Records), forecast.EchoRequests, "records / 200");
        Row("together", Number(forecast.Activities), forecast.Requests, "");
        AnsiConsole.Write(table);
        System.Console.WriteLine(
            $"{connection.Key}: at least {Math.Max(1, Math.Ceiling(forecast.AtLeast.TotalMinutes)):0} min within our share of the CRM's limits; " +
            (hosted is null
                ? "no model cost, because no hosted model is configured."
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"the hosted model is asked about {hosted.Activities:N0} activities at the most, about {hosted.Tokens:N0} tokens and ${hosted.Usd:0.00}.")));
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private sealed record Range(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<string> Types)
    {
        public IReadOnlyList<ScanWindow> WindowsOf(ICrmConnector connector)
        {
            var chosen = Types.Count == 0
                ? connector.Reader.ObjectTypes
                : [.. connector.Reader.ObjectTypes.Where(type => Types.Contains(type, StringComparer.OrdinalIgnoreCase))];
            return chosen.Count > 0
                ? [.. chosen.Select(type => new ScanWindow(type, From, To))]
                : throw new UsageException(
                    $"--type names nothing that {connector.Key} has; it has {string.Join(", ", connector.Reader.ObjectTypes)}.");
        }
    }
}
