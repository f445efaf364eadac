using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CrmSync.Connectors;
using CrmSync.Connectors.Alerts;
using CrmSync.Pipeline.Alerts;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Storage;
using Spectre.Console;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync alerts</c>: what is watched, what is broken, what was told; or a try of a channel.</summary>
internal static class AlertsCommand
{
    private const int Shown = 30;

    public static Command Create()
    {
        var test = new Option<string?>("--test") { Description = "Sends a test to a channel, quiet hours or not", HelpName = "CHANNEL" };
        var json = new Option<bool>("--json") { Description = "One JSON object" };
        var command = new Command("alerts", "Shows what is watched and what was told, or tries a channel") { test, json };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            SettingsReader.Read(parsed.GetValue(CommandLine.Config)), parsed.GetValue(test), parsed.GetValue(json), token)));
        return command;
    }

    private static async Task<int> RunAsync(ServiceSettings settings, string? test, bool asJson, CancellationToken cancellationToken)
    {
        await using var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, cancellationToken);
        await using var owner = new ServiceCollection()
            .AddSingleton(TimeProvider.System).AddOutboundGate(settings.Outbound.ToOptions()).AddAlertChannels(settings.Alerts.Channels).BuildServiceProvider();
        var channels = owner.GetRequiredService<IReadOnlyList<IAlertChannel>>();
        if (test is not null)
            return await TestAsync(ledger, channels, test, cancellationToken);
        var watched = await ledger.ListAlertsAsync(cancellationToken);
        var events = await ledger.ListEventsAsync(Shown, cancellationToken);
        if (asJson)
            System.Console.WriteLine(Json(watched, events, channels));
        else
            Show(watched, events, channels);
        return CommandLine.Done;
    }

    private static async Task<int> TestAsync(Ledger ledger, IReadOnlyList<IAlertChannel> channels, string key, CancellationToken cancellationToken)
    {
        var channel = channels.FirstOrDefault(candidate => candidate.Key == key) ?? throw new UsageException(channels.Count == 0
            ? "No channel is configured; add one under CrmSync:Alerts:Channels."
            : $"There is no channel '{key}'; there is {string.Join(", ", channels.Select(one => one.Key))}.");
        const string sentence = "This is a test of CrmSync's alerts; nothing is wrong.";
        var result = await channel.SendAsync(
            new AlertMessage(0, "test", AlertKind.Test, AlertState.Test, sentence, "", TimeProvider.System.GetUtcNow()), cancellationToken);
        await ledger.RecordTestAsync(key, sentence, result.Succeeded ? null : $"{result.Failure.Message} {result.Failure.Fix}", Environment.UserName, cancellationToken);
        if (result.Succeeded)
            System.Console.WriteLine($"{key}: the test was taken ({channel.Description}).");
        else
            await System.Console.Error.WriteLineAsync($"{key}: {result.Failure.Message} {result.Failure.Fix}");
        return result.Succeeded ? CommandLine.Done : CommandLine.Failed;
    }

    private static void Show(IReadOnlyList<WatchedThing> watched, IReadOnlyList<AlertEvent> events, IReadOnlyList<IAlertChannel> channels)
    {
        System.Console.WriteLine(channels.Count == 0
            ? "No channel is configured, so nobody is told; add one under CrmSync:Alerts:Channels."
            : $"Told to: {string.Join("; ", channels.Select(channel => $"{channel.Key} ({channel.Description})"))}.");
        if (watched.Count == 0)
        {
            System.Console.WriteLine("Nothing is watched yet; the host looks half a minute after its start.");
            return;
        }
        var broken = watched.Where(thing => thing.State == AlertState.Broken).ToList();
        System.Console.WriteLine($"{watched.Count} things are watched, {(broken.Count == 0 ? "all are fine" : $"{broken.Count} broken")}.");
        foreach (var thing in broken)
            System.Console.WriteLine($"! {thing.Key} since {thing.Since:u}: {thing.Sentence} {thing.Fix}");
        var table = new Table().AddColumns("At (UTC)", "What", "Became", "Sentence", "Told");
        foreach (var one in events)
        {
            table.AddRow(new[]
            {
                one.At.ToString("u"), one.Key, one.State.ToString().ToLowerInvariant(), one.Sentence,
                string.Join(", ", one.Deliveries.Select(told => $"{told.Channel} {told.Status}{(told.Error is null ? "" : $" ({told.Error})")}")),
            }.Select(Markup.Escape).ToArray());
        }
        if (events.Count > 0)
            AnsiConsole.Write(table);
    }

    private static string Json(IReadOnlyList<WatchedThing> watched, IReadOnlyList<AlertEvent> events, IReadOnlyList<IAlertChannel> channels) => JsonSerializer.Serialize(
        new
        {
            schema = "crmsync/alerts/1",
            channels = channels.Select(channel => new { key = channel.Key, description = channel.Description }),
            watched = watched.Select(thing => new
            {
                key = thing.Key, kind = Name(thing.Kind), state = Name(thing.State), sentence = thing.Sentence, fix = thing.Fix, since = thing.Since, checkedAt = thing.CheckedAt,
            }),
            events = events.Select(one => new
            {
                id = one.Id.ToString(CultureInfo.InvariantCulture), key = one.Key, kind = Name(one.Kind), state = Name(one.State), sentence = one.Sentence, at = one.At,
                deliveries = one.Deliveries.Select(told => new { channel = told.Channel, status = told.Status, error = told.Error }),
            }),
        },
        JsonSerializerOptions.Web);

    private static string Name<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
