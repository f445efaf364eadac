namespace CrmSync.Pipeline.Model;

/// <summary>Records beside activities, as one page of a scan gave them. Text is already safe to store.</summary>
public sealed record CrmRecords
{
    /// <summary>No records.</summary>
    public static readonly CrmRecords None = new();

    /// <summary>Deals or opportunities.</summary>
    public IReadOnlyList<CrmDeal> Deals { get; init; } = [];

    /// <summary>Companies or accounts.</summary>
    public IReadOnlyList<CrmCompany> Companies { get; init; } = [];

    /// <summary>Contacts and leads.</summary>
    public IReadOnlyList<CrmPerson> People { get; init; } = [];

    /// <summary>How many there are in all.</summary>
    public int Count => Deals.Count + Companies.Count + People.Count;
}

/// <summary>Who sells, and which stages there are: small lists that are read whole.</summary>
public sealed record CrmDirectory(IReadOnlyList<CrmOwner> Owners, IReadOnlyList<CrmStage> Stages);

/// <summary>A deal (HubSpot) or opportunity (Salesforce).</summary>
public sealed record CrmDeal
{
    /// <summary>The CRM's own type: deals or Opportunity.</summary>
    public required string ObjectType { get; init; }

    /// <summary>The CRM's id.</summary>
    public required string ExternalId { get; init; }

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The CRM's id of the pipeline; null where the CRM has only one and gives it no id.</summary>
    public string? PipelineId { get; init; }

    /// <summary>The CRM's id of the stage it stands in (Salesforce: the stage's name).</summary>
    public string? StageId { get; init; }

    /// <summary>Amount in the record's currency.</summary>
    public decimal? Amount { get; init; }

    /// <summary>ISO 4217 code where the CRM says one.</summary>
    public string? Currency { get; init; }

    /// <summary>Date on which it closed or is to close.</summary>
    public DateOnly? CloseDate { get; init; }

    /// <summary>Whether it is closed.</summary>
    public bool IsClosed { get; init; }

    /// <summary>Whether it is won.</summary>
    public bool IsWon { get; init; }

    /// <summary>Why it was won or lost, as a person wrote it; free text.</summary>
    public string? CloseReason { get; init; }

    /// <summary>The CRM's id of the owner.</summary>
    public string? OwnerId { get; init; }

    /// <summary>Its companies and contacts, with the labels or roles of the links.</summary>
    public IReadOnlyList<Association> Links { get; init; } = [];

    /// <summary>When the record was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the record was last modified.</summary>
    public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>
    /// Every stage that it ever stood in, oldest first, as far back as the CRM keeps them; the last one is the current one. Empty where the CRM gives none.
    /// </summary>
    public IReadOnlyList<StageChange> StageHistory { get; init; } = [];
}

/// <summary>A deal entered a stage.</summary>
/// <param name="StageId">The stage, as <see cref="CrmDeal.StageId"/>.</param>
/// <param name="At">When.</param>
/// <param name="By">The CRM's id of the user who moved it, where it says so.</param>
public readonly record struct StageChange(string StageId, DateTimeOffset At, string? By = null);

/// <summary>A company (HubSpot) or account (Salesforce).</summary>
public sealed record CrmCompany
{
    /// <summary>The CRM's own type: companies or Account.</summary>
    public required string ObjectType { get; init; }

    /// <summary>The CRM's id.</summary>
    public required string ExternalId { get; init; }

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Internet domain, in lower case.</summary>
    public string? Domain { get; init; }

    /// <summary>Industry in the CRM's words.</summary>
    public string? Industry { get; init; }

    /// <summary>People who work there.</summary>
    public long? Employees { get; init; }

    /// <summary>Yearly revenue.</summary>
    public decimal? Revenue { get; init; }

    /// <summary>Country or region, in the CRM's words.</summary>
    public string? Region { get; init; }

    /// <summary>The CRM's id of the owner.</summary>
    public string? OwnerId { get; init; }

    /// <summary>When the record was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the record was last modified.</summary>
    public required DateTimeOffset ModifiedAt { get; init; }
}

/// <summary>A contact or lead. Names and addresses are personal data.</summary>
public sealed record CrmPerson
{
    /// <summary>The CRM's own type: contacts, Contact or Lead.</summary>
    public required string ObjectType { get; init; }

    /// <summary>The CRM's id.</summary>
    public required string ExternalId { get; init; }

    /// <summary>Full name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Job title.</summary>
    public string? Title { get; init; }

    /// <summary>Mail address, in lower case.</summary>
    public string? Email { get; init; }

    /// <summary>The CRM's id of the company, where the record itself names one.</summary>
    public string? CompanyId { get; init; }

    /// <summary>The CRM's id of the owner.</summary>
    public string? OwnerId { get; init; }

    /// <summary>When the record was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the record was last modified.</summary>
    public required DateTimeOffset ModifiedAt { get; init; }
}

/// <summary>Somebody who owns records: a rep, or a queue.</summary>
/// <param name="ExternalId">The CRM's id, as owner fields name it.</param>
/// <param name="UserId">The CRM's id of the user, where it differs from the owner's.</param>
/// <param name="Name">Full name.</param>
/// <param name="Email">Mail address, in lower case.</param>
/// <param name="Active">Whether the owner can sign in.</param>
public sealed record CrmOwner(string ExternalId, string? UserId, string Name, string? Email, bool Active)
{
    /// <summary>The primary team (HubSpot) or the role (Salesforce).</summary>
    public string? Team { get; init; }

    /// <summary>Region, where the CRM has one.</summary>
    public string? Region { get; init; }
}

/// <summary>A stage of a pipeline.</summary>
/// <param name="PipelineId">The CRM's id of the pipeline; empty where there is only one without an id.</param>
/// <param name="PipelineName">Its name.</param>
/// <param name="StageId">The CRM's id of the stage.</param>
/// <param name="Name">What a rep reads.</param>
/// <param name="Position">Order, from 0.</param>
/// <param name="IsClosed">Whether a deal in it is closed.</param>
/// <param name="IsWon">Whether a deal in it is won.</param>
/// <param name="Probability">0 to 1, where the CRM says one.</param>
public sealed record CrmStage(
    string PipelineId, string PipelineName, string StageId, string Name, int Position, bool IsClosed, bool IsWon, double? Probability);
