using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Polling;

/// <summary>
/// The part of a connector that proves what its scans promise: what a window holds, counted and by id, and records read directly by their ids. Thread-safe; every
/// method is repeatable and changes nothing.
/// </summary>
public interface IWindowReader
{
    /// <summary>
    /// How many activities of a type lie in a window, by one cheap request. Rows that scans leave out on purpose are left out here, too, as far as a condition can say it.
    /// </summary>
    Task<Result<WindowCount>> CountAsync(CompareWindow window, CancellationToken cancellationToken);

    /// <summary>The next ids of a window, by the cheapest way there is; rows left out as by <see cref="CountAsync"/>.</summary>
    /// <param name="window">What to read.</param>
    /// <param name="position">Where the last page ended, as <see cref="IdPage.Position"/> gave it; null to begin.</param>
    /// <param name="cancellationToken">Stops between and inside requests.</param>
    Task<Result<IdPage>> ReadIdsAsync(CompareWindow window, string? position, CancellationToken cancellationToken);

    /// <summary>
    /// Activities by their ids, read directly and never from an index, exactly as a scan would give them. What the CRM does not have (any more) is absent from
    /// <see cref="DirectRead.Existing"/>.
    /// </summary>
    /// <param name="objectType">Type of all the activities.</param>
    /// <param name="ids">At most <see cref="MostDirect"/> ids.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<Result<DirectRead>> ReadByIdsAsync(string objectType, IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>Most ids of one direct read: HubSpot's batch, and few enough that notes of Salesforce, each a request of its own, fit into the time of a call.</summary>
    const int MostDirect = 100;
}

/// <summary>A range of modified times in whole seconds, because Salesforce knows no finer ones.</summary>
/// <param name="ObjectType">The CRM's type.</param>
/// <param name="From">Begin, included.</param>
/// <param name="Until">End, not included.</param>
public sealed record CompareWindow(string ObjectType, DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>The narrowest window.</summary>
    public static readonly TimeSpan Grain = TimeSpan.FromSeconds(1);
}

/// <summary>A CRM's count.</summary>
/// <param name="Rows">The count; at least this many where it is not exact.</param>
/// <param name="IsExact">False where the CRM does not count that far; smaller windows are then counted.</param>
public readonly record struct WindowCount(long Rows, bool IsExact);

/// <summary>A page of ids.</summary>
/// <param name="Rows">Ids with their modified times; may repeat what an earlier page gave.</param>
/// <param name="Position">Opaque text to go on from; null when the window is drained.</param>
public sealed record IdPage(IReadOnlyList<IdStamp> Rows, string? Position);

/// <summary>A record's id and when it was last modified.</summary>
public readonly record struct IdStamp(string ExternalId, DateTimeOffset ModifiedAt);

/// <summary>What a direct read found.</summary>
/// <param name="Activities">As a scan would give them; one may be of another type than was asked for, where the CRM keeps the same activity twice.</param>
/// <param name="Existing">Those of the asked ids that the CRM has, those that scans leave out on purpose among them.</param>
public sealed record DirectRead(IReadOnlyList<CrmActivity> Activities, IReadOnlySet<string> Existing);
