namespace CrmSync.Storage.Reading;

/// <summary>What a preview found, in counts.</summary>
public sealed record PreviewView
{
    /// <summary>Ledger id of its run.</summary>
    public required long RunId { get; init; }

    /// <summary>Key of the connection.</summary>
    public required string ConnectionKey { get; init; }

    /// <summary>The connection's write mode now, as stored.</summary>
    public required string WriteMode { get; init; }

    /// <summary>State of the run, as stored; the counts grow while it is running.</summary>
    public required string Status { get; init; }

    /// <summary>The filter that it was asked for; blank for all.</summary>
    public required string Filter { get; init; }

    /// <summary>How many rows were asked for; null for all.</summary>
    public required long? Sample { get; init; }

    /// <summary>Who asked.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long StartedAt { get; init; }

    /// <summary>How many waiting writes it has looked at.</summary>
    public long Looked => Verdicts.Sum(verdict => verdict.Count);

    /// <summary>By what the writes would come to.</summary>
    public required IReadOnlyList<PreviewVerdictCount> Verdicts { get; init; }

    /// <summary>By label and what the writes would come to, largest first.</summary>
    public required IReadOnlyList<PreviewLabelCount> Labels { get; init; }

    /// <summary>By change: what records hold now and what would be written, largest first; the largest <see cref="PreviewQueries.MostChanges"/>.</summary>
    public required IReadOnlyList<PreviewChangeCount> Changes { get; init; }

    /// <summary>How many of a verdict.</summary>
    public long CountOf(string verdict) => Verdicts.Where(row => row.Verdict == verdict).Sum(row => row.Count);
}

/// <summary>How many writes would come to something.</summary>
public sealed record PreviewVerdictCount
{
    /// <summary>write, unchanged, kept or gone.</summary>
    public string Verdict { get; init; } = "";

    /// <summary>How many.</summary>
    public long Count { get; init; }
}

/// <summary>How many writes of a label would come to something.</summary>
public sealed record PreviewLabelCount
{
    /// <summary>Slug of the taxonomy.</summary>
    public string Taxonomy { get; init; } = "";

    /// <summary>The CRM value to be written; null clears.</summary>
    public string? Value { get; init; }

    /// <summary>write, unchanged, kept or gone.</summary>
    public string Verdict { get; init; } = "";

    /// <summary>How many.</summary>
    public long Count { get; init; }
}

/// <summary>How many records would go from one value to another.</summary>
public sealed record PreviewChangeCount
{
    /// <summary>Slug of the taxonomy.</summary>
    public string Taxonomy { get; init; } = "";

    /// <summary>What the records hold; null where the field is blank.</summary>
    public string? ValueNow { get; init; }

    /// <summary>The CRM value to be written; null clears.</summary>
    public string? Value { get; init; }

    /// <summary>How many.</summary>
    public long Count { get; init; }
}

/// <summary>One waiting write as a preview saw it.</summary>
public sealed record PreviewRowView
{
    /// <summary>Ledger id of the intent.</summary>
    public long IntentId { get; init; }

    /// <summary>The CRM's object type written to.</summary>
    public string TargetType { get; init; } = "";

    /// <summary>The CRM's id written to.</summary>
    public string TargetId { get; init; } = "";

    /// <summary>The label property.</summary>
    public string Property { get; init; } = "";

    /// <summary>Slug of the taxonomy.</summary>
    public string Taxonomy { get; init; } = "";

    /// <summary>The activity that was decided about.</summary>
    public long ActivityId { get; init; }

    /// <summary>Its type: call, email, meeting, note, task.</summary>
    public string ActivityType { get; init; } = "";

    /// <summary>Its subject, raw and untrusted; empty where it has none or was erased.</summary>
    public string Subject { get; init; } = "";

    /// <summary>What the record held.</summary>
    public string? ValueNow { get; init; }

    /// <summary>The CRM value that was to be written; null clears.</summary>
    public string? Value { get; init; }

    /// <summary>write, unchanged, kept or gone.</summary>
    public string Verdict { get; init; } = "";

    /// <summary>human, automation or unknown, of a value that would be kept.</summary>
    public string? Actor { get; init; }

    /// <summary>Unix milliseconds; when a value that would be kept was set, where the CRM says.</summary>
    public long? SetAt { get; init; }

    /// <summary>The CRM's id of who set it, where it says. An id, never a name.</summary>
    public string? SetBy { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long LookedAt { get; init; }

    /// <summary>The intent's state now, as stored.</summary>
    public string Status { get; init; } = "";
}
