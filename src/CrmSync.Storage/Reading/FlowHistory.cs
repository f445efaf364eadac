using System.Data.Common;
using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>
/// Counts per minute of the last hour. A minute that is over hardly changes any more, so it is counted once and remembered: after the first call
/// only the last minutes are read, however large the ledger is. Thread-safe.
/// </summary>
internal sealed class FlowHistory
{
    internal const int Minutes = 60;
    private const int Remeasured = 3;
    private const long MinuteMs = 60_000;

    private static readonly string[] Sources =
    [
        "select (content_changed_at - @from) / 60000 as Minute, count(*) as Count from activity where content_changed_at >= @from and content_changed_at < @to group by 1",
        "select (decided_at - @from) / 60000 as Minute, count(*) as Count from decision where decided_at >= @from and decided_at < @to group by 1",
        "select (at - @from) / 60000 as Minute, count(*) as Count from outcome where at >= @from and at < @to and status = 'applied' group by 1",
    ];

    private readonly Lock _gate = new();
    private readonly Dictionary<long, long>[] _counts = [[], [], []];
    private long _knownTo;

    public async Task<FlowView> ReadAsync(DbConnection db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var last = now.ToUnixTimeMilliseconds() / MinuteMs;
        var first = last - Minutes + 1;
        long readFrom;
        lock (_gate)
            readFrom = Math.Max(first, Math.Min(_knownTo, last) - Remeasured + 1);

        var fresh = new List<(long Minute, long Count)>[Sources.Length];
        for (var i = 0; i < Sources.Length; i++)
        {
            var rows = await db.QueryAsync<MinuteCount>(new CommandDefinition(
                Sources[i], new { from = readFrom * MinuteMs, to = (last + 1) * MinuteMs }, cancellationToken: cancellationToken)).ConfigureAwait(false);
            fresh[i] = [.. rows.Select(row => (readFrom + row.Minute, row.Count))];
        }

        lock (_gate)
        {
            for (var i = 0; i < Sources.Length; i++)
            {
                foreach (var minute in _counts[i].Keys.Where(minute => minute < first || minute >= readFrom).ToList())
                    _counts[i].Remove(minute);
                foreach (var (minute, count) in fresh[i])
                    _counts[i][minute] = count;
            }
            _knownTo = last;
            return new FlowView(DateTimeOffset.FromUnixTimeMilliseconds(first * MinuteMs), Series(0, first), Series(1, first), Series(2, first));
        }
    }

    private IReadOnlyList<long> Series(int source, long first) =>
        [.. Enumerable.Range(0, Minutes).Select(i => _counts[source].GetValueOrDefault(first + i))];

    private sealed record MinuteCount
    {
        public long Minute { get; init; }

        public long Count { get; init; }
    }
}
