namespace CrmSync.Storage.Reading;

/// <summary>One intent with its decision and what became of it.</summary>
public sealed record WriteLogRow
{
    /// <summary>Ledger id of the intent.</summary>
    public long Id { get; init; }

    /// <summary>The connection.</summary>
    public long ConnectionId { get; init; }

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

    /// <summary>Ledger id of the account whose own label it is, such as its segment; 0 for an activity's.</summary>
    public long AccountId { get; init; }

    /// <summary>Its subject, raw and untrusted; empty where it has none or was erased.</summary>
    public string Subject { get; init; } = "";

    /// <summary>CRM value to be written; null clears.</summary>
    public string? Value { get; init; }

    /// <summary>One of <see cref="WriteLogFilter.Outcomes"/>.</summary>
    public string Status { get; init; } = "";

    /// <summary>What the CRM held when we looked.</summary>
    public string? ValueBefore { get; init; }

    /// <summary>What the CRM said it holds afterwards.</summary>
    public string? ValueAfter { get; init; }

    /// <summary>human, automation or unknown, of a kept value.</summary>
    public string? Actor { get; init; }

    /// <summary>Code of our registry.</summary>
    public string? Code { get; init; }

    /// <summary>Tries so far.</summary>
    public int Attempt { get; init; }

    /// <summary>Unix milliseconds of the last change.</summary>
    public long UpdatedAt { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>rules, model, hosted or person.</summary>
    public string DecidedBy { get; init; } = "";

    /// <summary>0 to 1.</summary>
    public double Confidence { get; init; }

    /// <summary>The decision's one sentence.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Label id; null where abstained.</summary>
    public string? Label { get; init; }

    /// <summary>Plain sentence of the newest outcome.</summary>
    public string? Message { get; init; }
}
