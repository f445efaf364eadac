using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Review;
using CrmSync.Storage.Activities;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Review;

/// <summary>Finds activities that people speak about, their edits in the CRM, and what they teach.</summary>
internal sealed class CorrectionReading(LedgerDatabase database)
{
    private const int TextsAtOnce = 200;
    private const string Judged = "a.id, a.connection_id, c.kind, a.content_hash, a.type, case when a.status = 'erased' then 1 else 0 end";

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    private static readonly RowShape<Name> Names = new(
        new RowShape<Name>.Long("at", name => name.At),
        new RowShape<Name>.Text("connection", name => name.Connection),
        new RowShape<Name>.Text("object_type", name => name.ObjectType),
        new RowShape<Name>.Text("external_id", name => name.ExternalId));

    public Task<IReadOnlyList<JudgedActivity?>> FindAsync(IReadOnlyList<ActivityName> names, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<JudgedActivity?>>(
            async session =>
            {
                var byId = (await session.QueryRowsAsync(
                    $"select {Judged} from $rows r $join activity a on a.id = r.id join connection c on c.id = a.connection_id",
                    Ids,
                    [.. names.Select(name => name.Id).OfType<long>().Distinct()],
                    null,
                    reader => ReadJudged(reader, 0))).ToDictionary(activity => activity.Id);
                var byName = (await session.QueryRowsAsync(
                    $"""
                    select r.at, {Judged} from $rows r join connection c on c.key = r.connection
                    $join activity a on a.connection_id = c.id and a.object_type = r.object_type and a.external_id = r.external_id
                    """,
                    Names,
                    await ExpandAsync(session, names),
                    null,
                    reader => (At: (int)reader.GetInt64(0), Activity: ReadJudged(reader, 1)))).ToLookup(row => row.At, row => row.Activity);
                return [.. names.Select((name, at) => name.Id is { } id ? byId.GetValueOrDefault(id) : byName[at].Count() is 1 ? byName[at].Single() : null)];
            },
            cancellationToken);

    public async Task<IReadOnlyList<CrmEdit>> ReadEditsAsync(int limit, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            async session =>
            {
                var kept = await ReadEditsAsync(session, "coalesce(i.value_after, i.value_before)", "intent i", "i.status = 'kept' and i.edit_seen_at is null and i.actor = 'human'", limit);
                var drifted = await ReadEditsAsync(
                    session, "f.value_crm", "completeness_item f join intent i on i.id = f.intent_id",
                    "f.kind = 'drifted' and f.actor = 'human' and f.edit_seen_at is null", limit - kept.Count);
                // Of several looks that found the same label changed, the last one tells what stands there.
                return kept.Concat(drifted.GroupBy(edit => edit.IntentId).Select(group => group.Last())).ToList();
            },
            cancellationToken);

    private static async Task<List<CrmEdit>> ReadEditsAsync(Session session, string value, string from, string where, int limit) =>
        limit is 0 ? [] : await session.QueryAsync(
            $"""
            select i.id, i.taxonomy, {value},
              case when i.is_shared = 0 and a.gone_at is null and d.content_hash = a.content_hash and coalesce(n.decided_by, '') <> 'person' then 1 else 0 end, {Judged}
            from {from}
            join activity a on a.id = i.activity_id
            join connection c on c.id = a.connection_id
            join decision d on d.id = i.decision_id
            left join decision n on n.activity_id = i.activity_id and n.taxonomy = i.taxonomy and n.superseded_at is null
            where {where}
            order by i.id limit @limit
            """,
            new { limit },
            reader => new CrmEdit(reader.GetInt64(0), ReadJudged(reader, 4), reader.GetString(1), reader.TextOrNull(2), reader.GetInt32(3) is 1));

    public Task MarkEditsSeenAsync(IReadOnlyList<long> intentIds, CancellationToken cancellationToken) =>
        intentIds.Count is 0 ? Task.CompletedTask : database.WriteAsync(
            null,
            async session =>
            {
                IReadOnlyList<long> ids = [.. intentIds.Order()];
                await session.ExecuteRowsAsync(
                    "update intent set edit_seen_at = @Now from $rows r where intent.id = r.id and intent.status = 'kept' and intent.edit_seen_at is null",
                    Ids, ids, new { session.Now });
                return await session.ExecuteRowsAsync(
                    """
                    update completeness_item set edit_seen_at = @Now from $rows r
                    where completeness_item.intent_id = r.id and completeness_item.kind = 'drifted' and completeness_item.edit_seen_at is null
                    """,
                    Ids, ids, new { session.Now });
            },
            cancellationToken);

    public async IAsyncEnumerable<TrainingRow> ReadTrainingRowsAsync(double weight, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (long? after = 0; after is { } from;)
        {
            var (texts, said) = await database.ReadAsync(session => ReadTextsAsync(session, from), cancellationToken);
            foreach (var text in texts)
            {
                // Of several standing answers to one question the last one counts; they come in the order in which they were given.
                var labels = new Dictionary<string, string?>();
                foreach (var answer in said[(text.ActivityId, text.Hash)])
                    labels[answer.Taxonomy] = answer.Label;
                // People are asked about what is unsure, and correct what is wrong: such rows say nothing about how often answers are right.
                if (labels.Count > 0)
                    yield return new TrainingRow(
                        string.Create(CultureInfo.InvariantCulture, $"correction/{text.ActivityId}/{text.Id}"), text.Group, text.Content, labels, weight) { IsChosen = true };
            }
            after = texts.Count is TextsAtOnce ? texts[^1].Id : null;
        }
    }

    private static async Task<(List<Text> Texts, ILookup<(long, string), Answer> Said)> ReadTextsAsync(Session session, long after)
    {
        var texts = await session.QueryAsync(
            $"""
            select t.id, t.activity_id, t.content_hash, t.type, t.subject, t.body, t.evidence, c.key || '/' || coalesce(a.owner_external_id, a.object_type)
            from correction_text t join activity a on a.id = t.activity_id join connection c on c.id = a.connection_id
            where t.id > @after and a.status <> 'erased' order by t.id limit {TextsAtOnce}
            """,
            new { after },
            reader => new Text(
                reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(7),
                new ActivityContent(Stored.Parse<ActivityType>(reader.GetString(3)), reader.GetString(4), reader.GetString(5), LedgerJson.ReadEvidence(reader.GetString(6)))));
        var said = await session.QueryRowsAsync(
            $"""
            select k.activity_id, k.content_hash, k.taxonomy, k.label
            from $rows r $join correction k on k.activity_id = r.id where {CorrectionUndo.Standing} order by k.id
            """,
            Ids,
            [.. texts.Select(text => text.ActivityId).Distinct()],
            null,
            reader => (Key: (reader.GetInt64(0), reader.GetString(1)), Answer: new Answer(reader.GetString(2), reader.TextOrNull(3))));
        return (texts, said.ToLookup(row => row.Key, row => row.Answer));
    }

    // The key of activities begins with connection and type; a name without a type is looked up under each type that the connection has.
    private static async Task<IReadOnlyList<Name>> ExpandAsync(Session session, IReadOnlyList<ActivityName> names)
    {
        var expanded = new List<Name>();
        var types = new Dictionary<string, IReadOnlyList<string>>();
        for (var at = 0; at < names.Count; at++)
        {
            if (names[at] is not { Connection: { } connection, ObjectId: { } id } name)
                continue;
            if (name.ObjectType is null && !types.ContainsKey(connection))
                types[connection] = await ReadTypesAsync(session, connection);
            IReadOnlyList<string> asked = name.ObjectType is { } type ? [type] : types[connection];
            expanded.AddRange(asked.Select(one => new Name(at, connection, one, id)));
        }
        return expanded;
    }

    private static async Task<IReadOnlyList<string>> ReadTypesAsync(Session session, string connection)
    {
        var types = new List<string>();
        while (await session.FirstAsync(
            """
            select a.object_type from connection c join activity a on a.connection_id = c.id
            where c.key = @connection and a.object_type > @last order by a.object_type limit 1
            """,
            new { connection, last = types.LastOrDefault() ?? "" },
            reader => reader.GetString(0)) is { } next)
            types.Add(next);
        return types;
    }

    private static JudgedActivity ReadJudged(DbDataReader reader, int at) => new(
        reader.GetInt64(at), reader.GetInt64(at + 1), reader.GetString(at + 2), reader.GetString(at + 3), reader.GetString(at + 4), reader.GetInt32(at + 5) is 1);

    private sealed record Name(long At, string Connection, string ObjectType, string ExternalId);

    private sealed record Text(long Id, long ActivityId, string Hash, string Group, ActivityContent Content);

    private sealed record Answer(string Taxonomy, string? Label);
}
