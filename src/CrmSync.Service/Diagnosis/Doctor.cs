using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Commands;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Storage;

namespace CrmSync.Service.Diagnosis;

/// <summary>One line of a diagnosis.</summary>
/// <param name="Part">What was examined: configuration, ledger, or the key of a connection.</param>
/// <param name="Check">What was found.</param>
internal sealed record Finding(string Part, HealthCheck Check);

/// <summary>Examines everything that a running service needs. Changes nothing, and one broken part never hides another.</summary>
internal static class Doctor
{
    public static async Task<IReadOnlyList<Finding>> ExamineAsync(ServiceSettings settings, CancellationToken cancellationToken)
    {
        var taxonomies = HostFactory.LoadTaxonomies(settings);
        var findings = new List<Finding>
        {
            new("configuration", Connections(settings)), new("unicode", Unicode()), new("taxonomies", Taxonomies(taxonomies)),
        };
        var (ledger, state) = await OpenLedgerAsync(settings, cancellationToken);
        await using var opened = ledger;
        findings.Add(new Finding("ledger", state));
        findings.AddRange((await new HostedExam(settings, taxonomies, ledger).RunAsync(cancellationToken)).Select(check => new Finding("hosted model", check)));
        if (settings.Connections.Count == 0)
            return findings;

        var (owner, connectors) = ConnectionChoice.Open(settings, null, ledger);
        await using var ownership = owner;
        foreach (var connector in connectors)
            findings.AddRange((await new ConnectionExam(settings, connector, taxonomies, ledger).RunAsync(cancellationToken)).Select(check => new Finding(connector.Key, check)));
        return findings;
    }

    private static HealthCheck Connections(ServiceSettings settings) => settings.Connections.Count == 0
        ? new HealthCheck("Connections", HealthState.Warn, "No connection is configured.", "Add one under CrmSync:Connections; README.md shows how.")
        : new HealthCheck("Connections", HealthState.Pass, $"{settings.Connections.Count} configured: {string.Join(", ", settings.Connections.Select(c => c.Key))}.");

    // NFKC silently does nothing where globalization is invariant; text would be decided about in a form that nobody tested.
    private static HealthCheck Unicode() => "\uFB01".Normalize(System.Text.NormalizationForm.FormKC) == "fi"
        ? new HealthCheck("Globalization", HealthState.Pass, "Unicode text is normalised.")
        : new HealthCheck("Globalization", HealthState.Fail, "This machine runs .NET in invariant globalization mode, so Unicode text is not normalised.",
            "Install ICU (Debian: libicu) and unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.");

    private static HealthCheck Taxonomies(TaxonomySet taxonomies) => new(
        "Taxonomies", HealthState.Pass, string.Join(", ", taxonomies.All.Select(t => $"{t.Id} {t.Version} ({t.Labels.Count} labels)")) + ".");

    private static async Task<(Ledger? Ledger, HealthCheck State)> OpenLedgerAsync(ServiceSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, cancellationToken);
            var connections = await ledger.ListConnectionsAsync(cancellationToken);
            return (ledger, new HealthCheck("Ledger", HealthState.Pass, $"Opens, its schema is current, and it knows {connections.Count} connections."));
        }
        catch (LedgerException fault)
        {
            return (null, new HealthCheck("Ledger", HealthState.Fail, fault.Message));
        }
    }
}
