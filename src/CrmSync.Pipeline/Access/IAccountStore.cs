namespace CrmSync.Pipeline.Access;

/// <summary>
/// People of the console. Thread-safe. Every change writes an audit row in its own transaction; whatever takes something from a person (password, role, state)
/// changes the account's stamp, which ends all of its sessions.
/// </summary>
public interface IAccountStore
{
    /// <summary>Whether the ledger has any account, disabled ones included.</summary>
    Task<bool> AnyAccountAsync(CancellationToken cancellationToken);

    /// <summary>All accounts by name.</summary>
    Task<IReadOnlyList<Account>> ListAccountsAsync(CancellationToken cancellationToken);

    /// <summary>The account with an id; null where there is none.</summary>
    Task<Account?> FindAccountAsync(long id, CancellationToken cancellationToken);

    /// <summary>The account with a folded sign-in name, with its password's hash; null where there is none.</summary>
    Task<AccountSecret?> FindSignInAsync(string signIn, CancellationToken cancellationToken);

    /// <summary>Gives a person another role. The last enabled admin keeps the role.</summary>
    Task<AccountOutcome> SetRoleAsync(long id, ApiRole role, string actor, CancellationToken cancellationToken);

    /// <summary>Lets a person in again, or no longer. The last enabled admin cannot be disabled.</summary>
    Task<AccountOutcome> SetEnabledAsync(long id, bool enabled, string actor, CancellationToken cancellationToken);

    /// <summary>Gives a person another name.</summary>
    Task<AccountOutcome> RenameAccountAsync(long id, string name, string actor, CancellationToken cancellationToken);

    /// <summary>Sets a password's hash and ends all sessions.</summary>
    Task<AccountOutcome> SetPasswordAsync(long id, string passwordHash, string actor, CancellationToken cancellationToken);

    /// <summary>Ends all sessions of an account.</summary>
    Task<AccountOutcome> EndSessionsAsync(long id, string actor, CancellationToken cancellationToken);

    /// <summary>Ends one session of an account, as its cookie calls it; the end is remembered for as long as the session could have lasted.</summary>
    Task EndSessionAsync(long id, string session, TimeSpan remembered, CancellationToken cancellationToken);

    /// <summary>The sessions of an account that were ended one by one and could still last.</summary>
    Task<IReadOnlySet<string>> ListEndedSessionsAsync(long id, CancellationToken cancellationToken);

    /// <summary>Notes that a person came in; a hash that is given replaces the one that stands: the same password, hashed harder.</summary>
    Task MarkSignedInAsync(long id, string? passwordHash, CancellationToken cancellationToken);

    /// <summary>
    /// Enters somebody whom another party vouches for, or lets the role follow what it says now; the name stays what it became here. <see cref="AccountOutcome.LastAdmin"/> where that would take the
    /// role from the last enabled admin, <see cref="AccountOutcome.Disabled"/> where an admin has disabled the person; the account is null in both cases.
    /// </summary>
    Task<(AccountOutcome Outcome, Account? Account)> EnterVouchedAsync(VouchedPerson person, CancellationToken cancellationToken);

    /// <summary>Enters a link.</summary>
    /// <returns>Its id; null where the account that it is for does not exist or has no password.</returns>
    Task<long?> InviteAsync(NewInvitation invitation, string actor, CancellationToken cancellationToken);

    /// <summary>The link with a token's hash, while it is good.</summary>
    Task<Invitation?> FindInvitationAsync(string tokenHash, CancellationToken cancellationToken);

    /// <summary>The links that are good, the newest first.</summary>
    Task<IReadOnlyList<Invitation>> ListInvitationsAsync(CancellationToken cancellationToken);

    /// <summary>Ends a link that was not used.</summary>
    Task<AccountOutcome> WithdrawInvitationAsync(long invitationId, string actor, CancellationToken cancellationToken);

    /// <summary>Uses a link, once: makes the account, or sets the password of the one it is for.</summary>
    Task<(AccountOutcome Outcome, Account? Account)> AcceptInvitationAsync(string tokenHash, NewAccount account, CancellationToken cancellationToken);
}
