using System.CommandLine;
using System.Diagnostics;
using CrmSync.Service.Demo;
using CrmSync.Simulator.Seed;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync demo</c>: simulated CRMs, worker and console with realistic data; no keys, no server, nothing to install.</summary>
internal static class DemoCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static Command Create()
    {
        var consolePort = Ports.Console();
        var hubSpotPort = Ports.HubSpot();
        var salesforcePort = Ports.Salesforce();
        var modelPort = Ports.Model();
        var data = new Option<DirectoryInfo?>("--data") { Description = "Keep the ledger in this folder; without it every start begins anew", HelpName = "DIR" };
        var untilSynced = new Option<bool>("--until-synced") { Description = "Stop once every seeded activity is labelled and written; print the counts" };
        var command = new Command("demo", "Simulated CRMs, worker and console with realistic data") { consolePort, hubSpotPort, salesforcePort, modelPort, data, untilSynced };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            Ports.Checked(parsed.GetValue(consolePort), "--console-port"),
            new SimulationOptions
            {
                HubSpotPort = Ports.Checked(parsed.GetValue(hubSpotPort), "--hubspot-port"),
                SalesforcePort = Ports.Checked(parsed.GetValue(salesforcePort), "--salesforce-port"),
                ModelPort = Ports.Checked(parsed.GetValue(modelPort), "--model-port"),
                Segments = true,
            },
            parsed.GetValue(data), parsed.GetValue(untilSynced), token)));
        return command;
    }

    private static async Task<int> RunAsync(
        int consolePort, SimulationOptions simulation, DirectoryInfo? data, bool untilSynced, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var folder = data?.FullName ?? Fresh();
        Directory.CreateDirectory(folder);
        await using var crms = await SimulatedCrms.StartAsync(simulation, TimeProvider.System, cancellationToken);
        await using var host = await DemoHost.StartAsync(crms, folder, consolePort, cancellationToken);
        System.Console.WriteLine(
            $"""

            CrmSync is running on {crms.All.Sum(crm => crm.CountActivities()):N0} activities in two simulated CRMs.

              Console                {host.ConsoleAddress,-32} what is going on
              Write-back log         {new Uri(host.ConsoleAddress, "log"),-32} every write: before, after and why
              Simulated HubSpot      {crms.HubSpot.BaseAddress,-32} the records as a rep sees them, labels included
              Simulated Salesforce   {crms.Salesforce.BaseAddress,-32} likewise
              Simulated Azure OpenAI {crms.Model.BaseAddress,-32} the hosted model: settles what the local steps are unsure about
              Faults and calls       add simulator/ to any of these three addresses
              Ledger                 {Path.Combine(folder, "ledger.db")}

            """);

        return untilSynced
            ? await UntilSyncedAsync(host, watch, cancellationToken)
            : await UntilStoppedAsync(crms, cancellationToken);
    }

    private static async Task<int> UntilStoppedAsync(SimulatedCrms crms, CancellationToken cancellationToken)
    {
        System.Console.WriteLine("A rep logs or edits something every few seconds: watch its label appear. Change a label by hand in a simulated CRM: it stays. Ctrl+C stops.");
        var traffic = new DemoTraffic(crms.All, crms.Worlds, TimeProvider.System, seed: 1);
        try
        {
            await traffic.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C is how a demo ends.
        }
        return CommandLine.Done;
    }

    private static async Task<int> UntilSyncedAsync(DemoHost host, Stopwatch watch, CancellationToken cancellationToken)
    {
        var progress = new LineProgress("activities decided about and written");
        using var timer = new PeriodicTimer(Look);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var (done, settled, _) = await host.ReadProgressAsync(cancellationToken);
            progress.Report(settled);
            if (done)
                break;
            if (watch.Elapsed > Patience)
            {
                await System.Console.Error.WriteLineAsync($"Not synced after {Patience.TotalMinutes:0} minutes; the report says what is missing.");
                break;
            }
        }

        var outcomes = await host.CheckAsync(cancellationToken);
        System.Console.WriteLine();
        SyncReport.Print(outcomes, host.Requests, await host.SumHostedAsync(cancellationToken), host.Taxonomies, watch.Elapsed);
        var lost = outcomes.Sum(outcome => outcome.Faults.Count) + outcomes.Sum(outcome => outcome.Progress.Dead + outcome.Progress.Rejected);
        var homeless = outcomes.Sum(outcome => outcome.Progress.Untargeted);
        if (lost == 0)
        {
            System.Console.WriteLine(
                "Nothing was lost: every activity is labelled, abstained on or waiting for review, and every label stands in its CRM"
                + (homeless == 0 ? "." : $", but for {homeless} of notes and mails that hang on nothing that could hold them."));
        }
        return lost == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    // A folder of the demo's own, made anew: whoever starts it twice sees the same thing twice.
    private static string Fresh()
    {
        var folder = Path.Combine(Path.GetTempPath(), "crmsync-demo");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        return folder;
    }
}
