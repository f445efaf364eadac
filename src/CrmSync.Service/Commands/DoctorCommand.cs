using System.CommandLine;
using System.Text.Json;
using CrmSync.Pipeline.Model;
using CrmSync.Service.Diagnosis;
using CrmSync.Service.Settings;
using Spectre.Console;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync doctor</c>: checks everything that a running service needs; each line says the way out.</summary>
internal static class DoctorCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var asJson = new Option<bool>("--json") { Description = "Print JSON for a script" };
        var command = new Command(
            "doctor", "Checks configuration, ledger, credentials, scopes, properties, quotas, clock and notices") { asJson };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(parsed.GetValue(CommandLine.Config), parsed.GetValue(asJson), token)));
        return command;
    }

    private static async Task<int> RunAsync(string? config, bool asJson, CancellationToken cancellationToken)
    {
        var lines = await Doctor.ExamineAsync(SettingsReader.Read(config), cancellationToken);
        if (asJson)
            System.Console.WriteLine(JsonSerializer.Serialize(lines.Select(line => new { part = line.Part, name = line.Check.Name, state = line.Check.State.ToString().ToLowerInvariant(), sentence = line.Check.Sentence, fix = line.Check.Fix }), Json));
        else
            Show(lines);
        return lines.Any(line => line.Check.State == HealthState.Fail) ? CommandLine.Failed : CommandLine.Done;
    }

    private static void Show(IReadOnlyList<Finding> lines)
    {
        var table = new Table().AddColumns("Part", "Check", "State", "Found", "Way out");
        foreach (var (part, check) in lines)
        {
            var colour = check.State switch { HealthState.Pass => "green", HealthState.Warn => "yellow", HealthState.Fail => "red" };
            table.AddRow(
                Markup.Escape(part), Markup.Escape(check.Name), $"[{colour}]{check.State.ToString().ToLowerInvariant()}[/]", Markup.Escape(check.Sentence), Markup.Escape(check.Fix));
        }
        AnsiConsole.Write(table);
    }
}
