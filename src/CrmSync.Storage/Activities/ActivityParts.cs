using CrmSync.Pipeline.Model;
using CrmSync.Storage.Database;

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
        new RowShape<Link>.Text("external_id", link => link.To.ExternalId));

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

    /// <summary>Makes the links of known activities what was read now; rows that stay the same are not touched.</summary>
    public static async Task SaveLinksAsync(Session session, IReadOnlyList<ActivityRow> inserted, IReadOnlyList<ActivityRow> known)
    {
        var wanted = known.SelectMany(LinksOf).ToList();
        var held = await session.QueryRowsAsync(
            "select l.activity_id, l.role, l.object_type, l.external_id from $rows r $join activity_link l on l.activity_id = r.id",
            Ids,
            [.. known.Select(row => row.Id)],
            null,
            reader => new Link(reader.GetInt64(0), new Association(reader.GetString(1), reader.GetString(2), reader.GetString(3))));
        await session.ExecuteRowsAsync(
            """
            delete from activity_link
            where (activity_id, role, external_id) in (select r.activity_id, r.role, r.external_id from $rows r)
            """,
            Links,
            [.. held.Except(wanted)]);
        await session.ExecuteRowsAsync(
            "insert into activity_link (activity_id, role, object_type, external_id) select r.activity_id, r.role, r.object_type, r.external_id from $rows r",
            Links,
            [.. inserted.SelectMany(LinksOf), .. wanted.Except(held)]);
    }

    private static IEnumerable<Link> LinksOf(ActivityRow row) =>
        row.Activity.Associations.DistinctBy(link => (link.Role, link.ExternalId)).Select(link => new Link(row.Id, link));

    private static Task<int> SavePieceAsync(Session session, IReadOnlyList<ActivityRow> piece) =>
        session.ExecuteRowsAsync(
            """
            insert into activity_text (activity_id, subject, body) select r.id, r.subject, r.body from $rows r where true
            on conflict (activity_id) do update set subject = excluded.subject, body = excluded.body
            """,
            Texts,
            piece);

    private readonly record struct Link(long ActivityId, Association To);
}
