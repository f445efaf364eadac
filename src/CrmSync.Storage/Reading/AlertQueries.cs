using CrmSync.Pipeline.Alerts;
using CrmSync.Storage.Database;
using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>The history of alerts, for people to see. Thread-safe.</summary>
public sealed class AlertQueries(ILedgerReadConnections ledger)
{
    /// <summary>One page of changes with what channels were told of them, newest first.</summary>
    public async Task<KeysetPage<AlertEvent>> PageAsync(PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var upwards = page.After is not null;
        var edge = (page.After ?? page.Before)?.Id;
        var condition = edge is null ? "1 = 1" : upwards ? "e.id > @edge" : "e.id < @edge";
        var found = (await db.QueryAsync<Change>(new CommandDefinition(
            $"""
            select e.id as Id, w.key as Key, w.kind as Kind, e.state as State, e.sentence as Sentence, e.at as At
            from alert_event e join alert w on w.id = e.alert_id where {condition} order by e.id {(upwards ? "" : "desc")} limit @limit
            """,
            new { edge, limit = page.Size + 1 }, cancellationToken: cancellationToken)).ConfigureAwait(false)).ToList();
        var told = found.Count == 0
            ? Array.Empty<Told>().ToLookup(row => row.EventId)
            : (await db.QueryAsync<Told>(new CommandDefinition(
                "select event_id as EventId, channel as Channel, status as Status, error as Error from alert_delivery where event_id between @first and @last order by id",
                new { first = found.Min(row => row.Id), last = found.Max(row => row.Id) }, cancellationToken: cancellationToken)).ConfigureAwait(false)).ToLookup(row => row.EventId);
        return Keyset.Page(
            [.. found.Select(row => new AlertEvent(
                row.Id, row.Key, Stored.Parse<AlertKind>(row.Kind), Stored.Parse<AlertState>(row.State), row.Sentence, DateTimeOffset.FromUnixTimeMilliseconds(row.At))
                {
                    Deliveries = [.. told[row.Id].Select(one => (one.Channel, one.Status, one.Error))],
                })],
            page, row => new PageCursor(row.At.ToUnixTimeMilliseconds(), row.Id), null);
    }

    private sealed class Change
    {
        public long Id { get; init; }

        public string Key { get; init; } = "";

        public string Kind { get; init; } = "";

        public string State { get; init; } = "";

        public string Sentence { get; init; } = "";

        public long At { get; init; }
    }

    private sealed class Told
    {
        public long EventId { get; init; }

        public string Channel { get; init; } = "";

        public string Status { get; init; } = "";

        public string? Error { get; init; }
    }
}
