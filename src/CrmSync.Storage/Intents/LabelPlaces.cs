using System.Data.Common;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Storage.Activities;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Intents;

/// <summary>
/// Where labels live. A changed place is stored together with a mark that its activities have not followed yet; they follow in pieces, each with the mark moved on
/// in one transaction. Whoever is interrupted leaves the mark behind, and the next gathering, or the next save, goes on from it.
/// </summary>
internal sealed class LabelPlaces(LedgerDatabase database) : ILabelPlaceStore
{
    // Looked at in one transaction; each brings a few rows at most.
    private const int ActivitiesAtOnce = 1_000;

    private static readonly RowShape<(string Type, LabelPlace Place)> Rows = new(
        new RowShape<(string Type, LabelPlace Place)>.Text("object_type", row => row.Type),
        new RowShape<(string Type, LabelPlace Place)>.Text("kind", row => Stored.Name(row.Place.Kind)),
        new RowShape<(string Type, LabelPlace Place)>.Text("object_types", row => LedgerJson.Write(row.Place.ObjectTypes)),
        new RowShape<(string Type, LabelPlace Place)>.Text("sentence", row => row.Place.Sentence));

    public Task<IReadOnlyDictionary<string, LabelPlace>> ReadPlacesAsync(long connectionId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => ReadAsync(session, connectionId), cancellationToken);

    public async Task<IReadOnlyList<string>> SavePlacesAsync(
        long connectionId, IReadOnlyDictionary<string, LabelPlace> places, CancellationToken cancellationToken)
    {
        var changed = await database.WriteAsync(connectionId, session => StoreAsync(session, connectionId, places), cancellationToken);
        while (await database.WriteAsync(connectionId, session => FollowAsync(session, connectionId), cancellationToken))
        {
        }

        return changed;
    }

    public static async Task<IReadOnlyDictionary<string, LabelPlace>> ReadAsync(Session session, long connectionId)
    {
        var rows = await session.QueryAsync(
            "select object_type, kind, object_types, sentence from label_place where connection_id = @connectionId order by object_type",
            new { connectionId },
            reader => (Type: reader.GetString(0), Place: Read(reader)));
        return rows.ToDictionary(row => row.Type, row => row.Place);
    }

    /// <summary>Lets the next activities follow a changed place.</summary>
    /// <returns>Whether there may be more to do.</returns>
    public static async Task<bool> FollowAsync(Session session, long connectionId)
    {
        var place = await session.FirstAsync(
            "select object_type, replan_after_id from label_place where connection_id = @connectionId and replan_after_id is not null order by object_type limit 1",
            new { connectionId },
            reader => new Mark(reader.GetString(0), reader.GetInt64(1)));
        if (place is null)
            return false;
        var upTo = await session.ScalarAsync(
            $"select max(id) from (select id from activity where id > @AfterId order by id limit {ActivitiesAtOnce}) w", new { place.AfterId });
        await session.ExecuteAsync(
            "update label_place set replan_after_id = @upTo where connection_id = @connectionId and object_type = @ObjectType",
            new { upTo, connectionId, place.ObjectType });
        if (upTo is null)
            return true;
        var step = LedgerStep.Of(session, connectionId);
        // The plus keeps SQLite on the row ids. A twin of the type holds a second copy of another type's label.
        step.Retargeted.UnionWith(await session.QueryAsync(
            """
            select a.id from activity a
            where a.id > @AfterId and a.id <= @upTo and +a.connection_id = @connectionId
              and (a.object_type = @ObjectType or exists (
                select 1 from activity_link t where t.activity_id = a.id and t.role = 'twin' and t.object_type = @ObjectType))
            """,
            new { place.AfterId, upTo, connectionId, place.ObjectType },
            reader => reader.GetInt64(0)));
        await step.FinishAsync();
        return true;
    }

    private static async Task<IReadOnlyList<string>> StoreAsync(Session session, long connectionId, IReadOnlyDictionary<string, LabelPlace> places)
    {
        var known = await ReadAsync(session, connectionId);
        var rows = places.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (Type: pair.Key, Place: pair.Value)).ToList();
        IReadOnlyList<(string Type, LabelPlace Place)> moved = [.. rows.Where(row => !IsSame(known.GetValueOrDefault(row.Type), row.Place))];
        // A type that is first seen now, and holds its own labels, always did so; only twins of it may have to follow.
        await session.ExecuteRowsAsync(
            """
            insert into label_place (connection_id, object_type, kind, object_types, sentence, changed_at, replan_after_id)
            select @connectionId, r.object_type, r.kind, r.object_types, r.sentence, @Now,
              case when r.kind <> 'activity' or exists (select 1 from activity_link t where t.role = 'twin') then 0 end
            from $rows r where true
            on conflict (connection_id, object_type) do update set kind = excluded.kind, object_types = excluded.object_types, sentence = excluded.sentence,
              changed_at = excluded.changed_at, replan_after_id = 0
            """,
            Rows,
            moved,
            new { connectionId, session.Now });
        await session.ExecuteRowsAsync(
            """
            update label_place set sentence = r.sentence from $rows r
            where label_place.connection_id = @connectionId and label_place.object_type = r.object_type and label_place.sentence <> r.sentence
            """,
            Rows,
            [.. rows.Except(moved)],
            new { connectionId });
        return [.. moved.Where(row => known.ContainsKey(row.Type) || row.Place.Kind is not LabelPlaceKind.Activity).Select(row => row.Type)];
    }

    private static bool IsSame(LabelPlace? known, LabelPlace place) =>
        known is not null && known.Kind == place.Kind && known.ObjectTypes.SequenceEqual(place.ObjectTypes);

    private static LabelPlace Read(DbDataReader reader) =>
        new(Stored.Parse<LabelPlaceKind>(reader.GetString(1)), LedgerJson.ReadNames(reader.GetString(2)), reader.GetString(3));

    private sealed record Mark(string ObjectType, long AfterId);
}
