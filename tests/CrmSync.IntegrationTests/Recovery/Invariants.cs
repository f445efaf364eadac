using System.Data.Common;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Simulator;
using CrmSync.Storage;
using Dapper;
using Shouldly;

namespace CrmSync.IntegrationTests.Recovery;

/// <summary>The invariants I1-I6, asked of the ledger and of the simulated CRMs' own property history.</summary>
internal static class Invariants
{
    /// <summary>Asserts all of them, for a run in which every write was answered or settled.</summary>
    public static async Task AssertAsync(Ledger ledger, IReadOnlyList<ISimulatedCrm> crms, CancellationToken cancellationToken)
    {
        await using var connection = await ledger.OpenReadAsync(cancellationToken);
        foreach (var crm in crms)
        {
            var connectionId = await ConnectionOfAsync(connection, crm);
            foreach (var (key, status) in await ReadStatusesAsync(connection, connectionId, crm))
                status.ShouldBe("decided", $"I1: {crm.Kind} {key}");
            await EveryWriteHasItsIntentAsync(connection, connectionId, crm);
        }
        await AssertLedgerAsync(connection);
    }

    /// <summary>What the ledger alone must hold to, whatever happened to the writes.</summary>
    public static async Task AssertLedgerAsync(DbConnection connection)
    {
        (await connection.ExecuteScalarAsync<long>(
            "select count(*) from (select activity_id, taxonomy from decision where superseded_at is null group by 1, 2 having count(*) > 1) doubled"))
            .ShouldBe(0, "I2: one current label per activity and taxonomy");
        (await connection.ExecuteScalarAsync<long>(
            "select count(*) from intent where status in ('pending', 'sending', 'unknown')")).ShouldBe(0, "I3: every intent ended");
        (await connection.ExecuteScalarAsync<long>(
            "select count(*) from intent i where not exists (select 1 from outcome o where o.intent_id = i.id and o.status = i.status)"))
            .ShouldBe(0, "I3: every end of an intent is a row of its history");
        (await connection.ExecuteScalarAsync<long>(
            "select count(*) from intent i where i.status = 'applied' and not exists (select 1 from outcome o where o.intent_id = i.id and o.status = 'sending')"))
            .ShouldBe(0, "I3: nothing was sent without being saved as sending first");
        (await connection.ExecuteScalarAsync<long>(
            "select count(*) from intent i where i.status in ('rejected', 'superseded', 'kept') and coalesce(i.code, '') = ''"))
            .ShouldBe(0, "I3: what was not written has a reason");
        (await connection.ExecuteScalarAsync<long>(
            "select count(*) from activity where status = 'dead' and (coalesce(dead_code, '') = '' or coalesce(dead_message, '') = '')"))
            .ShouldBe(0, "I1: what was put aside has a reason");
        (await connection.ExecuteScalarAsync<long>(
            "select count(*) from watermark w where exists (select 1 from scan s where s.connection_id = w.connection_id and s.object_type = w.object_type " +
            "and s.kind in ('settled', 'backfill') and s.status = 'open' and s.from_at < w.at and s.to_at < w.at)"))
            .ShouldBe(0, "I5: the watermark moves only behind drained scans");
    }

    /// <summary>The ledger's id of a CRM's connection.</summary>
    public static Task<long> ConnectionOfAsync(DbConnection connection, ISimulatedCrm crm) =>
        connection.ExecuteScalarAsync<long>("select id from connection where kind = @Kind", new { crm.Kind });

    /// <summary>The ledger's state of every activity that the CRM has; fails where it does not know one (I1).</summary>
    public static async Task<IReadOnlyDictionary<(string Type, string Id), string>> ReadStatusesAsync(DbConnection connection, long connectionId, ISimulatedCrm crm)
    {
        var known = (await connection.QueryAsync<(string Type, string Id, string Status)>(
            "select object_type, external_id, status from activity where connection_id = @connectionId", new { connectionId }))
            .ToDictionary(row => (row.Type, row.Id), row => row.Status);
        var found = new Dictionary<(string, string), string>();
        foreach (var record in crm.ListActivities(0, int.MaxValue))
        {
            known.TryGetValue((record.ObjectType, record.Id), out var status).ShouldBeTrue($"I1: {crm.Kind} {record.ObjectType} {record.Id} is in the ledger");
            found[(record.ObjectType, record.Id)] = status!;
        }
        return found;
    }

    private static async Task EveryWriteHasItsIntentAsync(DbConnection connection, long connectionId, ISimulatedCrm crm)
    {
        foreach (var place in await LabelPlaces.ReadAsync(connection, connectionId, crm))
        {
            var writes = place.History.Where(change => change.By == "app").Select(change => change.Value ?? "");
            writes.ShouldBe(
                place.Intents.Where(intent => intent.Status == "applied").Select(intent => intent.Value ?? ""), ignoreOrder: true,
                $"I3, I6: {crm.Kind} {place} holds exactly the writes that the ledger announced");
            if (place.History.Any(change => change.By == "person"))
                place.History[^1].By.ShouldBe("person", $"I4: {crm.Kind} {place} was changed by a person and stays");
        }
    }
}

/// <summary>A write as the ledger has it.</summary>
internal sealed record PlaceIntent(long Id, string? Value, string Status);

/// <summary>One label property of one record: what the CRM says was done to it, and what the ledger says.</summary>
internal sealed record LabelPlaces(
    string ObjectType, string ExternalId, string Property, IReadOnlyList<SimulatedChange> History, IReadOnlyList<PlaceIntent> Intents)
{
    /// <summary>Every record that a write names, and every activity: labels of notes and mails stand on what they hang on, and on a mail's twin.</summary>
    public static async Task<IReadOnlyList<LabelPlaces>> ReadAsync(DbConnection connection, long connectionId, ISimulatedCrm crm)
    {
        var intents = (await connection.QueryAsync<(long Id, string Type, string External, string Property, string? Value, string Status)>(
            "select id, target_type, target_id, property, value, status from intent where connection_id = @connectionId order by id", new { connectionId }))
            .ToLookup(row => (row.Type, row.External, row.Property), row => new PlaceIntent(row.Id, row.Value, row.Status));
        var properties = TaxonomySet.LoadShipped().All.Select(taxonomy => taxonomy.Properties[crm.Kind]).ToList();
        var keys = crm.ListActivities(0, int.MaxValue).SelectMany(record => properties.Select(property => (record.ObjectType, record.Id, property)))
            .Union(intents.Select(group => group.Key));
        return [.. keys.Select(key => new LabelPlaces(key.Item1, key.Item2, key.Item3, Read(crm, key.Item1, key.Item2, key.Item3), [.. intents[key]]))];
    }

    public override string ToString() => $"{ObjectType} {ExternalId} {Property}";

    // Of a type without such a property the history is empty.
    private static IReadOnlyList<SimulatedChange> Read(ISimulatedCrm crm, string type, string id, string property) =>
        crm.Find(type, id) is null ? [] : crm.History(type, id, property);
}
