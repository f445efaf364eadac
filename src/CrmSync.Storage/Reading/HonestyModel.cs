using System.Text.Json;
using CrmSync.Pipeline.Honesty;

namespace CrmSync.Storage.Reading;

/// <summary>A deal with what is reported about it and what its activities show.</summary>
public sealed record DealRow
{
    /// <summary>Ledger id of the deal.</summary>
    public long DealId { get; init; }

    /// <summary>Key of the connection.</summary>
    public string Connection { get; init; } = "";

    /// <summary>Name of the connection.</summary>
    public string ConnectionName { get; init; } = "";

    /// <summary>The CRM's type.</summary>
    public string ObjectType { get; init; } = "";

    /// <summary>The CRM's id.</summary>
    public string ExternalId { get; init; } = "";

    /// <summary>Name of the deal: raw and untrusted.</summary>
    public string Name { get; init; } = "";

    /// <summary>The CRM's name of the stage it stands in: raw and untrusted; null where none is known.</summary>
    public string? CrmStage { get; init; }

    /// <summary>Key of the rep; empty where nobody owns it.</summary>
    public string Rep { get; init; } = "";

    /// <summary>Name of the rep.</summary>
    public string RepName { get; init; } = "";

    /// <summary>Team; empty where there is none.</summary>
    public string Team { get; init; } = "";

    /// <summary>Region; empty where none is known.</summary>
    public string Region { get; init; } = "";

    /// <summary>Day on which it closed or is to close, yyyy-MM-dd.</summary>
    public string? CloseDate { get; init; }

    /// <summary>A <see cref="DealVerdict"/>, as stored.</summary>
    public string Verdict { get; init; } = "";

    /// <summary>Label id of the stage that is reported; null where the CRM's stage means none.</summary>
    public string? Reported { get; init; }

    /// <summary>Unix milliseconds: since when.</summary>
    public long? ReportedAt { get; init; }

    /// <summary>Label id of the stage that is shown; null where nothing is.</summary>
    public string? Shown { get; init; }

    /// <summary>Unix milliseconds: since when.</summary>
    public long? ShownAt { get; init; }

    /// <summary>0 to 1: how sure the surest activity that shows it is.</summary>
    public double? Confidence { get; init; }

    /// <summary>1 where it had been over before.</summary>
    public long IsReopened { get; init; }

    /// <summary>1 where it claims what no activity shows.</summary>
    public long ClaimsUnshown { get; init; }

    /// <summary>Unix milliseconds: since when the two disagree; null where they do not.</summary>
    public long? DisagreesAt { get; init; }

    /// <summary>ISO 4217 code; empty where the CRM says none.</summary>
    public string Currency { get; init; } = "";

    /// <summary>Amount in hundredths.</summary>
    public long Cents { get; init; }

    /// <summary>1 where the CRM holds an amount.</summary>
    public long HasAmount { get; init; }

    /// <summary>Money at stake in hundredths; -1 where the two agree or are not compared.</summary>
    public long Stake { get; init; }

    /// <summary>Its activities.</summary>
    public long Activities { get; init; }

    /// <summary>Unix milliseconds; 0 where there is none.</summary>
    public long LastActivityAt { get; init; }

    /// <summary>Unix milliseconds; 0 where there is none.</summary>
    public long LastEngagedAt { get; init; }

    /// <summary>JSON of the activities to look at.</summary>
    public string EvidenceJson { get; init; } = "[]";

    /// <summary>The activities to look at.</summary>
    public IReadOnlyList<DealEvidence> Evidence => JsonSerializer.Deserialize<List<DealEvidence>>(EvidenceJson, JsonSerializerOptions.Web) ?? [];
}

/// <summary>An activity that shows something about its deal.</summary>
/// <param name="Activity">Ledger id.</param>
/// <param name="At">Unix milliseconds.</param>
/// <param name="Stage">Label id.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="Engaged">Whether the other side took part.</param>
public sealed record DealEvidence(long Activity, long At, string? Stage, double Confidence, bool Engaged);

/// <summary>What can be chosen in filters, with the deals of each.</summary>
/// <param name="Owners">Reps by name.</param>
/// <param name="Teams">Teams.</param>
/// <param name="Regions">Regions.</param>
/// <param name="Months">Months, the latest first.</param>
/// <param name="Currencies">Currencies.</param>
public sealed record HonestyChoices(
    IReadOnlyList<(string Key, string Name)> Owners, IReadOnlyList<string> Teams, IReadOnlyList<string> Regions, IReadOnlyList<string> Months, IReadOnlyList<string> Currencies);

/// <summary>How complete the comparison is.</summary>
/// <param name="Waiting">Deals that wait to be judged again; counting stops at <see cref="CappedCount.Limit"/>.</param>
/// <param name="IsCatchingUp">Whether a connection's deals are still being asked for.</param>
/// <param name="Activities">Activities of all connections, when they were last counted.</param>
/// <param name="WithoutDeal">Those that hang on no deal and count nowhere.</param>
/// <param name="CountedAt">Unix milliseconds of the oldest such count; null before the first.</param>
public sealed record HonestyFreshness(CappedCount Waiting, bool IsCatchingUp, long Activities, long WithoutDeal, long? CountedAt);

/// <summary>What roll-ups go by.</summary>
public enum DealDimension
{
    /// <summary>Reps.</summary>
    Rep,

    /// <summary>Teams.</summary>
    Team,

    /// <summary>Regions.</summary>
    Region,

    /// <summary>Months of the close date.</summary>
    Month,

    /// <summary>All deals as one.</summary>
    All,
}
