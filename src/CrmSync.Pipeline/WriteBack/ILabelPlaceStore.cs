namespace CrmSync.Pipeline.WriteBack;

/// <summary>Where labels of each connection's activity types live, as the CRM was last seen to allow. Thread-safe.</summary>
public interface ILabelPlaceStore
{
    /// <summary>The places of a connection by activity type; empty before the first look.</summary>
    Task<IReadOnlyDictionary<string, LabelPlace>> ReadPlacesAsync(long connectionId, CancellationToken cancellationToken);

    /// <summary>
    /// Stores places. Where one changed, the open intents of that type's activities are withdrawn and current decisions ask for their labels at the new place, in steps
    /// that do not hold other work up.
    /// </summary>
    /// <returns>Activity types whose place changed.</returns>
    Task<IReadOnlyList<string>> SavePlacesAsync(long connectionId, IReadOnlyDictionary<string, LabelPlace> places, CancellationToken cancellationToken);
}
