namespace CrmSync.Pipeline.Access;

/// <summary>What a link is for. Stored in lower case.</summary>
public enum InvitationKind
{
    /// <summary>Makes the first account of a ledger, an admin; dead as soon as there is one.</summary>
    First,

    /// <summary>Makes an account.</summary>
    Person,

    /// <summary>Sets the password of an account anew.</summary>
    Reset,
}

/// <summary>A link that lets somebody in once. The token in it is kept nowhere.</summary>
/// <param name="Id">Ledger id.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Role">Role of the account that it makes.</param>
/// <param name="AccountId">The account whose password it sets; null where it makes one.</param>
/// <param name="Note">Whom it is for, in the words of whoever made it; may be empty.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="ExpiresAt">From when on it opens nothing.</param>
public sealed record Invitation(
    long Id, InvitationKind Kind, ApiRole Role, long? AccountId, string Note, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>A link to enter.</summary>
/// <param name="TokenHash">Hash of its token.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Role">Role of the account that it makes; of no meaning for a reset.</param>
/// <param name="AccountId">The account whose password it sets.</param>
/// <param name="Note">Whom it is for; up to 100 characters.</param>
/// <param name="Lifetime">How long it is good for, by the database's clock.</param>
public sealed record NewInvitation(string TokenHash, InvitationKind Kind, ApiRole Role, long? AccountId, string Note, TimeSpan Lifetime);
