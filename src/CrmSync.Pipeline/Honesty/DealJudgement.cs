namespace CrmSync.Pipeline.Honesty;

/// <summary>How what a rep reports about a deal stands to what its activities show. Stored by name in lower snake case.</summary>
public enum DealVerdict
{
    /// <summary>Both say the same, or the report claims nothing that the activities deny.</summary>
    Agrees,

    /// <summary>No activity of the deal shows a stage.</summary>
    NoEvidence,

    /// <summary>The stage that the rep reports means none of ours.</summary>
    Unmapped,

    /// <summary>Reported further than shown.</summary>
    Ahead,

    /// <summary>Shown further than reported.</summary>
    Behind,

    /// <summary>Its activities say that it is won, and it is still open in the CRM.</summary>
    WonOpen,

    /// <summary>Its activities say that it is lost, and it is still open in the CRM.</summary>
    LostOpen,

    /// <summary>Marked as won, and no activity shows that.</summary>
    WonUnproven,

    /// <summary>Marked as won where its activities say lost, or the other way round.</summary>
    Contradicts,

    /// <summary>Marked as over, and the other side goes on talking.</summary>
    ClosedActive,
}

/// <summary>What is kept about one deal.</summary>
public sealed record DealJudgement
{
    /// <summary>Ledger id of the deal.</summary>
    public required long DealId { get; init; }

    /// <summary>The verdict.</summary>
    public required DealVerdict Verdict { get; init; }

    /// <summary>What the rep reports; null where the CRM's stage means none of ours.</summary>
    public SalesStage? Reported { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? ReportedSince { get; init; }

    /// <summary>What the activities show; null where they show nothing.</summary>
    public SalesStage? Shown { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? ShownSince { get; init; }

    /// <summary>How sure the surest activity that shows it is, 0 to 1.</summary>
    public double? ShownConfidence { get; init; }

    /// <summary>Whether it had been over and was talked about again.</summary>
    public bool IsReopened { get; init; }

    /// <summary>Since when the two have disagreed without a break; null where they do not.</summary>
    public DateTimeOffset? DisagreesSince { get; init; }

    /// <summary>Whether it claims a negotiation, or a sale, and no activity shows either.</summary>
    public bool ClaimsUnshown { get; init; }

    /// <summary>Its activities so far.</summary>
    public int Activities { get; init; }

    /// <summary>Those that show how far it is, follow-ups left out.</summary>
    public int Anchored { get; init; }

    /// <summary>When the newest one took place.</summary>
    public DateTimeOffset? LastActivityAt { get; init; }

    /// <summary>When the newest one took place in which the other side took part.</summary>
    public DateTimeOffset? LastEngagedAt { get; init; }

    /// <summary>The activities to look at, the telling ones first.</summary>
    public IReadOnlyList<StageSign> Evidence { get; init; } = [];

    /// <summary>Who reports.</summary>
    public required DealPlace Place { get; init; }

    /// <summary>Whether the two are compared at all.</summary>
    public bool IsCompared => Verdict is not (DealVerdict.NoEvidence or DealVerdict.Unmapped);

    /// <summary>Whether they disagree.</summary>
    public bool Disagrees => IsCompared && Verdict is not DealVerdict.Agrees;
}

/// <summary>Whom a deal counts for.</summary>
/// <param name="Rep">Key of the rep, the same for one person in two CRMs; empty where nobody owns the deal.</param>
/// <param name="RepName">The rep's name.</param>
/// <param name="Team">Team or role; empty where there is none.</param>
/// <param name="Region">Country or region; empty where none is known.</param>
/// <param name="Month">Month in which it closed or is to close, yyyy-MM; empty where there is no date.</param>
public sealed record DealPlace(string Rep, string RepName, string Team, string Region, string Month);
