using CrmSync.Pipeline.Segments.Review;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Segments;

/// <summary>What a search and the commands need to know about segments and links.</summary>
internal sealed class SegmentReading(LedgerDatabase database)
{
    private static readonly RowShape<(int Place, string Connection, string Id)> Names = new(
        new RowShape<(int Place, string Connection, string Id)>.Long("place", row => row.Place),
        new RowShape<(int Place, string Connection, string Id)>.Text("key", row => row.Connection),
        new RowShape<(int Place, string Connection, string Id)>.Text("external_id", row => row.Id));

    public Task<IReadOnlyList<KnownSegment>> ReadKnownAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<KnownSegment>>(
        async session =>
        {
            var segments = await session.QueryAsync(
                """
                select s.id, s.key, s.state, v.description, s.name, p.key from segment s join segment_version v on v.segment_id = s.id and v.version = s.version
                left join segment p on p.id = s.parent_id where s.state <> 'retired' order by s.id
                """,
                null,
                reader => (Id: reader.GetInt64(0), Key: reader.GetString(1), State: Stored.Parse<SegmentState>(reader.GetString(2)), Description: SegmentJson.ReadDescription(reader.GetString(3)),
                    Name: reader.GetString(4), Parent: reader.TextOrNull(5)));
            var members = (await session.QueryAsync(
                "select m.segment_id, m.company_id from segment_member m join segment s on s.id = m.segment_id where s.state <> 'retired' order by m.segment_id, m.company_id",
                null,
                reader => (Segment: reader.GetInt64(0), Company: reader.GetInt64(1)))).ToLookup(row => row.Segment, row => row.Company);
            return [.. segments.Select(row => new KnownSegment(row.Key, row.State, row.Description.Terms, [.. members[row.Id]]) { Name = row.Name, Parent = row.Parent })];
        },
        cancellationToken);

    public async Task<IReadOnlyList<AccountLink>> ReadLinksAsync(CancellationToken cancellationToken) => await database.ReadAsync(
        session => session.QueryAsync(
            "select kind, first_id, second_id from segment_constraint where state = 'active' order by id", null,
            reader => new AccountLink(Stored.Parse<LinkKind>(reader.GetString(0)), reader.GetInt64(1), reader.GetInt64(2))),
        cancellationToken);

    public async Task<IReadOnlyList<long?>> FindAccountsAsync(IReadOnlyList<(string Connection, string ExternalId)> names, CancellationToken cancellationToken)
    {
        var found = await database.ReadAsync(
            session => session.QueryRowsAsync(
                """
                select r.place, c.id from $rows r
                $join connection n on n.key = r.key
                $join crm_company c on c.connection_id = n.id and c.external_id = r.external_id
                """,
                Names,
                [.. names.Select((name, place) => (place, name.Connection, name.ExternalId))],
                null,
                reader => (Place: (int)reader.GetInt64(0), Id: reader.GetInt64(1))),
            cancellationToken);
        var ids = found.DistinctBy(row => row.Place).ToDictionary(row => row.Place, row => row.Id);
        return [.. names.Select((_, place) => ids.TryGetValue(place, out var id) ? id : (long?)null)];
    }
}
