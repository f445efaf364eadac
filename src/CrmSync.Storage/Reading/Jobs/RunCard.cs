namespace CrmSync.Storage.Reading.Jobs;

/// <summary>A run as people see it.</summary>
public sealed record RunCard
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>What it does, as stored.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Ledger id of the connection.</summary>
    public long ConnectionId { get; init; }

    /// <summary>Key of the connection.</summary>
    public string ConnectionKey { get; init; } = "";

    /// <summary>Name of the connection.</summary>
    public string ConnectionName { get; init; } = "";

    /// <summary>running, paused, completed, failed or cancelled.</summary>
    public string State { get; init; } = "";

    /// <summary>Who asked for it.</summary>
    public string RequestedBy { get; init; } = "";

    /// <summary>Words of the form key=value; blank where an older version started it.</summary>
    public string Arguments { get; init; } = "";

    /// <summary>The schedule that started it; null for people and notices, and where the schedule is gone.</summary>
    public long? ScheduleId { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long StartedAt { get; init; }

    /// <summary>Unix milliseconds; null while it is not at its end.</summary>
    public long? FinishedAt { get; init; }

    /// <summary>Rows that the CRM gave, repeats included; for a preview or comparison what was looked at.</summary>
    public long Seen { get; init; }

    /// <summary>New or changed ones.</summary>
    public long Stored { get; init; }

    /// <summary>Decisions.</summary>
    public long Labelled { get; init; }

    /// <summary>Answers that no definition covers.</summary>
    public long Abstained { get; init; }

    /// <summary>Answers below the threshold.</summary>
    public long Unsure { get; init; }

    /// <summary>Left out on purpose.</summary>
    public long Skipped { get; init; }

    /// <summary>Writes that the CRM took.</summary>
    public long Applied { get; init; }

    /// <summary>Writes that were not needed.</summary>
    public long Unchanged { get; init; }

    /// <summary>Values of others that stay.</summary>
    public long Kept { get; init; }

    /// <summary>Writes that the CRM refused.</summary>
    public long Rejected { get; init; }

    /// <summary>Activities put aside with a reason.</summary>
    public long Dead { get; init; }

    /// <summary>Calls to the CRM.</summary>
    public long Requests { get; init; }

    /// <summary>Rows that it was expected to read; null where nobody counted.</summary>
    public long? Expected { get; init; }

    /// <summary>Whether it is under way or held.</summary>
    public bool IsOpen => State is "running" or "paused";
}

/// <summary>One scan of a run.</summary>
public sealed record RunScan
{
    /// <summary>The CRM's type, or the taxonomy of a run that decides again.</summary>
    public string ObjectType { get; init; } = "";

    /// <summary>Unix milliseconds; begin of the modified times.</summary>
    public long FromAt { get; init; }

    /// <summary>Unix milliseconds; their end.</summary>
    public long ToAt { get; init; }

    /// <summary>open, drained or abandoned.</summary>
    public string State { get; init; } = "";

    /// <summary>Pages read.</summary>
    public long Pages { get; init; }

    /// <summary>Rows read.</summary>
    public long Seen { get; init; }
}

/// <summary>One batch of a run.</summary>
public sealed record RunBatch
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>What it does, as stored.</summary>
    public string Kind { get; init; } = "";

    /// <summary>As stored.</summary>
    public string State { get; init; } = "";

    /// <summary>Activities or records covered.</summary>
    public long Size { get; init; }

    /// <summary>Tries that counted.</summary>
    public long Attempts { get; init; }

    /// <summary>The node that holds it.</summary>
    public string? Node { get; init; }

    /// <summary>Unix milliseconds; end of the lease.</summary>
    public long? LeasedUntil { get; init; }

    /// <summary>Unix milliseconds; not before this is it tried.</summary>
    public long NotBefore { get; init; }

    /// <summary>Code of why it failed or waits.</summary>
    public string? Code { get; init; }

    /// <summary>The same in a sentence.</summary>
    public string? Message { get; init; }
}

/// <summary>How many batches of a run are in a state.</summary>
public sealed record RunBatchCount
{
    /// <summary>As stored.</summary>
    public string Kind { get; init; } = "";

    /// <summary>As stored.</summary>
    public string State { get; init; } = "";

    /// <summary>How many.</summary>
    public long Count { get; init; }
}

/// <summary>How long an earlier run of the same kind took.</summary>
public sealed record RunLength
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>As stored.</summary>
    public string State { get; init; } = "";

    /// <summary>Unix milliseconds.</summary>
    public long StartedAt { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long FinishedAt { get; init; }

    /// <summary>Rows that the CRM gave.</summary>
    public long Seen { get; init; }
}

/// <summary>An operator's act as its run shows it.</summary>
public sealed record RunAct
{
    /// <summary>intent or activity.</summary>
    public string Target { get; init; } = "";

    /// <summary>The frozen filter.</summary>
    public string Filter { get; init; } = "";

    /// <summary>The highest id that it covers.</summary>
    public long UpToId { get; init; }

    /// <summary>The highest id that was dealt with.</summary>
    public long Position { get; init; }

    /// <summary>Rows that it changed.</summary>
    public long Done { get; init; }

    /// <summary>Rows that it did not touch, each with its reason.</summary>
    public long LeftOut { get; init; }

    /// <summary>At most so many; null for all.</summary>
    public long? Sample { get; init; }

    /// <summary>Of an approval: its preview.</summary>
    public long? PreviewRunId { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }
}
