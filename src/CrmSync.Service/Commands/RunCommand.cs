using System.CommandLine;
using CrmSync.Service.Auth;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Service.Taxonomies;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync run</c>: the host, until it is told to stop.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var command = new Command("run", "Runs the host: polls, classifies, writes back, serves the console");
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(parsed.GetValue(CommandLine.Config), token)));
        return command;
    }

    public static async Task<int> RunAsync(string? configFile, CancellationToken cancellationToken)
    {
        var settings = SettingsReader.Read(configFile);
        if (settings.Connections.Count == 0)
            throw new SettingsException(
                "No connection is configured, so there is nothing to do. Add one under CrmSync:Connections in appsettings.json (README.md shows how), or try 'crmsync demo'.");

        await using var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: true, cancellationToken);
        var stopped = WaitAsync(cancellationToken);
        for (var life = 0; ; life++)
        {
            await using var app = HostFactory.Create(settings, ledger, new HostShape());
            await app.StartAsync(cancellationToken);
            if (life == 0)
            {
                await System.Console.Out.WriteLineAsync($"Console: {HostFactory.AddressOf(app)}   (Ctrl+C stops)");
                await FirstAdmin.InviteAsync(app.Services, settings.Console.LinkAddress, System.Console.IsOutputRedirected ? null : System.Console.Out, cancellationToken);
            }
            // Awaiting the start says why the worker could not; being told to stop before it is done is no failure.
            await await Task.WhenAny(app.Services.GetRequiredService<WorkerState>().Started, stopped);
            // A version of a taxonomy that somebody put into use changes rules, models and pages at once: the host is put together anew around the open ledger.
            await Task.WhenAny(stopped, app.Services.GetRequiredService<HostRestart>().Asked);
            await app.StopAsync(CancellationToken.None);
            if (stopped.IsCompleted)
                return CommandLine.Done;
        }
    }

    /// <summary>Waits until the process is told to stop.</summary>
    public static async Task WaitAsync(CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(stopped.SetResult);
        await stopped.Task;
    }
}
