using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Documents;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Segments;

/// <summary>Reads activities of accounts: those of the company itself, of its deals and of its people, each once per account.</summary>
internal sealed class AccountNotes(LedgerDatabase database)
{
    // Bounds what is held at once: 50 accounts of at most two thousand notes.
    private const int AccountsAtOnce = 50;

    /// <summary>
    /// The way from accounts to their activities: a table <c>hung</c> with the columns company_id and activity_id, each pair once, for statements whose <c>$rows</c> are accounts. Step by step
    /// as written, because PostgreSQL takes tables that were filled a moment ago for empty ones and would walk all activities of a connection for each account.
    /// </summary>
    internal const string Hung =
        """
        with chosen as materialized (
          select c.id, c.connection_id, c.object_type, c.external_id from $rows r $join crm_company c on c.id = r.id),
        deals as materialized (
          select c.id, c.connection_id, d.object_type, d.external_id from chosen c
          $join crm_deal_link k on k.role = 'company' and k.external_id = c.external_id
          $join crm_deal d on d.id = k.deal_id and d.connection_id = c.connection_id),
        people as materialized (
          select c.id, c.connection_id, p.object_type, p.external_id from chosen c
          $join crm_person p on p.company_external_id = c.external_id and p.connection_id = c.connection_id),
        linked as materialized (
          select c.id, c.connection_id, l.activity_id from chosen c
          $join activity_link l on l.role = 'company' and l.external_id = c.external_id and l.object_type = c.object_type
          union
          select d.id, d.connection_id, l.activity_id from deals d
          $join activity_link l on l.role = 'deal' and l.external_id = d.external_id and l.object_type = d.object_type
          union
          select p.id, p.connection_id, l.activity_id from people p
          $join activity_link l on l.role = 'contact' and l.external_id = p.external_id and l.object_type = p.object_type),
        hung as materialized (
          select l.id as company_id, l.activity_id from linked l $join activity a on a.id = l.activity_id and a.connection_id = l.connection_id)
        """;

    private const string Sql =
        $"""
        {Hung}
        select h.company_id, a.id, t.subject, t.body, a.owner_external_id, a.occurred_at, a.content_changed_at
        from (select company_id, activity_id, row_number() over (partition by company_id order by activity_id desc) as place from hung) h
        join activity a on a.id = h.activity_id join activity_text t on t.activity_id = a.id
        where h.place <= @most and a.gone_at is null
        order by h.company_id, a.id
        """;

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    public async Task<IReadOnlyList<LedgerNote>> ReadAsync(IReadOnlyList<long> accounts, int most, CancellationToken cancellationToken) => await database.ReadAsync(
        session => session.QueryRowsAsync(
            Sql,
            Ids,
            accounts,
            new { most = (long)most },
            reader => new LedgerNote(
                reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3), reader.TextOrNull(4), reader.Instant(5), reader.GetInt64(6))),
        cancellationToken);

    public async IAsyncEnumerable<RawNote> ReadAllAsync(int most, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (long after = 0; ;)
        {
            var position = after;
            var accounts = await database.ReadAsync(
                session => session.QueryAsync(
                    "select id from crm_company where id > @position and gone_at is null order by id limit @AccountsAtOnce", new { position, AccountsAtOnce }, reader => reader.GetInt64(0)),
                cancellationToken);
            if (accounts.Count == 0)
                yield break;
            foreach (var note in await ReadAsync(accounts, most, cancellationToken))
                yield return note.ToRaw();
            after = accounts[^1];
        }
    }
}
