using System.Data.Common;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Facts;
using CrmSync.Storage.Activities;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Segments;

/// <summary>Reads accounts with their contacts' titles and their newest activities; their deals are <see cref="DealFactsReading"/>'s.</summary>
internal sealed class AccountFactsReading(LedgerDatabase database)
{
    // What comes later is the quoted past of a thread, or no text.
    private const int LongestBody = 60_000;

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    private static readonly string Notes =
        $"""
        {AccountNotes.Hung}
        select n.company_id, n.activity_id, n.type, t.subject, substr(t.body, 1, @LongestBody), n.evidence, n.occurred_at, (
            select min(p.id) from activity_link l join crm_person p on p.connection_id = n.connection_id and p.object_type = l.object_type and p.external_id = l.external_id
            where l.activity_id = n.activity_id and l.role = 'contact')
        from (
          select h.company_id, h.activity_id, a.type, a.evidence, a.occurred_at, a.connection_id,
            row_number() over (partition by h.company_id order by a.occurred_at desc, a.id desc) as place
          from hung h join activity a on a.id = h.activity_id
          where a.gone_at is null and a.status <> 'erased') n
        join activity_text t on t.activity_id = n.activity_id
        where n.place <= @most
        order by n.company_id, n.occurred_at, n.activity_id
        """;

    public Task<IReadOnlyList<RawAccount>> ReadAsync(IReadOnlyList<long> accounts, int mostNotes, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<RawAccount>>(
        async session =>
        {
            var found = await session.QueryRowsAsync(
                "select c.id, c.industry, c.region, c.employees from $rows r $join crm_company c on c.id = r.id and c.gone_at is null",
                Ids, accounts, null, reader => new RawAccount(reader.GetInt64(0), reader.TextOrNull(1), reader.TextOrNull(2), reader.LongOrNull(3)));
            var titles = (await session.QueryRowsAsync(
                """
                select c.id, p.id, p.title from $rows r
                $join crm_company c on c.id = r.id
                $join crm_person p on p.company_external_id = c.external_id and p.connection_id = c.connection_id
                where p.title is not null and p.gone_at is null and p.erased_at is null
                """,
                Ids, accounts, null, reader => (Account: reader.GetInt64(0), Person: reader.GetInt64(1), Title: reader.GetString(2)))).ToLookup(row => row.Account);
            var deals = (await DealFactsReading.ReadAsync(session, accounts)).ToLookup(deal => deal.Account, StringComparer.Ordinal);
            var notes = (await session.QueryRowsAsync(Notes, Ids, mostNotes == 0 ? [] : accounts, new { most = (long)mostNotes, LongestBody }, ReadNote)).ToLookup(row => row.Account, row => row.Note);
            var byId = found.ToDictionary(account => account.Id);
            return
            [
                .. accounts.Where(byId.ContainsKey).Select(id => byId[id] with
                {
                    Titles = titles[id].ToDictionary(row => row.Person, row => row.Title),
                    Deals = [.. deals[AccountKey.Of(id)]],
                    Notes = [.. notes[id]],
                }),
            ];
        },
        cancellationToken);

    private static (long Account, RawAccountNote Note) ReadNote(DbDataReader reader)
    {
        var body = reader.GetString(4);
        // The last word of a cut body may be half a number or half a name, which nothing would know for what it is.
        if (body.Length >= LongestBody && body.AsSpan().LastIndexOfAny(' ', '\n', '\t') is > 0 and var end)
            body = body[..end];
        var content = new ActivityContent(Stored.Parse<ActivityType>(reader.GetString(2)), reader.GetString(3), body, LedgerJson.ReadEvidence(reader.GetString(5)));
        return (reader.GetInt64(0), new RawAccountNote(reader.GetInt64(1), content, reader.Instant(6), reader.LongOrNull(7)));
    }
}
