using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;
using CrmSync.Storage.Erasure;
using CrmSync.Storage.Honesty;
using CrmSync.Storage.Segments;

namespace CrmSync.Storage.Activities;

/// <summary>Texts and links of activities, which stand in tables of their own.</summary>
internal static class ActivityParts
{
    // A page may hold a thousand bodies of megabytes; in pieces, their copies on the way to the database stay small.
    private const int TextCharactersPerStatement = 4_000_000;

    private static readonly RowShape<ActivityRow> Texts = new(
        new RowShape<ActivityRow>.Long("id", row => row.Id),
        new RowShape<ActivityRow>.Text("subject", row => row.Activity.Content.Subject),
        new RowShape<ActivityRow>.Text("body", row => row.Activity.Content.Body));

    private static readonly RowShape<Link> Links = new(
        new RowShape<Link>.Long("activity_id", link => link.ActivityId),
        new RowShape<Link>.Text("role", link => link.To.Role),
        new RowShape<Link>.Text("object_type", link => link.To.ObjectType),
        new RowShape<Link>.Text("external_id", link => link.To.ExternalId),
        new RowShape<Link>.Text("label", link => link.To.Label));

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    public static async Task SaveTextsAsync(Session session, IReadOnlyList<ActivityRow> rows)
    {
        var piece = new List<ActivityRow>();
        var characters = 0;
        foreach (var row in rows)
        {
            piece.Add(row);
            characters += row.Activity.Content.Subject.Length + row.Activity.Content.Body.Length;
            if (characters < TextCharactersPerStatement)
                continue;
            await SavePieceAsync(session, piece);
            piece.Clear();
            characters = 0;
        }

        await SavePieceAsync(session, piece);
    }

    /// <summary>Makes the links of activities of a page what was read now; rows that stay the same are not touched.</summary>
    public static Task SaveLinksAsync(LedgerStep step, IReadOnlyList<ActivityRow> inserted, IReadOnlyList<ActivityRow> known) =>
        SaveLinksAsync(step, [.. inserted.SelectMany(row => LinksOf(row.Id, row.Activity.Associations))], [.. known.Select(row => (row.Id, row.Activity.Associations))]);

    /// <summary>Makes the links of activities what was read now. Activities that this connection does not have, or that were erased, are left out.</summary>
    public static async Task SaveLinksAsync(LedgerStep step, IReadOnlyList<ActivityLinks> read)
    {
        var links = read.GroupBy(row => row.ActivityId).ToDictionary(group => group.Key, group => group.Last().Links);
        var known = await step.Session.QueryRowsAsync(
            "select a.id from $rows r $join activity a on a.id = r.id and a.connection_id = @ConnectionId and a.status <> 'erased'",
            Ids,
            [.. links.Keys.Order()],
            new { step.Batch.ConnectionId },
            reader => reader.GetInt64(0));
        await SaveLinksAsync(step, [], [.. known.Select(id => (id, links[id]))]);
        await ErasureGuard.FollowLinksAsync(step, known);
    }

    /// <summary>One link per role and record; where the CRM has several with names of their own, the names stand together.</summary>
    public static IEnumerable<Association> Distinct(IReadOnlyList<Association> links) =>
        links.GroupBy(link => (link.Role, link.ExternalId)).Select(group => group.First() with
        {
            Label = group.Select(link => link.Label).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList() is { Count: > 0 } labels
                ? string.Join("; ", labels)
                : null,
        });

    private static async Task SaveLinksAsync(LedgerStep step, IReadOnlyList<Link> inserted, IReadOnlyList<(long Id, IReadOnlyList<Association> Links)> known)
    {
        var wanted = known.SelectMany(row => LinksOf(row.Id, row.Links)).ToList();
        var held = await step.Session.QueryRowsAsync(
            "select l.activity_id, l.role, l.object_type, l.external_id, l.label from $rows r $join activity_link l on l.activity_id = r.id",
            Ids,
            [.. known.Select(row => row.Id)],
            null,
            reader => new Link(reader.GetInt64(0), new Association(reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.TextOrNull(4))));
        IReadOnlyList<Link> lost = [.. held.Except(wanted)];
        IReadOnlyList<Link> found = [.. wanted.Except(held)];
        await step.Session.ExecuteRowsAsync(
            """
            delete from activity_link
            where (activity_id, role, external_id) in (select r.activity_id, r.role, r.external_id from $rows r)
            """,
            Links,
            lost);
        await step.Session.ExecuteRowsAsync(
            """
            insert into activity_link (activity_id, role, object_type, external_id, label)
            select r.activity_id, r.role, r.object_type, r.external_id, r.label from $rows r
            """,
            Links,
            [.. inserted, .. found]);
        await DueDeals.AskByLinksAsync(step, lost.Concat(inserted).Concat(found).Select(link => link.To));
        await DueAccounts.AskByLinksAsync(
            step, [.. lost.Select(link => link.To)], [.. inserted.Concat(found).Concat(lost).Where(link => link.To.Role != Association.Twin).Select(link => link.ActivityId).Distinct()]);
        step.Retargeted.UnionWith(lost.Concat(found).Select(link => link.ActivityId));
    }

    private static IEnumerable<Link> LinksOf(long activityId, IReadOnlyList<Association> links) =>
        Distinct(links).Select(link => new Link(activityId, link));

    private static Task<int> SavePieceAsync(Session session, IReadOnlyList<ActivityRow> piece) =>
        session.ExecuteRowsAsync(
            """
            insert into activity_text (activity_id, subject, body) select r.id, r.subject, r.body from $rows r where true
            on conflict (activity_id) do update set subject = excluded.subject, body = excluded.body, searched_at = null
            """,
            Texts,
            piece);

    private readonly record struct Link(long ActivityId, Association To);
}
