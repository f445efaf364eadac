using System.CommandLine;
using CrmSync.Pipeline.Model;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;

namespace CrmSync.Service.Commands;

/// <summary>
/// <c>crmsync resume</c> and <c>crmsync pause</c>: turn writing on and off. The ledger keeps the mode, and a running host follows within a second.
/// </summary>
internal static class WriteModeCommands
{
    public static Command CreateResume() => Create("resume", "Turns writing on for a connection (a new one starts in preview)", WriteMode.On);

    public static Command CreatePause() => Create("pause", "Stops writing to a connection; what is meant to be written waits", WriteMode.Paused);

    private static Command Create(string name, string description, WriteMode mode)
    {
        var connection = new Option<string>("--connection") { Description = "Key of the connection", Required = true, HelpName = "KEY" };
        var command = new Command(name, description) { connection };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            SettingsReader.Read(parsed.GetValue(CommandLine.Config)), parsed.GetValue(connection)!, mode, token)));
        return command;
    }

    private static async Task<int> RunAsync(ServiceSettings settings, string key, WriteMode mode, CancellationToken cancellationToken)
    {
        await using var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, cancellationToken);
        var connections = await ledger.ListConnectionsAsync(cancellationToken);
        var connection = connections.FirstOrDefault(candidate => candidate.Key == key) ?? throw new UsageException(
            $"The ledger knows no connection '{key}'; it knows {(connections.Count == 0 ? "none yet, since no host has run" : string.Join(", ", connections.Select(known => known.Key)))}.");
        await ledger.SetWriteModeAsync(connection.Id, mode, Environment.UserName, cancellationToken);
        System.Console.WriteLine($"{key}: writing is {(mode == WriteMode.On ? "on" : "paused")} (it was {connection.WriteMode.ToString().ToLowerInvariant()}).");
        return CommandLine.Done;
    }
}
