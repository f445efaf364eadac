namespace CrmSync.Pipeline.Segments.Documents;

/// <summary>What the ledger knows about an account, before anything is cleaned.</summary>
/// <param name="Key">Key of the account, such as the CRM's id of the company.</param>
/// <param name="Activities">Its activities, in any order.</param>
public sealed record AccountInput(string Key, IReadOnlyList<RawNote> Activities)
{
    /// <summary>Its deals.</summary>
    public IReadOnlyList<AccountDeal> Deals { get; init; } = [];

    /// <summary>Its contacts.</summary>
    public IReadOnlyList<AccountContact> Contacts { get; init; } = [];
}

/// <summary>A deal of an account.</summary>
/// <param name="Id">The CRM's id.</param>
/// <param name="Amount">In the CRM's currency; null where it holds none.</param>
/// <param name="Won">Whether it was won; null while it is open.</param>
/// <param name="ClosedAt">When it was closed; null while it is open.</param>
/// <param name="Reason">Why it was won or lost, as the CRM holds it; null where it says nothing.</param>
/// <param name="Stages">Stages that it went through, oldest first.</param>
public sealed record AccountDeal(string Id, decimal? Amount, bool? Won, DateTimeOffset? ClosedAt, string? Reason, IReadOnlyList<StageStep> Stages);

/// <summary>A stage that a deal entered.</summary>
/// <param name="Stage">The CRM's name of the stage.</param>
/// <param name="EnteredAt">When it did.</param>
public sealed record StageStep(string Stage, DateTimeOffset EnteredAt);

/// <summary>A contact of an account. The name is no part of a document: it stands in the deny-list.</summary>
/// <param name="Id">The CRM's id.</param>
/// <param name="Role">Role in the account or in a deal (title, buying role); null where it is not known.</param>
public sealed record AccountContact(string Id, string? Role);

/// <summary>An account as specialists and discovery read it: no personal data in its notes.</summary>
/// <param name="Key">Key of the account.</param>
/// <param name="Notes">Its notes with text, oldest first where times are known, each apart.</param>
/// <param name="Deals">Its deals.</param>
/// <param name="Contacts">Its contacts.</param>
public sealed record AccountDocument(
    string Key, IReadOnlyList<AccountNote> Notes, IReadOnlyList<AccountDeal> Deals, IReadOnlyList<AccountContact> Contacts)
{
    /// <summary>Makes the document of an account. Notes in which nothing was newly written are left out.</summary>
    public static AccountDocument Read(AccountInput account, NoteCleaner cleaner)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(cleaner);
        return new AccountDocument(
            account.Key,
            [.. account.Activities.Select(cleaner.Clean).Where(note => note.Text.Length > 0)
                .OrderBy(note => note.At ?? DateTimeOffset.MaxValue).ThenBy(note => note.Id, StringComparer.Ordinal)],
            account.Deals, account.Contacts);
    }
}
