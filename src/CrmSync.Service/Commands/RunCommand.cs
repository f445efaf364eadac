using System.CommandLine;
using CrmSync.Service.Auth;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;

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
        await using var app = HostFactory.Create(settings, ledger, new HostShape());
        await app.StartAsync(cancellationToken);
        await System.Console.Out.WriteLineAsync($"Console: {HostFactory.AddressOf(app)}   (Ctrl+C stops)");
        await FirstAdmin.InviteAsync(app.Services, settings.Console.LinkAddress, System.Console.IsOutputRedirected ? null : System.Console.Out, cancellationToken);
        var started = app.Services.GetRequiredService<WorkerState>().Started;
        var stopped = WaitAsync(cancellationToken);
        // Awaiting the start says why the worker could not; being told to stop before it is done is no failure.
        await await Task.WhenAny(started, stopped);
        await stopped;
        await app.StopAsync(CancellationToken.None);
        return CommandLine.Done;
    }

    /// <summary>Waits until the process is told to stop.</summary>
    public static async Task WaitAsync(CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(stopped.SetResult);
        await stopped.Task;
    }
}
