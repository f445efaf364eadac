using System.CommandLine;
using CrmSync.Service.Demo;
using CrmSync.Simulator.AzureOpenAI;
using CrmSync.Simulator.Hosting;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync simulate</c>: the simulated CRMs and model service alone, for connecting anything to them.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var hubSpotPort = Ports.HubSpot();
        var salesforcePort = Ports.Salesforce();
        var modelPort = Ports.Model();
        var activities = new Option<int>("--activities") { Description = "Activities per CRM, 0 to 1,000,000", DefaultValueFactory = _ => 360 };
        var seed = new Option<int>("--seed") { Description = "The same seed gives the same content", DefaultValueFactory = _ => 1 };
        var noQuotas = new Option<bool>("--no-quotas") { Description = "Refuse nothing for being too fast" };
        var movableClock = new Option<bool>("--movable-clock") { Description = "Let the clock of the simulators be moved ahead at /simulator/" };
        var command = new Command("simulate", "Runs the simulated HubSpot, Salesforce and Azure OpenAI alone")
        {
            hubSpotPort, salesforcePort, modelPort, activities, seed, noQuotas, movableClock,
        };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            new SimulationOptions
            {
                HubSpotPort = Ports.Checked(parsed.GetValue(hubSpotPort), "--hubspot-port"),
                SalesforcePort = Ports.Checked(parsed.GetValue(salesforcePort), "--salesforce-port"),
                ModelPort = Ports.Checked(parsed.GetValue(modelPort), "--model-port"),
                Activities = Checked(parsed.GetValue(activities)),
                Seed = parsed.GetValue(seed),
                QuotasOn = !parsed.GetValue(noQuotas),
            },
            parsed.GetValue(movableClock) ? new MovableClock(TimeProvider.System) : TimeProvider.System, token)));
        return command;
    }

    private static int Checked(int activities) => activities is >= 0 and <= 1_000_000
        ? activities
        : throw new UsageException($"--activities is {activities}; give 0 to 1,000,000.");

    private static async Task<int> RunAsync(SimulationOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var crms = await SimulatedCrms.StartAsync(options, clock, cancellationToken);
        System.Console.WriteLine($"Simulated HubSpot:      {crms.HubSpot.BaseAddress}   ({crms.HubSpot.CountActivities():N0} activities; bearer token pat-sim-hubspot)");
        System.Console.WriteLine($"Simulated Salesforce:   {crms.Salesforce.BaseAddress}   ({crms.Salesforce.CountActivities():N0} activities; client sim-client, secret sim-secret)");
        System.Console.WriteLine($"Simulated Azure OpenAI: {crms.Model.BaseAddress}openai/v1/   (deployments crmsync-mini, crmsync-large, crmsync-embedding; api-key {ModelSimulatorOptions.DefaultKey})");
        System.Console.WriteLine("Open a CRM's address in a browser to see records as a rep would, and turn faults, quotas and clock at:");
        foreach (var address in new[] { crms.HubSpot.BaseAddress, crms.Salesforce.BaseAddress, crms.Model.BaseAddress })
            System.Console.WriteLine($"  {new Uri(address, "simulator/")}");
        System.Console.WriteLine("Ctrl+C stops.");
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

    public static Option<int> Model() => new("--model-port") { Description = "Port of the simulated Azure OpenAI", DefaultValueFactory = _ => 5083 };

    public static int Checked(int port, string option) => port is >= 0 and <= 65535
        ? port
        : throw new UsageException($"{option} is {port}; give a port from 1 to 65535, or 0 for any free one.");
}
