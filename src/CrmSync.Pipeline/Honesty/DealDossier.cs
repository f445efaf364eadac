using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Honesty;

/// <summary>What an activity on a deal shows.</summary>
/// <param name="ActivityId">Ledger id.</param>
/// <param name="At">When it happened.</param>
/// <param name="Stage">What it mainly was; null where that is undecided, unsure or abstained from.</param>
/// <param name="Confidence">Of the stage, 0 to 1.</param>
/// <param name="IsEngaged">Whether the other side took part.</param>
public sealed record StageSign(long ActivityId, DateTimeOffset At, SalesStage? Stage, double Confidence, bool IsEngaged);

/// <summary>All that is known about one deal.</summary>
public sealed record DealDossier
{
    /// <summary>Ledger id.</summary>
    public required long DealId { get; init; }

    /// <summary>The connection.</summary>
    public required long ConnectionId { get; init; }

    /// <summary>The deal's pipeline, as the CRM calls it.</summary>
    public string? PipelineId { get; init; }

    /// <summary>The stage it stands in, as the CRM calls it.</summary>
    public string? StageId { get; init; }

    /// <summary>When the record was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the record was last modified.</summary>
    public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>Every stage that it ever stood in, as far back as the CRM keeps them; empty where it gives none.</summary>
    public IReadOnlyList<StageChange> History { get; init; } = [];

    /// <summary>Its activities, in any order.</summary>
    public IReadOnlyList<StageSign> Signs { get; init; } = [];

    /// <summary>Amount, in <see cref="Currency"/>.</summary>
    public decimal? Amount { get; init; }

    /// <summary>ISO 4217 code; null where the CRM says none.</summary>
    public string? Currency { get; init; }

    /// <summary>Day on which it closed or is to close.</summary>
    public DateOnly? CloseDate { get; init; }

    /// <summary>The CRM's id of the owner.</summary>
    public string? OwnerId { get; init; }

    /// <summary>Who that is; null where the CRM lists nobody by the id.</summary>
    public CrmOwner? Owner { get; init; }

    /// <summary>Country or region of the deal's company, in the CRM's words.</summary>
    public string? CompanyRegion { get; init; }
}
