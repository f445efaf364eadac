using CrmSync.Storage.Database;

namespace CrmSync.Storage.Runs;

/// <summary>What one transaction adds to the counters of runs.</summary>
internal sealed class RunTally
{
    private readonly Dictionary<(long RunId, string Counter), long> _counts = [];

    public void Add(long? runId, string counter, long count = 1)
    {
        if (runId is { } id && count is not 0)
            _counts[(id, counter)] = _counts.GetValueOrDefault((id, counter)) + count;
    }

    // Ascending ids: on PostgreSQL two transactions that raise the same runs then wait for each other instead of deadlocking.
    public async Task SaveAsync(Session session)
    {
        foreach (var run in _counts.GroupBy(pair => pair.Key.RunId).OrderBy(group => group.Key))
        {
            var raises = string.Join(", ", run.Select(pair => $"{pair.Key.Counter} = {pair.Key.Counter} + {pair.Value}"));
            await session.ExecuteAsync($"update run set {raises} where id = {run.Key}");
        }
    }
}
