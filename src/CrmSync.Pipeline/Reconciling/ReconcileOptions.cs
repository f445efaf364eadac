namespace CrmSync.Pipeline.Reconciling;

/// <summary>How completeness is proved.</summary>
public sealed record ReconcileOptions
{
    /// <summary>
    /// How long a change may take until the CRM's index shows it; a comparison ends this long before now. Default 60 minutes, range 0 to 7 days: beyond any lag that was
    /// seen, and a reach-back poll has come and gone by then.
    /// </summary>
    public TimeSpan Lag { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>Labels that are read back per activity type and comparison, those of the records changed last first. Default 2,000; 0 for none, null for all.</summary>
    public long? Labels { get; init; } = 2_000;

    /// <summary>Whether ids are compared even where counts agree: one row too many and one too few would hide each other. Default false.</summary>
    public bool ByIds { get; init; }

    /// <summary>Windows with at most this many rows are compared by ids instead of being halved further. Default 2,000.</summary>
    public int LeafRows { get; init; } = 2_000;
}
