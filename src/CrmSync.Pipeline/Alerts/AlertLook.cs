using CrmSync.Pipeline.Budgets;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Alerts;

/// <summary>Gathers the signs and lets the rules judge them. One look at a time.</summary>
public sealed class AlertLook(IAlertStore store, IBudgetReader budgets, IConnectorCatalog connectors, IAlertLimits limits, TimeProvider clock)
{
    private static readonly TimeSpan MixEvery = TimeSpan.FromHours(1);

    private readonly DateTimeOffset _since = clock.GetUtcNow();
    private DateTimeOffset _mixesReadAt = DateTimeOffset.MinValue;

    /// <summary>The verdicts of this moment, those about things that are no longer watched included.</summary>
    public async Task<IReadOnlyList<AlertVerdict>> JudgeAsync(CancellationToken cancellationToken)
    {
        var known = await store.ListAlertsAsync(cancellationToken);
        var options = limits.Current;
        var signs = await ReadAsync(options, cancellationToken);
        var verdicts = AlertRules.Judge(signs, known.Where(thing => thing.State is AlertState.Broken).Select(thing => thing.Key).ToHashSet(), options);
        var judged = verdicts.Select(verdict => verdict.Key).ToHashSet();
        // A schedule that was switched off, a connection that was taken out: nobody can mend it any more. A spread is looked at less often, and may have too few rows.
        var gone = known.Where(thing => thing.State is AlertState.Broken && thing.Kind is not (AlertKind.Mix or AlertKind.Test) && !judged.Contains(thing.Key));
        return [.. verdicts, .. gone.Select(thing => new AlertVerdict(thing.Key, thing.Kind, null, AlertState.Fine, $"{thing.Key} is not watched any more."))];
    }

    private async Task<AlertSigns> ReadAsync(AlertOptions options, CancellationToken cancellationToken)
    {
        var signs = await store.ReadSignsAsync(_since, cancellationToken);
        var connections = new List<ConnectionSigns>();
        foreach (var connection in signs.Connections)
        {
            if (connectors.Find(connection.Key) is not { } connector)
                continue;
            var day = connector.QuotaDayAt(signs.At);
            connections.Add(day is null ? connection : connection with { Requests = await budgets.ReadRequestsAsync(connection.Key, day, signs.At, cancellationToken) });
        }
        var ids = connections.Select(connection => connection.Id).ToHashSet();
        signs = signs with { Connections = connections, Schedules = [.. signs.Schedules.Where(schedule => schedule.ConnectionId is not { } id || ids.Contains(id))] };
        if (options.HostedBudgetMicros is { } budget)
            signs = signs with { Hosted = await budgets.ReadHostedAsync(budget, signs.At, cancellationToken) };
        if (clock.GetUtcNow() - _mixesReadAt < MixEvery)
            return signs;
        signs = signs with { Mixes = await store.ReadMixesAsync(cancellationToken) };
        _mixesReadAt = clock.GetUtcNow();
        return signs;
    }
}
