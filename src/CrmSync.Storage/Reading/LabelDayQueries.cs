namespace CrmSync.Storage.Reading;

/// <summary>How many activities of one day hold one answer now.</summary>
public sealed record LabelDay
{
    /// <summary>Unix milliseconds; midnight UTC of the day on which the activities took place.</summary>
    public long DayAt { get; init; }

    /// <summary>Slug of the taxonomy.</summary>
    public string Taxonomy { get; init; } = "";

    /// <summary><c>decided</c>, <c>abstained</c> or <c>unsure</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary>Label id; empty unless decided.</summary>
    public string Label { get; init; } = "";

    /// <summary>Activities.</summary>
    public long Count { get; init; }
}

/// <summary>Labels over time, from the roll-up. Thread-safe.</summary>
public sealed class LabelDayQueries(ILedgerReadConnections ledger)
{
    /// <summary>The days from one on, the oldest first; days without an activity are not among them.</summary>
    public async Task<IReadOnlyList<LabelDay>> ReadAsync(DateTimeOffset from, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await OverviewQueries.ListAsync<LabelDay>(
            db,
            "select day_at as DayAt, taxonomy as Taxonomy, status as Status, label as Label, value as Count from label_day where day_at >= @from order by day_at, taxonomy, status, label",
            new { from = from.ToUnixTimeMilliseconds() }, cancellationToken).ConfigureAwait(false);
    }
}
