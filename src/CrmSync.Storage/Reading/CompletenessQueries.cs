using System.Data.Common;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Reconciling;
using CrmSync.Storage.Database;
using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>A comparison of one type with the CRM.</summary>
/// <param name="Id">Ledger id; also where older ones go on.</param>
/// <param name="RunId">Its run.</param>
/// <param name="ConnectionId">The connection.</param>
/// <param name="ConnectionKey">Its key.</param>
/// <param name="ObjectType">The CRM's type of the activities.</param>
/// <param name="From">Begin of the modified times that were compared.</param>
/// <param name="Until">Their end: what is proved is proved as of this instant.</param>
/// <param name="State">How it ended.</param>
/// <param name="CrmCount">Activities in the CRM, so far where it is under way.</param>
/// <param name="LedgerCount">Activities with us, when first compared.</param>
/// <param name="Missing">In the CRM and not with us, or with us in an older version.</param>
/// <param name="Extra">With us, and not in the CRM any more.</param>
/// <param name="Repaired">Of both together, those that were put right.</param>
/// <param name="CheckedLabels">Labels that were read back.</param>
/// <param name="Drifted">Of these, labels that read otherwise than we wrote them.</param>
/// <param name="Sentence">Plain words; empty while it is under way.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When it ended; null while it is under way.</param>
public sealed record CompletenessRow(
    long Id, long RunId, long ConnectionId, string ConnectionKey, string ObjectType, DateTimeOffset From, DateTimeOffset Until, CompletenessState State,
    long CrmCount, long LedgerCount, long Missing, long Extra, long Repaired, long CheckedLabels, long Drifted, string Sentence, DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt);

/// <summary>What a comparison found about one record.</summary>
/// <param name="Kind">What.</param>
/// <param name="ExternalId">The CRM's id; of a label on another record than the activity itself "type/id".</param>
/// <param name="Property">Of a drifted label.</param>
/// <param name="ActivityId">The activity, where the ledger has it.</param>
/// <param name="ValueLedger">Of a drifted label: what we wrote last.</param>
/// <param name="ValueCrm">Of a drifted label: what the CRM holds.</param>
/// <param name="Actor">Of a drifted label: who set it, as far as the CRM tells.</param>
/// <param name="State"><c>open</c>, <c>repaired</c>, <c>gone</c> or <c>kept</c>.</param>
/// <param name="At">When it was found.</param>
public sealed record CompletenessItemRow(
    CompletenessKind Kind, string ExternalId, string Property, long? ActivityId, string? ValueLedger, string? ValueCrm, ValueActor? Actor, string State,
    DateTimeOffset At);

/// <summary>Results of comparisons, for people to see. Thread-safe.</summary>
public sealed class CompletenessQueries(ILedgerReadConnections ledger)
{
    private const string Columns =
        """
        p.id, p.run_id, p.connection_id, c.key, p.object_type, p.from_at, p.to_at, p.state, coalesce(p.crm_count, 0), coalesce(p.ledger_count, 0), p.missing, p.extra,
          p.repaired, p.checked_labels, p.drifted, p.sentence, p.started_at, p.finished_at
        """;

    /// <summary>The newest ended comparison per connection and type; those that are under way are not meant.</summary>
    public Task<IReadOnlyList<CompletenessRow>> ReadLatestAsync(CancellationToken cancellationToken) =>
        ReadAsync(
            $"""
            select {Columns} from completeness p join connection c on c.id = p.connection_id
            where p.id in (select max(n.id) from completeness n where n.state <> 'checking' group by n.connection_id, n.object_type)
            order by p.connection_id, p.object_type
            """,
            null, cancellationToken);

    /// <summary>The comparisons of a run, in the order in which they are made.</summary>
    public Task<IReadOnlyList<CompletenessRow>> ReadRunAsync(long runId, CancellationToken cancellationToken) =>
        ReadAsync($"select {Columns} from completeness p join connection c on c.id = p.connection_id where p.run_id = @runId order by p.id", new { runId }, cancellationToken);

    /// <summary>The runs whose comparisons of a connection are under way.</summary>
    public async Task<IReadOnlyList<long>> ReadOpenRunsAsync(long connectionId, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return [.. await db.QueryAsync<long>(new CommandDefinition(
            "select distinct run_id from completeness where connection_id = @connectionId and state = 'checking'", new { connectionId }, cancellationToken: cancellationToken))
            .ConfigureAwait(false)];
    }

    /// <summary>Earlier comparisons, newest first.</summary>
    /// <param name="connectionId">The connection.</param>
    /// <param name="objectType">One type; null for all.</param>
    /// <param name="beforeId">Older than this one; null for the newest.</param>
    /// <param name="limit">At most so many, 1 to 200.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public Task<IReadOnlyList<CompletenessRow>> ReadHistoryAsync(
        long connectionId, string? objectType, long? beforeId, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 200);
        return ReadAsync(
            $"""
            select {Columns} from completeness p join connection c on c.id = p.connection_id
            where p.connection_id = @connectionId {(objectType is null ? "" : "and p.object_type = @objectType")} {(beforeId is null ? "" : "and p.id < @beforeId")}
            order by p.id desc limit @limit
            """,
            new { connectionId, objectType, beforeId, limit }, cancellationToken);
    }

    /// <summary>What a comparison found, ordered by kind, id and property.</summary>
    /// <param name="completenessId">The comparison.</param>
    /// <param name="after">The last row of the page before; null to begin.</param>
    /// <param name="limit">At most so many, 1 to 1,000.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<IReadOnlyList<CompletenessItemRow>> ReadItemsAsync(
        long completenessId, CompletenessItemRow? after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        await using var reader = await db.ExecuteReaderAsync(new CommandDefinition(
            $"""
            select kind, external_id, property, activity_id, value_ledger, value_crm, actor, state, at from completeness_item
            where completeness_id = @completenessId {(after is null ? "" : "and (kind, external_id, property) > (@kind, @ExternalId, @Property)")}
            order by kind, external_id, property limit @limit
            """,
            new { completenessId, limit, kind = after is null ? "" : Stored.Name(after.Kind), after?.ExternalId, after?.Property },
            cancellationToken: cancellationToken)).ConfigureAwait(false);
        var rows = new List<CompletenessItemRow>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            rows.Add(new CompletenessItemRow(
                Stored.Parse<CompletenessKind>(reader.GetString(0)), reader.GetString(1), reader.GetString(2), reader.LongOrNull(3), reader.TextOrNull(4),
                reader.TextOrNull(5), reader.TextOrNull(6) is { } actor ? Stored.Parse<ValueActor>(actor) : null, reader.GetString(7), reader.Instant(8)));
        return rows;
    }

    private async Task<IReadOnlyList<CompletenessRow>> ReadAsync(string sql, object? parameters, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        await using var reader = await db.ExecuteReaderAsync(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken)).ConfigureAwait(false);
        var rows = new List<CompletenessRow>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            rows.Add(Read(reader));
        return rows;
    }

    private static CompletenessRow Read(DbDataReader reader) => new(
        reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetString(3), reader.GetString(4), reader.Instant(5), reader.Instant(6),
        Stored.Parse<CompletenessState>(reader.GetString(7)), reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10), reader.GetInt64(11), reader.GetInt64(12),
        reader.GetInt64(13), reader.GetInt64(14), reader.GetString(15), reader.Instant(16), reader.InstantOrNull(17));
}
