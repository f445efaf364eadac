using System.Collections.Frozen;

namespace CrmSync.Simulator.Seed;

/// <summary>
/// The authors' labels by <see cref="SeedActivity.SourceId"/>, for measuring. Immutable, thread-safe. Records whose meaning the demo's
/// traffic rewrote keep the id of the row that they began as; measure on worlds without traffic.
/// </summary>
public sealed class SeedTruth
{
    private readonly FrozenDictionary<string, (string Engagement, string? Stage)> _rows =
        AuthoredRows.All.ToFrozenDictionary(r => r.Id, r => (r.Engagement, r.Stage), StringComparer.Ordinal);

    /// <summary>How many authored rows there are.</summary>
    public int Count => _rows.Count;

    /// <summary>
    /// Truth of a row: engagement is ENGAGED, NOT ENGAGED or ND; stage is one of the six, or null where the author abstained.
    /// </summary>
    /// <returns>False where no such row was authored, as for a record that a client created.</returns>
    public bool TryFind(string? sourceId, out string engagement, out string? stage)
    {
        (engagement, stage) = ("", null);
        if (sourceId is null || !_rows.TryGetValue(sourceId, out var row))
            return false;
        (engagement, stage) = row;
        return true;
    }
}
