using System.CommandLine;
using System.Text.Json;
using CrmSync.Pipeline.Model;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using Spectre.Console;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync doctor</c>: checks configuration, taxonomies, Unicode, ledger and every connection; each line says the way out.</summary>
internal static class DoctorCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var asJson = new Option<bool>("--json") { Description = "Print JSON for a script" };
        var command = new Command("doctor", "Checks configuration, ledger, credentials, scopes, quotas and clock") { asJson };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(parsed.GetValue(CommandLine.Config), parsed.GetValue(asJson), token)));
        return command;
    }

    private static async Task<int> RunAsync(string? config, bool asJson, CancellationToken cancellationToken)
    {
        var settings = SettingsReader.Read(config);
        var lines = new List<(string Part, HealthCheck Check)> { ("configuration", Configuration(settings)), ("unicode", Unicode()), ("taxonomies", Taxonomies(settings)) };
        lines.Add(("ledger", await LedgerAsync(settings, cancellationToken)));
        if (settings.Connections.Count > 0)
        {
            var (owner, connectors) = ConnectionChoice.Open(settings, null);
            await using var ownership = owner;
            foreach (var connector in connectors)
                lines.AddRange((await connector.CheckAsync(cancellationToken)).Select(check => (connector.Key, check)));
        }

        if (asJson)
            System.Console.WriteLine(JsonSerializer.Serialize(lines.Select(line => new { part = line.Part, name = line.Check.Name, state = line.Check.State.ToString().ToLowerInvariant(), sentence = line.Check.Sentence, fix = line.Check.Fix }), Json));
        else
            Show(lines);
        return lines.Any(line => line.Check.State == HealthState.Fail) ? CommandLine.Failed : CommandLine.Done;
    }

    private static HealthCheck Configuration(ServiceSettings settings) => settings.Connections.Count == 0
        ? new HealthCheck("Connections", HealthState.Warn, "No connection is configured.", "Add one under CrmSync:Connections; README.md shows how.")
        : new HealthCheck("Connections", HealthState.Pass, $"{settings.Connections.Count} configured: {string.Join(", ", settings.Connections.Select(c => c.Key))}.");

    // NFKC silently does nothing where globalization is invariant; text would be decided about in a form that nobody tested.
    private static HealthCheck Unicode() => "\uFB01".Normalize(System.Text.NormalizationForm.FormKC) == "fi"
        ? new HealthCheck("Globalization", HealthState.Pass, "Unicode text is normalised.")
        : new HealthCheck("Globalization", HealthState.Fail, "This machine runs .NET in invariant globalization mode, so Unicode text is not normalised.",
            "Install ICU (Debian: libicu) and unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.");

    private static HealthCheck Taxonomies(ServiceSettings settings)
    {
        var taxonomies = HostFactory.LoadTaxonomies(settings);
        return new HealthCheck("Taxonomies", HealthState.Pass, string.Join(", ", taxonomies.All.Select(t => $"{t.Id} {t.Version} ({t.Labels.Count} labels)")) + ".");
    }

    private static async Task<HealthCheck> LedgerAsync(ServiceSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            await using var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, cancellationToken);
            var connections = await ledger.ListConnectionsAsync(cancellationToken);
            return new HealthCheck("Ledger", HealthState.Pass, $"Opens, its schema is current, and it knows {connections.Count} connections.");
        }
        catch (Storage.LedgerException fault)
        {
            return new HealthCheck("Ledger", HealthState.Fail, fault.Message, "");
        }
    }

    private static void Show(List<(string Part, HealthCheck Check)> lines)
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
