using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Simulator;
using CrmSync.Simulator.Seed;
using CrmSync.Storage;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Demo;

/// <summary>What became of one CRM's seeded activities, checked against what the CRM itself holds.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="Seeded">Activities in the CRM.</param>
/// <param name="Progress">Where the ledger says they stand.</param>
/// <param name="Labels">Current decisions, counted.</param>
/// <param name="Faults">Records that were lost or hold another value than the ledger says; empty when all is well.</param>
/// <param name="Agreement">Per taxonomy: decided rows that agree with the authors, and decided rows in all.</param>
internal sealed record SyncOutcome(
    Connection Connection, int Seeded, SyncProgress Progress, IReadOnlyList<AnswerCount> Labels, IReadOnlyList<string> Faults,
    IReadOnlyDictionary<string, (int Right, int Decided)> Agreement);

/// <summary>Checks, from the CRM's side, that every activity was labelled or abstained on and written.</summary>
internal static class SyncCheck
{
    private const int FaultsShown = 20;

    public static async Task<SyncOutcome> CheckAsync(
        Connection connection, ISimulatedCrm crm, SeedTruth truth, TaxonomySet taxonomies, Ledger ledger, CancellationToken cancellationToken)
    {
        var queries = new SyncQueries(ledger);
        var places = await ledger.ReadPlacesAsync(connection.Id, cancellationToken);
        var states = (await queries.ReadLabelsAsync(connection.Id, cancellationToken)).ToLookup(state => (state.ObjectType, state.ExternalId));
        var faults = new List<string>();
        var agreement = taxonomies.All.ToDictionary(taxonomy => taxonomy.Id, _ => (Right: 0, Decided: 0));
        var records = crm.ListActivities(0, int.MaxValue);
        foreach (var record in records)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var labels = states[(record.ObjectType, record.Id)].ToList();
            if (labels.Count < taxonomies.All.Count)
                faults.Add($"{record.ObjectType} {record.Id} was never decided about.");
            foreach (var label in labels)
            {
                // Where a linked record holds the labels of several activities, what stands there is looked at below.
                var own = !places.TryGetValue(record.ObjectType, out var place) || place.Kind == LabelPlaceKind.Activity;
                if (own && Differs(label, record, taxonomies, connection.Kind) is { } fault)
                    faults.Add(fault);
                Compare(label, record, truth, taxonomies, agreement);
            }
        }

        foreach (var standing in await queries.ReadStandingAsync(connection.Id, cancellationToken))
        {
            var held = crm.Find(standing.TargetType, standing.TargetId)?.Properties.GetValueOrDefault(standing.Property);
            if (standing.Status != "kept" && !string.Equals(held ?? "", standing.Value ?? "", StringComparison.Ordinal))
                faults.Add($"{standing.TargetType} {standing.TargetId} holds {standing.Property} = '{held}', written was '{standing.Value}'.");
        }

        var progress = await queries.ReadProgressAsync(connection.Id, cancellationToken);
        var counts = await queries.CountLabelsAsync(connection.Id, cancellationToken);
        return new SyncOutcome(connection, records.Count, progress, counts, [.. faults.Take(FaultsShown)], agreement);
    }

    private static string? Differs(LabelState label, SimulatedRecord record, TaxonomySet taxonomies, string kind)
    {
        if (label.Status == "unsure" || label.IntentStatus == "kept")
            return null;
        var taxonomy = taxonomies[label.Taxonomy];
        var held = record.Properties.GetValueOrDefault(taxonomy.Properties[kind]);
        var wanted = label.Status == "abstained" ? null : taxonomy.Find(label.Label)?.Value;
        return string.Equals(held ?? "", wanted ?? "", StringComparison.Ordinal)
            ? null
            : $"{record.ObjectType} {record.Id} holds {label.Taxonomy} = '{held}', decided was '{wanted}' (its write is {label.IntentStatus ?? "missing"}).";
    }

    private static void Compare(
        LabelState label, SimulatedRecord record, SeedTruth truth, TaxonomySet taxonomies, Dictionary<string, (int Right, int Decided)> agreement)
    {
        if (label.Status == "unsure" || !truth.TryFind(record.SourceId, out var engagement, out var stage))
            return;
        var expected = label.Taxonomy == "engagement" ? engagement : stage;
        var answered = label.Status == "abstained" ? null : taxonomies[label.Taxonomy].Find(label.Label)?.Value;
        var (right, decided) = agreement[label.Taxonomy];
        agreement[label.Taxonomy] = (right + (expected == answered ? 1 : 0), decided + 1);
    }
}
