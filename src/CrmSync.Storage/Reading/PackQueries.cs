using CrmSync.Storage.Database;

namespace CrmSync.Storage.Reading;

/// <summary>A version of a pack, without its lines.</summary>
public sealed record PackVersionRow
{
    /// <summary>From 1.</summary>
    public required int Version { get; init; }

    /// <summary>template, model or person.</summary>
    public required string ByKind { get; init; }

    /// <summary>A person's account or the model.</summary>
    public required string ByName { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>Lines in use.</summary>
    public required long Lines { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>A record that a line rests on, as far as it is still there.</summary>
/// <param name="Id">Ledger id.</param>
/// <param name="Connection">Key of its connection.</param>
/// <param name="ObjectType">The CRM's own type.</param>
/// <param name="ExternalId">The CRM's id.</param>
/// <param name="Name">Its name; of an activity its type.</param>
/// <param name="State">there, gone from the CRM, or erased on request.</param>
public sealed record PackRecordRow(long Id, string Connection, string ObjectType, string ExternalId, string Name, PackRecordState State);

/// <summary>Whether a record that a line rests on is still there.</summary>
public enum PackRecordState
{
    /// <summary>In the ledger and in the CRM.</summary>
    There,

    /// <summary>The CRM does not have it any more.</summary>
    Gone,

    /// <summary>Its text was erased on request.</summary>
    Erased,
}

/// <summary>Records that lines rest on, by ledger id; what is missing was purged.</summary>
/// <param name="Accounts">Companies.</param>
/// <param name="Activities">Activities.</param>
/// <param name="Deals">Deals.</param>
public sealed record PackRecords(IReadOnlyDictionary<long, PackRecordRow> Accounts, IReadOnlyDictionary<long, PackRecordRow> Activities, IReadOnlyDictionary<long, PackRecordRow> Deals);

/// <summary>Versions of packs and what their lines rest on. Thread-safe.</summary>
public sealed class PackQueries(ILedgerReadConnections ledger)
{
    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    private const string Accounts = "select c.id, n.key, c.object_type, c.external_id, c.name, case when c.gone_at is null then 0 else 1 end from $rows r $join crm_company c on c.id = r.id $join connection n on n.id = c.connection_id";

    private const string Deals = "select d.id, n.key, d.object_type, d.external_id, d.name, case when d.gone_at is null then 0 else 1 end from $rows r $join crm_deal d on d.id = r.id $join connection n on n.id = d.connection_id";

    private const string Activities =
        "select a.id, n.key, a.object_type, a.external_id, a.type, case when a.status = 'erased' then 2 when a.gone_at is not null then 1 else 0 end "
        + "from $rows r $join activity a on a.id = r.id $join connection n on n.id = a.connection_id";

    /// <summary>One page of the versions of a segment's pack, the newest first.</summary>
    /// <param name="segment">Permanent key of the segment.</param>
    /// <param name="request">Which part.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<KeysetPage<PackVersionRow>> VersionsAsync(string segment, PageRequest request, CancellationToken cancellationToken)
    {
        var upwards = request.After is not null;
        var edge = request.After ?? request.Before;
        var bounds = edge is null ? "" : $"and v.version {(upwards ? ">" : "<")} @edge";
        var session = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var db = session.Connection.ConfigureAwait(false);
        var found = await session.Session.QueryAsync(
            $"""
            select v.version, v.by_kind, v.by_name, v.reason, v.lines, v.at from pack_version v join segment s on s.id = v.segment_id
            where s.key = @segment {bounds} order by v.version {(upwards ? "asc" : "desc")} limit @take
            """,
            new { segment, edge = edge?.Id ?? 0, take = request.Size + 1 },
            reader => new PackVersionRow
            {
                Version = (int)reader.GetInt64(0), ByKind = reader.GetString(1), ByName = reader.GetString(2), Reason = reader.GetString(3), Lines = reader.GetInt64(4), At = reader.Instant(5),
            }).ConfigureAwait(false);
        return Keyset.Page(found, request, row => new PageCursor(row.At.ToUnixTimeMilliseconds(), row.Version), null);
    }

    /// <summary>Records by ledger id.</summary>
    public async Task<PackRecords> RecordsAsync(
        IReadOnlyCollection<long> accounts, IReadOnlyCollection<long> activities, IReadOnlyCollection<long> deals, CancellationToken cancellationToken)
    {
        var session = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var db = session.Connection.ConfigureAwait(false);
        return new PackRecords(
            await FindAsync(session.Session, Accounts, accounts).ConfigureAwait(false), await FindAsync(session.Session, Activities, activities).ConfigureAwait(false),
            await FindAsync(session.Session, Deals, deals).ConfigureAwait(false));
    }

    private static async Task<IReadOnlyDictionary<long, PackRecordRow>> FindAsync(Session session, string sql, IReadOnlyCollection<long> ids) =>
        (await session.QueryRowsAsync(
            sql, Ids, [.. ids.Distinct()], null,
            reader => new PackRecordRow(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), (PackRecordState)reader.GetInt32(5))).ConfigureAwait(false))
        .ToDictionary(row => row.Id);

    private async Task<(System.Data.Common.DbConnection Connection, Session Session)> OpenAsync(CancellationToken cancellationToken)
    {
        var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return (db, new Session(db, null, ledger.Dialect, 0, cancellationToken));
    }
}
