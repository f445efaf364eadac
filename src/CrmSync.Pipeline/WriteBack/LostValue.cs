namespace CrmSync.Pipeline.WriteBack;

/// <summary>
/// Finds, in a property's history, a value that somebody set between our read and our write. By the order of the entries and never by their times: clocks of a CRM and
/// of ours differ by more than the window is wide. Pure.
/// </summary>
internal static class LostValue
{
    /// <summary>The value that our write covered; null where it covered what we had read, or where the history does not tell.</summary>
    /// <param name="history">Newest first.</param>
    /// <param name="written">What the CRM said it holds after our write.</param>
    /// <param name="before">What we read before it.</param>
    /// <param name="ours">Values that are ours; a read that was late may show one of them as news.</param>
    public static ValueSetting? Find(IReadOnlyList<ValueSetting> history, string? written, string? before, IReadOnlyList<string?> ours)
    {
        // A newer entry than ours is somebody's later answer and stands already.
        if (history.Count == 0 || !Ownership.Same(history[0].Value, written))
            return null;
        var previous = history.SkipWhile(entry => Ownership.Same(entry.Value, written)).FirstOrDefault();
        return previous is null || Ownership.Same(previous.Value, before) || (!string.IsNullOrEmpty(previous.Value) && ours.Contains(previous.Value)) ? null : previous;
    }
}
