using CrmSync.Pipeline.Segments.Learning;

namespace CrmSync.Pipeline.Segments.Briefs;

/// <summary>An account that a brief can be made for.</summary>
/// <param name="Id">Ledger id of the company.</param>
/// <param name="Connection">Key of its connection.</param>
/// <param name="ObjectType">The CRM's type of it.</param>
/// <param name="ExternalId">The CRM's id of it.</param>
/// <param name="Name">What the CRM calls it; untrusted, may be empty.</param>
/// <param name="Domain">Its internet domain; null where the CRM says none.</param>
/// <param name="Segment">The approved segment that it belongs to; null where it is in none.</param>
public sealed record BriefSubject(long Id, string Connection, string ObjectType, string ExternalId, string Name, string? Domain, SegmentMatch? Segment)
{
    /// <summary>Its name; its id where it has none.</summary>
    public string Title => string.IsNullOrWhiteSpace(Name) ? ExternalId : Name;

    /// <summary>The name by which a command finds it.</summary>
    public string Key => $"{Connection}:{ExternalId}";
}

/// <summary>A brief that somebody was given.</summary>
/// <param name="Id">Ledger id.</param>
/// <param name="Account">Ledger id of the company; null for a prospect.</param>
/// <param name="Segment">Permanent key of the segment.</param>
/// <param name="At">When.</param>
/// <param name="By">Account name of the person.</param>
/// <param name="Content">The brief; null where its words went because an activity of the account was erased.</param>
public sealed record GivenBrief(long Id, long? Account, string Segment, DateTimeOffset At, string By, Brief? Content);

/// <summary>Accounts to be briefed about, and the briefs that were given. Thread-safe.</summary>
public interface IBriefStore : IBriefUses
{
    /// <summary>
    /// Accounts that a text may mean: "connection:id" as the CRM has it, the ledger's id, a domain, or how the name begins (capital letters do not matter). By name; those that are gone from the CRM are left out.
    /// </summary>
    /// <param name="text">What a person wrote.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<BriefSubject>> FindAccountsAsync(string text, int most, CancellationToken cancellationToken);

    /// <summary>One account; null where the ledger does not know it, or where it is gone from the CRM.</summary>
    Task<BriefSubject?> ReadBriefSubjectAsync(long account, CancellationToken cancellationToken);

    /// <summary>Keeps a brief, with an audit row. Of a prospect's text nothing is kept but what the brief says.</summary>
    /// <returns>Its ledger id.</returns>
    Task<long> AddBriefAsync(Brief brief, string by, CancellationToken cancellationToken);

    /// <summary>A brief; null where there is none.</summary>
    Task<GivenBrief?> ReadBriefAsync(long id, CancellationToken cancellationToken);

    /// <summary>Briefs, the newest first.</summary>
    /// <param name="account">Of this account; null for those of all, prospects included.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<GivenBrief>> ReadBriefsAsync(long? account, int most, CancellationToken cancellationToken);
}
