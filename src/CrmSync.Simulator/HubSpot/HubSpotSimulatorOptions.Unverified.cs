namespace CrmSync.Simulator.HubSpot;

/// <summary>What a token without <c>sales-email-read</c> meets when it reads mails.</summary>
public enum MailsWithoutScope
{
    /// <summary>403, naming the scope.</summary>
    Refused,

    /// <summary>The mails, with subject and text left blank.</summary>
    Blanked,
}

/// <summary>What one id given twice in a batch update does.</summary>
public enum DuplicateIdsInBatch
{
    /// <summary>400, nothing is written.</summary>
    Refused,

    /// <summary>Both are written in turn, so the later one wins.</summary>
    LastWins,
}

/// <summary>What the deletion of a contact for privacy's sake takes with it.</summary>
public enum GdprErasure
{
    /// <summary>The contact and its links.</summary>
    ContactAlone,

    /// <summary>The bodies of its activities too.</summary>
    ContactAndBodies,
}

/// <remarks>This part holds the switches for what the fact sheet marks as not confirmed by anything read.</remarks>
public sealed partial record HubSpotSimulatorOptions
{
    /// <summary>
    /// §1: what a token without <c>sales-email-read</c> meets; <see cref="HubSpotToken.ReadsMailsWithoutText"/> blanks for one token alone.
    /// </summary>
    public MailsWithoutScope MailsWithoutScope { get; init; } = MailsWithoutScope.Refused;

    /// <summary>§1: <c>category</c> of the 401 that an expired token meets.</summary>
    public string ExpiredTokenCategory { get; init; } = "EXPIRED_AUTHENTICATION";

    /// <summary>§2: whether a read that asks for an unknown property is refused with 400; off, the name is dropped silently.</summary>
    public bool RefusesUnknownPropertyOnRead { get; init; }

    /// <summary>§2.2: HubSpot's guide writes CANCELED, its command line tool CANCELLED. The one spelling that the options list.</summary>
    public string CanceledMeetingOutcome { get; init; } = "CANCELED";

    /// <summary>§2.3: whether the list endpoint goes from the newest id down; off, ids ascend.</summary>
    public bool ListsNewestFirst { get; init; }

    /// <summary>§2.3: whether a create without <c>associations</c> is refused; an empty list always works.</summary>
    public bool CreateNeedsAssociations { get; init; }

    /// <summary>§3: whether search filters on instants take ISO 8601 beside epoch milliseconds.</summary>
    public bool SearchTakesIsoInstants { get; init; } = true;

    /// <summary>§3.2: whether writing the value that is there already moves the last-modified instant (it never writes history).</summary>
    public bool IdenticalWriteMovesModified { get; init; } = true;

    /// <summary>§4: most inputs of a batch read that asks for history, 1 to 100.</summary>
    public int BatchReadWithHistoryLimit { get; init; } = 50;

    /// <summary>§4: what one id given twice in a batch update does.</summary>
    public DuplicateIdsInBatch DuplicateIdsInBatch { get; init; } = DuplicateIdsInBatch.Refused;

    /// <summary>§4: what one bad value in a batch does.</summary>
    public BadValueInBatch BadValueInBatch { get; init; } = BadValueInBatch.FailsWholeCall;

    /// <summary>§5.1: whether a 429 carries <c>category: RATE_LIMITS</c> in place of <c>errorType: RATE_LIMIT</c>.</summary>
    public bool RateLimitNamesCategory { get; init; }

    /// <summary>§6.1: whether property names outside <c>[a-z][a-z0-9_]*</c> are refused; off, only the length is looked at.</summary>
    public bool RefusesOddPropertyNames { get; init; } = true;

    /// <summary>
    /// §6.3: per object type (plural name) whether property definitions may be written; types left out allow it. Notes and emails are denied
    /// unless told otherwise.
    /// </summary>
    public IReadOnlyDictionary<string, PropertyPermission> PropertyPermissions { get; init; } = new Dictionary<string, PropertyPermission>
    {
        ["notes"] = PropertyPermission.Deny403,
        ["emails"] = PropertyPermission.Deny403,
    };

    /// <summary>§7: whether <c>toObjectId</c> is text, as the specification says; off, a number, as the live API was seen to send.</summary>
    public bool ToObjectIdAsText { get; init; }

    /// <summary>§8: <c>sourceType</c> of what an app wrote.</summary>
    public string AppSourceType { get; init; } = "INTEGRATION";

    /// <summary>§8: <c>sourceId</c> of what an app wrote; null takes the id of the app.</summary>
    public string? AppSourceId { get; init; }

    /// <summary>§8: whether property history comes newest first; off, oldest first.</summary>
    public bool HistoryNewestFirst { get; init; } = true;

    /// <summary>§8: history entries answered per property, the newest (HubSpot keeps about 20 to 45).</summary>
    public int HistoryEntriesAnswered { get; init; } = 45;

    /// <summary>§9: what the deletion of a contact for privacy's sake takes with it.</summary>
    public GdprErasure GdprErasure { get; init; } = GdprErasure.ContactAlone;
}
