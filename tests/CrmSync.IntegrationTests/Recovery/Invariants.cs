using CrmSync.Pipeline.Taxonomies;
using CrmSync.Simulator;
using CrmSync.Storage;
using Dapper;
using Shouldly;

namespace CrmSync.IntegrationTests.Recovery;

/// <summary>The invariants I1-I6, asked of the ledger and of the simulated CRMs' own property history.</summary>
internal static class Invariants
{
    public static async Task AssertAsync(Ledger ledger, IReadOnlyList<ISimulatedCrm> crms, CancellationToken cancellationToken)
    {
        await using var connection = await ledger.OpenReadAsync(cancellationToken);
        foreach (var crm in crms)
        {
            var connectionId = await connection.ExecuteScalarAsync<long>("select id from connection where kind = @Kind", new { crm.Kind });
            await EverythingIsAccountedForAsync(connection, connectionId, crm);
            await EveryWriteHasItsIntentAsync(connection, connectionId, crm);
        }
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
            "select count(*) from watermark w where exists (select 1 from scan s where s.connection_id = w.connection_id and s.object_type = w.object_type " +
            "and s.kind in ('settled', 'backfill') and s.status = 'open' and s.from_at < w.at and s.to_at < w.at)"))
            .ShouldBe(0, "I5: the watermark moves only behind drained scans");
    }

    private static async Task EverythingIsAccountedForAsync(System.Data.Common.DbConnection connection, long connectionId, ISimulatedCrm crm)
    {
        var known = (await connection.QueryAsync<(string Type, string Id, string Status)>(
            "select object_type, external_id, status from activity where connection_id = @connectionId", new { connectionId }))
            .ToDictionary(row => (row.Type, row.Id), row => row.Status);
        foreach (var record in crm.ListActivities(0, int.MaxValue))
        {
            known.TryGetValue((record.ObjectType, record.Id), out var status).ShouldBeTrue($"I1: {crm.Kind} {record.ObjectType} {record.Id} is in the ledger");
            status.ShouldBe("decided", $"I1: {crm.Kind} {record.ObjectType} {record.Id}");
        }
    }

    private static async Task EveryWriteHasItsIntentAsync(System.Data.Common.DbConnection connection, long connectionId, ISimulatedCrm crm)
    {
        var intents = (await connection.QueryAsync<(string Type, string Id, string Property, string? Value, string Status)>(
            "select target_type, target_id, property, value, status from intent where connection_id = @connectionId", new { connectionId }))
            .ToLookup(row => (row.Type, row.Id, row.Property));
        var properties = TaxonomySet.LoadShipped().All.Select(taxonomy => taxonomy.Properties[crm.Kind]).ToList();
        foreach (var record in crm.ListActivities(0, int.MaxValue))
        {
            foreach (var property in properties)
            {
                var history = crm.History(record.ObjectType, record.Id, property);
                var writes = history.Where(change => change.By == "app").ToList();
                var applied = intents[(record.ObjectType, record.Id, property)].Where(intent => intent.Status == "applied").ToList();
                writes.Select(write => write.Value ?? "").ShouldBe(
                    applied.Select(intent => intent.Value ?? ""), ignoreOrder: true,
                    $"I3, I6: {crm.Kind} {record.ObjectType} {record.Id} {property} holds exactly the writes that the ledger announced");
                if (history.Any(change => change.By == "person"))
                    history[^1].By.ShouldBe("person", $"I4: {crm.Kind} {record.ObjectType} {record.Id} {property} was changed by a person and stays");
            }
        }
    }
}
