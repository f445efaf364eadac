using System.CommandLine;
using System.Globalization;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;

namespace CrmSync.Service.Commands;

/// <summary>
/// <c>crmsync pause</c> and <c>crmsync resume</c>: whether a connection writes. The ledger keeps the mode with its reason, and a running host follows: no write starts
/// later than five seconds after a pause.
/// </summary>
internal static class WriteModeCommands
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(3660);

    public static Command CreatePause()
    {
        var connection = ConnectionChoice.Required();
        var reason = new Option<string>("--reason") { Description = "Why, for whoever wonders later", Required = true, HelpName = "TEXT" };
        var until = new Option<DateTimeOffset?>("--until") { Description = "When writing goes on by itself (RFC 3339)", HelpName = "TIME" };
        var length = new Option<string?>("--for") { Description = "Or after how long, such as 30m, 2h or 1d", HelpName = "SPAN" };
        var command = new Command("pause", "Stops writing to a connection; what is meant to be written waits") { connection, reason, until, length };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            SettingsReader.Read(parsed.GetValue(CommandLine.Config)), parsed.GetValue(connection)!,
            new ModeChange(WriteMode.Paused, Environment.UserName)
            {
                Reason = parsed.GetValue(reason)!.Trim() is { Length: > 0 } text ? text : throw new UsageException("--reason is blank; say in a few words why writing is paused."),
                ResumeAt = EndOf(parsed.GetValue(until), parsed.GetValue(length)),
            },
            token)));
        return command;
    }

    public static Command CreateResume()
    {
        var connection = ConnectionChoice.Required();
        var mode = new Option<string?>("--mode") { Description = "on, approve or preview; what the pause interrupted when left out", HelpName = "MODE" };
        var reason = new Option<string?>("--reason") { Description = "Why, for whoever wonders later", HelpName = "TEXT" };
        var command = new Command("resume", "Ends a pause, or gives a connection another write mode (a new one starts in preview)") { connection, mode, reason };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            SettingsReader.Read(parsed.GetValue(CommandLine.Config)), parsed.GetValue(connection)!,
            new ModeChange(ModeOf(parsed.GetValue(mode)), Environment.UserName) { Reason = parsed.GetValue(reason) }, token)));
        return command;
    }

    private static async Task<int> RunAsync(ServiceSettings settings, string key, ModeChange change, CancellationToken cancellationToken)
    {
        await using var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, cancellationToken);
        var connection = await ConnectionChoice.FindAsync(ledger, key, cancellationToken);
        var outcome = await ledger.SetWriteModeAsync(connection.Id, change, cancellationToken);
        if (outcome.IsRefused)
            throw new UsageException(outcome.Sentence);
        System.Console.WriteLine(outcome.Sentence);
        return CommandLine.Done;
    }

    private static WriteMode? ModeOf(string? text) => text switch
    {
        null => null,
        "on" => WriteMode.On,
        "approve" => WriteMode.Approve,
        "preview" => WriteMode.Preview,
        _ => throw new UsageException($"--mode is '{text}', but must be on, approve or preview. To pause, use 'crmsync pause'."),
    };

    private static DateTimeOffset? EndOf(DateTimeOffset? until, string? length)
    {
        if (length is null)
            return until;
        if (until is not null)
            throw new UsageException("--until and --for say the same thing in two ways; give one of them.");
        return TimeProvider.System.GetUtcNow() + SpanOf(length);
    }

    private static TimeSpan SpanOf(string text)
    {
        var number = text.Length > 1 && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var found) ? found : 0;
        var unit = text.Length > 1 ? text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3_600, 'd' => 86_400, _ => 0 } : 0;
        var seconds = number * unit;
        return seconds > 0 && seconds <= LongestPause.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new UsageException($"--for is '{text}', but must be a number above 0 with a unit, up to ten years: 90s, 30m, 2h or 1d.");
    }
}
