using System.Collections.Concurrent;
using CrmSync.Pipeline.Model;

namespace CrmSync.Service.Console;

/// <summary>What this node last learnt of each connection's access. In memory only; thread-safe.</summary>
internal sealed class ConnectionChecks
{
    private readonly ConcurrentDictionary<string, (DateTimeOffset At, IReadOnlyList<HealthCheck> Lines)> _all = new(StringComparer.Ordinal);

    /// <summary>What was learnt last; null where nobody asked.</summary>
    public (DateTimeOffset At, IReadOnlyList<HealthCheck> Lines)? Find(string connection) => _all.TryGetValue(connection, out var known) ? known : null;

    /// <summary>Notes what was learnt.</summary>
    public void Note(string connection, DateTimeOffset at, IReadOnlyList<HealthCheck> lines) => _all[connection] = (at, lines);
}
