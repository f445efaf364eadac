using CrmSync.Pipeline.Jobs;

namespace CrmSync.Pipeline.Reconciling;

/// <summary>How a comparison ended. Stored in lower case.</summary>
public enum CompletenessState
{
    /// <summary>Under way.</summary>
    Checking,

    /// <summary>Nothing was missing and nothing too much.</summary>
    Complete,

    /// <summary>What was missing is stored, what was too much is marked as gone.</summary>
    Repaired,

    /// <summary>Something is missing still.</summary>
    Incomplete,

    /// <summary>It could not be compared to the end.</summary>
    Failed,
}

/// <summary>What a comparison found about one record. Stored in lower case.</summary>
public enum CompletenessKind
{
    /// <summary>In the CRM and not with us, or with us in an older version.</summary>
    Missing,

    /// <summary>With us, and not in the CRM any more.</summary>
    Extra,

    /// <summary>A label of ours that reads otherwise in the CRM.</summary>
    Drifted,
}

/// <summary>Progress of a comparison; the counts are added to what stands.</summary>
/// <param name="CompletenessId">The comparison.</param>
/// <param name="Position">Where it goes on; null keeps the present position.</param>
public sealed record ReconcileProgress(long CompletenessId, string? Position)
{
    /// <summary>Activities in the CRM, of windows that are done with.</summary>
    public long CrmRows { get; init; }

    /// <summary>Activities with us, of the same windows.</summary>
    public long LedgerRows { get; init; }

    /// <summary>Labels that were read back.</summary>
    public long CheckedLabels { get; init; }

    /// <summary>What was found; finding it twice is harmless.</summary>
    public IReadOnlyList<CompletenessItem> Items { get; init; } = [];

    /// <summary>Whether missing activities are looked for in the ledger again: those that stand there by now are repaired.</summary>
    public bool Verify { get; init; }

    /// <summary>How it ended; null while it goes on.</summary>
    public CompletenessEnd? End { get; init; }
}

/// <summary>The end of a comparison.</summary>
/// <param name="State">How it ended.</param>
/// <param name="Hidden">Activities that the CRM counts but did not show; they count as missing.</param>
/// <param name="Sentence">Plain words for the operator.</param>
public sealed record CompletenessEnd(CompletenessState State, long Hidden, string Sentence);

/// <summary>What was found about one record.</summary>
/// <param name="Kind">What.</param>
/// <param name="ExternalId">The CRM's id; of a label on another record than the activity itself "type/id".</param>
public sealed record CompletenessItem(CompletenessKind Kind, string ExternalId)
{
    /// <summary>When the CRM modified what is missing; the ledger must hold a version at least as new to count as repaired.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>Of a missing activity: the modified time of the older version that we hold; null where we hold none.</summary>
    public DateTimeOffset? KnownAt { get; init; }

    /// <summary>Of a drifted label: the write that the CRM's value differs from.</summary>
    public WrittenLabel? Label { get; init; }

    /// <summary>Of a drifted label: what the CRM holds; null for blank.</summary>
    public string? Value { get; init; }

    /// <summary>Of a drifted label: who set it, as far as the CRM tells.</summary>
    public ValueActor? Actor { get; init; }
}
