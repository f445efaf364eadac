using System.CommandLine;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Polling;
using CrmSync.Service.Settings;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync poll</c>: one settled poll now, followed until its labels are written.</summary>
internal static class PollCommand
{
    public static Command Create()
    {
        var connection = ConnectionChoice.Option();
        var command = new Command("poll", "Polls now and follows the run until its labels are written") { connection };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            SettingsReader.Read(parsed.GetValue(CommandLine.Config)), parsed.GetValue(connection), token)));
        return command;
    }

    private static async Task<int> RunAsync(ServiceSettings settings, string? key, CancellationToken cancellationToken)
    {
        ConnectionChoice.Choose(settings, key);
        await using var host = await RunHost.StartAsync(settings, cancellationToken);
        var starter = new PollStarter(host.Ledger, settings.Polling.ToOptions(), TimeProvider.System);
        var started = new List<long>();
        foreach (var (connection, connector) in await host.ChooseAsync(settings, key, cancellationToken))
        {
            if ((await starter.StartAsync(RunKind.PollSettled, connection, connector, Environment.UserName, null, cancellationToken)).RunId is { } id)
                started.Add(id);
            else
                System.Console.WriteLine($"{connection.Key}: nothing new to scan, or a scan of this kind is still under way.");
        }

        var failed = false;
        foreach (var run in started)
            failed |= !await host.FollowAsync(run, cancellationToken);
        return failed ? CommandLine.Failed : CommandLine.Done;
    }
}
