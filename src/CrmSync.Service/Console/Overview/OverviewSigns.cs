using CrmSync.Pipeline.Alerts;
using CrmSync.Pipeline.Budgets;
using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Model;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Overview;

/// <summary>What the first page shows beside the flow: budgets, open alerts, proofs of completeness, labels over time.</summary>
internal sealed record Signs
{
    /// <summary>Days the charts of labels look back.</summary>
    public const int Days = 60;

    /// <summary>Requests of the day, by connection id; connections whose requests nobody counts are left out.</summary>
    public required IReadOnlyDictionary<long, BudgetForecast> Requests { get; init; }

    /// <summary>What the hosted model may cost today, in millionths of a US dollar; null where none is configured.</summary>
    public required BudgetForecast? Hosted { get; init; }

    /// <summary>Whether a hosted model is configured.</summary>
    public required bool HasHosted { get; init; }

    /// <summary>What is broken now, the newest first.</summary>
    public required IReadOnlyList<WatchedThing> Alerts { get; init; }

    /// <summary>The latest comparison with the CRM of each type, by connection id.</summary>
    public required ILookup<long, CompletenessRow> Proofs { get; init; }

    /// <summary>Labels of the last <see cref="Days"/> days, from the roll-up.</summary>
    public required IReadOnlyList<LabelDay> Labels { get; init; }

    /// <summary>Midnight UTC of the first of these days.</summary>
    public required DateTimeOffset From { get; init; }
}

/// <summary>Reads what the first page shows beside the flow. Thread-safe.</summary>
internal sealed class OverviewSigns(LedgerReader ledger, HostedDesk desk, TimeProvider time, IConnectorCatalog? connectors = null, IAlertStore? alerts = null)
{
    /// <summary>Reads them.</summary>
    public async Task<Signs> ReadAsync(IReadOnlyList<ConnectionView> connections, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var from = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddDays(1 - Signs.Days);
        var requests = new Dictionary<long, BudgetForecast>();
        foreach (var connection in connections)
        {
            if (connectors?.Find(connection.Key)?.QuotaDayAt(now) is { } day)
                requests[connection.Id] = await ledger.Budgets.ReadRequestsAsync(connection.Key, day, now, cancellationToken);
        }
        return new Signs
        {
            Requests = requests,
            HasHosted = desk.Auditor is not null,
            Hosted = desk.Auditor is not null && desk.DailyBudgetUsd is > 0 and var budget ? await ledger.Budgets.ReadHostedAsync((long)(budget * 1_000_000), now, cancellationToken) : null,
            Alerts = alerts is null ? [] : [.. (await alerts.ListAlertsAsync(cancellationToken)).Where(alert => alert.State == AlertState.Broken).OrderByDescending(alert => alert.Since)],
            Proofs = (await ledger.Completeness.ReadLatestAsync(cancellationToken)).ToLookup(row => row.ConnectionId),
            Labels = await ledger.LabelDays.ReadAsync(from, cancellationToken),
            From = from,
        };
    }
}
