using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Polling;

/// <summary>The reading half of a connector. Thread-safe. Every method is repeatable.</summary>
public interface IActivityReader
{
    /// <summary>The object types that are scanned, in a fixed order.</summary>
    IReadOnlyList<string> ObjectTypes { get; }

    /// <summary>
    /// Reads the next page of all activities of a type whose modified time lies in the window, ordered so that nothing inside the window is
    /// lost or read for ever while records change underneath (id keyset on HubSpot, modified time and id on Salesforce).
    /// Associations are included. A page may be put together from several requests; it holds about 2,000 activities at most.
    /// </summary>
    /// <param name="window">What to read.</param>
    /// <param name="position">Where the last page ended, as <see cref="ScanPage.Position"/> gave it; null to begin.</param>
    /// <param name="cancellationToken">Stops between and inside requests.</param>
    Task<Result<ScanPage>> ReadPageAsync(ScanWindow window, string? position, CancellationToken cancellationToken);
}

/// <summary>A fixed range of modified times, both ends included.</summary>
public sealed record ScanWindow(string ObjectType, DateTimeOffset From, DateTimeOffset To);

/// <summary>A page of a scan.</summary>
/// <param name="Activities">What was read; may repeat what an earlier page or scan gave.</param>
/// <param name="Position">Opaque text to go on from; null when the window is drained.</param>
public sealed record ScanPage(IReadOnlyList<CrmActivity> Activities, string? Position)
{
    /// <summary>Records that were seen and deliberately left out (private events, series templates), by reason code.</summary>
    public IReadOnlyDictionary<string, int> Skipped { get; init; } = new Dictionary<string, int>();
}
