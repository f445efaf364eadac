using System.CommandLine;
using CrmSync.Service.Demo;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync simulate</c>: the simulated CRMs alone, for connecting anything to them.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var hubSpotPort = Ports.HubSpot();
        var salesforcePort = Ports.Salesforce();
        var activities = new Option<int>("--activities") { Description = "Activities per CRM, 0 to 1,000,000", DefaultValueFactory = _ => 360 };
        var seed = new Option<int>("--seed") { Description = "The same seed gives the same content", DefaultValueFactory = _ => 1 };
        var noQuotas = new Option<bool>("--no-quotas") { Description = "Refuse nothing for being too fast" };
        var command = new Command("simulate", "Runs the simulated HubSpot and Salesforce alone") { hubSpotPort, salesforcePort, activities, seed, noQuotas };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            new SimulationOptions
            {
                HubSpotPort = Ports.Checked(parsed.GetValue(hubSpotPort), "--hubspot-port"),
                SalesforcePort = Ports.Checked(parsed.GetValue(salesforcePort), "--salesforce-port"),
                Activities = Checked(parsed.GetValue(activities)),
                Seed = parsed.GetValue(seed),
                QuotasOn = !parsed.GetValue(noQuotas),
            },
            token)));
        return command;
    }

    private static int Checked(int activities) => activities is >= 0 and <= 1_000_000
        ? activities
        : throw new UsageException($"--activities is {activities}; give 0 to 1,000,000.");

    private static async Task<int> RunAsync(SimulationOptions options, CancellationToken cancellationToken)
    {
        await using var crms = await SimulatedCrms.StartAsync(options, TimeProvider.System, cancellationToken);
        System.Console.WriteLine($"Simulated HubSpot:    {crms.HubSpot.BaseAddress}   ({crms.HubSpot.CountActivities():N0} activities; bearer token pat-sim-hubspot)");
        System.Console.WriteLine($"Simulated Salesforce: {crms.Salesforce.BaseAddress}   ({crms.Salesforce.CountActivities():N0} activities; client sim-client, secret sim-secret)");
        System.Console.WriteLine("Open an address in a browser to see records as a rep would. Ctrl+C stops.");
        await RunCommand.WaitAsync(cancellationToken);
        return CommandLine.Done;
    }
}

/// <summary>Port options that several commands share.</summary>
internal static class Ports
{
    public static Option<int> Console() => new("--console-port") { Description = "Port of the console", DefaultValueFactory = _ => 5080 };

    public static Option<int> HubSpot() => new("--hubspot-port") { Description = "Port of the simulated HubSpot", DefaultValueFactory = _ => 5081 };

    public static Option<int> Salesforce() => new("--salesforce-port") { Description = "Port of the simulated Salesforce", DefaultValueFactory = _ => 5082 };

    public static int Checked(int port, string option) => port is >= 0 and <= 65535
        ? port
        : throw new UsageException($"{option} is {port}; give a port from 1 to 65535, or 0 for any free one.");
}
