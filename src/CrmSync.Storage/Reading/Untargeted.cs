using System.Data.Common;
using CrmSync.Storage.Activities;
using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>Counts activities that are decided and whose labels no record can hold yet, because the CRM refuses them on the activity and it hangs on nothing that can.</summary>
internal static class Untargeted
{
    public static async Task<long> CountAsync(DbConnection db, long connectionId, CancellationToken cancellationToken)
    {
        var places = await OverviewQueries.ListAsync<PlaceRow>(
            db, "select object_type as ObjectType, object_types as ObjectTypes from label_place where connection_id = @connectionId and kind = 'linked'",
            new { connectionId }, cancellationToken).ConfigureAwait(false);
        long count = 0;
        foreach (var place in places)
        {
            var parameters = new DynamicParameters(new { connectionId, place.ObjectType });
            var types = LedgerJson.ReadNames(place.ObjectTypes);
            for (var index = 0; index < types.Count; index++)
                parameters.Add($"type{index}", types[index]);
            var listed = types.Count is 0 ? "''" : string.Join(", ", types.Select((_, index) => $"@type{index}"));
            // Only a label that says something is missed anywhere; an abstention asks for nothing.
            count += await db.ExecuteScalarAsync<long>(new CommandDefinition(
                $"""
                select count(*) from activity a
                where a.connection_id = @connectionId and a.object_type = @ObjectType and a.status = 'decided' and a.gone_at is null
                  and exists (select 1 from decision d where d.activity_id = a.id and d.superseded_at is null and d.write_value is not null)
                  and not exists (select 1 from activity_link l where l.activity_id = a.id and l.role <> 'twin' and l.object_type in ({listed}))
                """,
                parameters,
                cancellationToken: cancellationToken)).ConfigureAwait(false);
        }

        return count;
    }

    private sealed record PlaceRow
    {
        public string ObjectType { get; init; } = "";

        public string ObjectTypes { get; init; } = "";
    }
}
