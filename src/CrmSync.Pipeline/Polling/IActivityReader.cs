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

    /// <summary>
    /// The next ids of activities of a type that were archived, deleted or merged away in the window, as far as the CRM tells. A CRM that cannot say when may give
    /// all it still knows of; marking one twice is harmless.
    /// </summary>
    Task<Result<GonePage>> ReadGoneAsync(ScanWindow window, string? position, CancellationToken cancellationToken);

    /// <summary>
    /// Whether a new link between an activity and another record leaves the activity's modified time alone (HubSpot), so that links have to be read anew now and then.
    /// </summary>
    bool LinksAreQuiet { get; }

    /// <summary>The links of activities as they are now. Activities that are gone are absent; one without links has an empty list.</summary>
    /// <param name="objectType">Type of all the activities.</param>
    /// <param name="ids">At most 1,000 ids.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<Result<IReadOnlyDictionary<string, IReadOnlyList<Association>>>> ReadLinksAsync(
        string objectType, IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>What reading a window would cost, by one or two cheap requests.</summary>
    Task<Result<ReadForecast>> ForecastAsync(ScanWindow window, CancellationToken cancellationToken);
}

/// <summary>Activities that are not there any more.</summary>
/// <param name="Ids">The CRM's ids.</param>
/// <param name="Position">Opaque text to go on from; null when there are no more.</param>
public sealed record GonePage(IReadOnlyList<string> Ids, string? Position);

/// <summary>What reading a window costs.</summary>
/// <param name="ObjectType">The type.</param>
/// <param name="Rows">Activities in the window, as the CRM counts them.</param>
/// <param name="Route">The way that would be taken: search, list, query or bulk.</param>
/// <param name="Requests">Fewest requests by that way, associations included.</param>
/// <param name="AtLeast">Shortest time that the CRM's limits, or our share of them, allow for those requests.</param>
/// <param name="Formula">How <paramref name="Requests"/> comes about, in words, such as "rows/100 + 3 x rows/1000".</param>
public sealed record ReadForecast(string ObjectType, long Rows, string Route, long Requests, TimeSpan AtLeast, string Formula);

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
