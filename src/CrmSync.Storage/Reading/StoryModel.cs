using System.Text.Json;
using CrmSync.Pipeline.Model;
using CrmSync.Storage.Activities;

namespace CrmSync.Storage.Reading;

/// <summary>Everything that is known about one activity; lists newest first.</summary>
public sealed record StoryView(
    StoryActivity Activity, ConnectionView Connection, IReadOnlyList<StoryLink> Links, IReadOnlyList<StoryDecision> Decisions,
    IReadOnlyList<WriteLogRow> Intents, IReadOnlyList<StoryOutcome> Outcomes)
{
    /// <summary>Questions to the hosted model.</summary>
    public IReadOnlyList<StoryAsk> Asks { get; init; } = [];

    /// <summary>What people said about it, those taken back included.</summary>
    public IReadOnlyList<CorrectionView> Corrections { get; init; } = [];
}

/// <summary>A question to the hosted model.</summary>
public sealed record StoryAsk
{
    /// <summary>Slug of the taxonomy.</summary>
    public string Taxonomy { get; init; } = "";

    /// <summary>open, answered, accepted or dropped.</summary>
    public string Status { get; init; } = "";

    /// <summary>Why it waits, or why the local answer stands.</summary>
    public string? Code { get; init; }

    /// <summary>The same in a sentence.</summary>
    public string? Message { get; init; }

    /// <summary>Unix milliseconds; when it is put next.</summary>
    public long NotBefore { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>Unix milliseconds; null while it is open.</summary>
    public long? FinishedAt { get; init; }
}

/// <summary>The activity itself.</summary>
public sealed record StoryActivity
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>The connection.</summary>
    public long ConnectionId { get; init; }

    /// <summary>The CRM's type.</summary>
    public string ObjectType { get; init; } = "";

    /// <summary>The CRM's id.</summary>
    public string ExternalId { get; init; } = "";

    /// <summary>One of <see cref="ActivityFilter.Types"/>.</summary>
    public string Type { get; init; } = "";

    /// <summary>JSON of the CRM's own fields.</summary>
    public string Evidence { get; init; } = "{}";

    /// <summary>The CRM's id of the rep.</summary>
    public string? OwnerId { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long OccurredAt { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long CrmCreatedAt { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long CrmModifiedAt { get; init; }

    /// <summary>Hash of the content as it is now.</summary>
    public string ContentHash { get; init; } = "";

    /// <summary>One of <see cref="ActivityFilter.States"/>.</summary>
    public string Status { get; init; } = "";

    /// <summary>Unix milliseconds; when a waiting activity is decided.</summary>
    public long? WaitsUntil { get; init; }

    /// <summary>Code of why it cannot be decided; null unless it is dead.</summary>
    public string? DeadCode { get; init; }

    /// <summary>One sentence: why it cannot be decided.</summary>
    public string? DeadMessage { get; init; }

    /// <summary>When an operator put it away as a dead letter, in Unix milliseconds; null where nobody did.</summary>
    public long? DeadDiscardedAt { get; init; }

    /// <summary>The run that stored this content.</summary>
    public long? RunId { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long FirstSeenAt { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long ContentChangedAt { get; init; }

    /// <summary>Raw and untrusted; null where the text was erased.</summary>
    public string? Subject { get; init; }

    /// <summary>Raw and untrusted, up to megabytes; null where the text was erased.</summary>
    public string? Body { get; init; }

    /// <summary>What decisions read; null where the text was erased. Fields in a form that this version does not know are left out.</summary>
    public ActivityContent? ReadContent()
    {
        if (Subject is null && Body is null)
            return null;
        var type = Enum.TryParse<ActivityType>(Type, ignoreCase: true, out var known) ? known : ActivityType.Note;
        CrmEvidence fields;
        try
        {
            fields = LedgerJson.ReadEvidence(Evidence);
        }
        catch (JsonException)
        {
            fields = CrmEvidence.None;
        }
        return new ActivityContent(type, Subject ?? "", Body ?? "", fields);
    }
}

/// <summary>A record that the activity hangs on.</summary>
public sealed record StoryLink
{
    /// <summary>contact, lead, company, deal.</summary>
    public string Role { get; init; } = "";

    /// <summary>The CRM's type.</summary>
    public string ObjectType { get; init; } = "";

    /// <summary>The CRM's id.</summary>
    public string ExternalId { get; init; } = "";

    /// <summary>Its name as the ledger holds it, raw and untrusted; null where the ledger does not know the record.</summary>
    public string? Name { get; init; }
}

/// <summary>A decision with its evidence.</summary>
public sealed record StoryDecision
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>Slug of the taxonomy.</summary>
    public string Taxonomy { get; init; } = "";

    /// <summary>Its version.</summary>
    public string TaxonomyVersion { get; init; } = "";

    /// <summary>Label id; the best guess where unsure; null where abstained.</summary>
    public string? Label { get; init; }

    /// <summary>decided, abstained or unsure.</summary>
    public string Status { get; init; } = "";

    /// <summary>0 to 1.</summary>
    public double Confidence { get; init; }

    /// <summary>rules, model, hosted or person.</summary>
    public string DecidedBy { get; init; } = "";

    /// <summary>Version of the deciding step.</summary>
    public string ModelVersion { get; init; } = "";

    /// <summary>One sentence.</summary>
    public string Reason { get; init; } = "";

    /// <summary>JSON: rule ids and spans.</summary>
    public string Evidence { get; init; } = "[]";

    /// <summary>Tokens sent for it; null where no hosted model was asked.</summary>
    public long? PromptTokens { get; init; }

    /// <summary>Tokens received for it.</summary>
    public long? CompletionTokens { get; init; }

    /// <summary>Their price, in millionths of a US dollar.</summary>
    public long? CostMicros { get; init; }

    /// <summary>The hosted model's own sentence, untrusted; null where there is none or it was erased.</summary>
    public string? Sentence { get; init; }

    /// <summary>Hash of the content that was decided about.</summary>
    public string ContentHash { get; init; } = "";

    /// <summary>Unix milliseconds.</summary>
    public long DecidedAt { get; init; }

    /// <summary>Unix milliseconds; null: the current one.</summary>
    public long? SupersededAt { get; init; }
}

/// <summary>One thing that became of an intent.</summary>
public sealed record StoryOutcome
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>The intent.</summary>
    public long IntentId { get; init; }

    /// <summary>State of the intent afterwards.</summary>
    public string Status { get; init; } = "";

    /// <summary>Unix milliseconds.</summary>
    public long At { get; init; }

    /// <summary>Code of our registry.</summary>
    public string? Code { get; init; }

    /// <summary>Plain sentence.</summary>
    public string? Message { get; init; }

    /// <summary>The CRM's own words.</summary>
    public string? RemoteMessage { get; init; }

    /// <summary>The CRM's correlation id.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>What the CRM held when we looked.</summary>
    public string? ValueBefore { get; init; }

    /// <summary>What the CRM said it holds afterwards.</summary>
    public string? ValueAfter { get; init; }
}
