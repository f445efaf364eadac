using System.Data.Common;
using CrmSync.Storage.Activities;
using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>The connections with what they hold. Thread-safe; an answer is kept for two seconds or more, longer where counting was costly.</summary>
public sealed class ConnectionCards(ILedgerReadConnections ledger, TimeProvider time) : IDisposable
{
    private static readonly string[] Kinds = ["activity", "owner", "stage", "company", "person", "deal"];

    private readonly CostedCache<IReadOnlyList<ConnectionCard>> _cards = new(time, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(5));

    /// <summary>Reads the cards, in the order in which the connections were registered.</summary>
    public Task<IReadOnlyList<ConnectionCard>> ReadAsync(CancellationToken cancellationToken) => _cards.GetAsync(FindAsync, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _cards.Dispose();

    private async Task<IReadOnlyList<ConnectionCard>> FindAsync(CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var accounts = (await db.QueryAsync<(long Id, string? Account)>(new CommandDefinition(
            "select id, account from connection", cancellationToken: cancellationToken)).ConfigureAwait(false)).ToDictionary(row => row.Id, row => row.Account);
        var cards = new List<ConnectionCard>();
        foreach (var connection in await ConnectionView.ListAsync(db, cancellationToken).ConfigureAwait(false))
            cards.Add(await ReadAsync(db, connection, accounts[connection.Id], cancellationToken).ConfigureAwait(false));
        return cards;
    }

    private async Task<ConnectionCard> ReadAsync(DbConnection db, ConnectionView connection, string? account, CancellationToken cancellationToken)
    {
        var id = new { connection.Id };
        var now = time.GetUtcNow();
        var places = await OverviewQueries.ListAsync<PlaceRow>(db, PlaceSql, id, cancellationToken).ConfigureAwait(false);
        var marks = await OverviewQueries.ListAsync<MarkRow>(db, MarkSql, id, cancellationToken).ConfigureAwait(false);
        var records = new List<RecordCount>();
        foreach (var kind in Kinds)
        {
            // Activities are many: the whole and what is gone are each counted along an index, where reading every row would take seconds.
            records.Add(new RecordCount(kind, kind is "activity"
                ? await CountAsync(db, "activity where connection_id = @Id", id, cancellationToken).ConfigureAwait(false) - await CountAsync(db, "activity where connection_id = @Id and gone_at is not null", id, cancellationToken).ConfigureAwait(false)
                : await CountAsync(db, $"crm_{kind} where connection_id = @Id and gone_at is null", id, cancellationToken).ConfigureAwait(false)));
        }

        return new ConnectionCard(
            connection,
            account,
            [.. places.Select(row => new PlaceView(
                row.ObjectType, row.Kind, LedgerJson.ReadNames(row.ObjectTypes), row.Sentence, DateTimeOffset.FromUnixTimeMilliseconds(row.ChangedAt), row.Moving > 0))],
            [.. marks.Select(row => row.ToView(now))],
            await CountAsync(db, $"intent where connection_id = @Id and status in {Database.Stored.Open}", id, cancellationToken).ConfigureAwait(false),
            await Untargeted.CountAsync(db, connection.Id, cancellationToken).ConfigureAwait(false),
            records);
    }

    private static Task<long> CountAsync(DbConnection db, string what, object parameters, CancellationToken cancellationToken) =>
        db.ExecuteScalarAsync<long>(new CommandDefinition($"select count(*) from {what}", parameters, cancellationToken: cancellationToken));

    private const string PlaceSql =
        """
        select object_type as ObjectType, kind as Kind, object_types as ObjectTypes, sentence as Sentence, changed_at as ChangedAt,
          case when replan_after_id is null then 0 else 1 end as Moving
        from label_place where connection_id = @Id order by object_type
        """;

    private const string MarkSql =
        "select object_type as ObjectType, is_record as IsRecord, at as Watermark from watermark where connection_id = @Id order by is_record, object_type";

    private sealed record PlaceRow
    {
        public string ObjectType { get; init; } = "";

        public string Kind { get; init; } = "";

        public string ObjectTypes { get; init; } = "";

        public string Sentence { get; init; } = "";

        public long ChangedAt { get; init; }

        public int Moving { get; init; }
    }

    private sealed record MarkRow
    {
        public string ObjectType { get; init; } = "";

        public int IsRecord { get; init; }

        public long? Watermark { get; init; }

        public MarkView ToView(DateTimeOffset now)
        {
            var at = Watermark is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : (DateTimeOffset?)null;
            return new MarkView(ObjectType, IsRecord > 0, at, now - at);
        }
    }
}
