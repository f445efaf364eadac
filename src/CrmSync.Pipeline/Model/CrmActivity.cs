namespace CrmSync.Pipeline.Model;

/// <summary>
/// One activity as a connector read it. Text is already safe to store: NULs and lone surrogates are replaced, nothing else is changed.
/// </summary>
public sealed record CrmActivity
{
    /// <summary>The CRM's own type: notes, calls, emails, meetings, tasks; or Task, Event.</summary>
    public required string ObjectType { get; init; }

    /// <summary>The CRM's id as text; Salesforce ids in 18 characters.</summary>
    public required string ExternalId { get; init; }

    /// <summary>What decisions look at.</summary>
    public required ActivityContent Content { get; init; }

    /// <summary>When it happened, best knowledge (a task's due date is not it).</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>When the CRM's record was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The CRM's last-modified time, by which it is polled.</summary>
    public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>The CRM's id of the owner (rep), if any.</summary>
    public string? OwnerId { get; init; }

    /// <summary>Records that it hangs on.</summary>
    public IReadOnlyList<Association> Associations { get; init; } = [];
}

/// <summary>A link from an activity to another record.</summary>
/// <param name="Role">
/// contact, lead, company, deal; one word for both CRMs (an account is a company, an opportunity a deal). <see cref="Twin"/> for the record in which the CRM keeps
/// the same activity a second time.
/// </param>
/// <param name="ObjectType">The CRM's own type.</param>
/// <param name="ExternalId">The CRM's id.</param>
/// <param name="Label">What the link is called in the CRM (an association label, a contact's role in a deal); null where it has no name.</param>
public readonly record struct Association(string Role, string ObjectType, string ExternalId, string? Label = null)
{
    /// <summary>Role of a twin: the EmailMessage of a Task that Salesforce keeps for the same mail. A label is written to both where the twin can hold it.</summary>
    public const string Twin = "twin";
}
