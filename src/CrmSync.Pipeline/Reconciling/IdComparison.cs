namespace CrmSync.Pipeline.Reconciling;

/// <summary>Which ids of a window only one side has. Pure.</summary>
/// <param name="Missing">In the CRM, and not with us in a version that is at least as new.</param>
/// <param name="Extra">With us, and not shown by the CRM.</param>
internal sealed record IdComparison(IReadOnlyList<string> Missing, IReadOnlyList<string> Extra)
{
    public static IdComparison Of(IReadOnlyDictionary<string, DateTimeOffset> theirs, IReadOnlyDictionary<string, DateTimeOffset> ours) => new(
        [.. theirs.Where(row => !ours.TryGetValue(row.Key, out var known) || known < row.Value).Select(row => row.Key).Order(StringComparer.Ordinal)],
        [.. ours.Keys.Where(id => !theirs.ContainsKey(id)).Order(StringComparer.Ordinal)]);

    /// <summary>
    /// The missing ones that are missing still after a look at what the ledger knows of them now: polls go on meanwhile, erased keys are ours, and a version that
    /// has moved out of the window is newer than the one that the CRM's list showed.
    /// </summary>
    public static IReadOnlyList<string> StillMissing(
        IReadOnlyList<string> ids, IReadOnlyDictionary<string, DateTimeOffset> theirs, IReadOnlyDictionary<string, KnownKey> known) =>
        [.. ids.Where(id => !known.TryGetValue(id, out var key) || (!key.IsErased && (key.IsGone || key.ModifiedAt < theirs[id])))];
}
