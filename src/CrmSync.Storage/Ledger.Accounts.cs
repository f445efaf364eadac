using CrmSync.Pipeline.Access;
using CrmSync.Storage.Access;

namespace CrmSync.Storage;

/// <content>People of the console, how they come in, and the keys of their sessions.</content>
public sealed partial class Ledger : IAccountStore, ISignInGate, IProtectionKeyStore
{
    private readonly AccountRows _accounts;
    private readonly InvitationRows _invitations;
    private readonly SignInRows _signIns;
    private readonly ProtectionKeyRows _protectionKeys;
    private readonly TimeProvider _clock;

    /// <inheritdoc/>
    public Task<bool> AnyAccountAsync(CancellationToken cancellationToken) => _accounts.AnyAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Account>> ListAccountsAsync(CancellationToken cancellationToken) => _accounts.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<Account?> FindAccountAsync(long id, CancellationToken cancellationToken) => _accounts.FindAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<AccountSecret?> FindSignInAsync(string signIn, CancellationToken cancellationToken) => _accounts.FindSignInAsync(signIn, cancellationToken);

    /// <inheritdoc/>
    public Task<AccountOutcome> SetRoleAsync(long id, ApiRole role, string actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return _accounts.SetRoleAsync(id, role, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<AccountOutcome> SetEnabledAsync(long id, bool enabled, string actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return _accounts.SetEnabledAsync(id, enabled, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<AccountOutcome> RenameAccountAsync(long id, string name, string actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return _accounts.RenameAsync(id, name, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<AccountOutcome> SetPasswordAsync(long id, string passwordHash, string actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(passwordHash);
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return _accounts.SetPasswordAsync(id, passwordHash, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<AccountOutcome> EndSessionsAsync(long id, string actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return _accounts.EndSessionsAsync(id, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task EndSessionAsync(long id, string session, TimeSpan remembered, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(session);
        return _accounts.EndSessionAsync(id, session, remembered, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlySet<string>> ListEndedSessionsAsync(long id, CancellationToken cancellationToken) => _accounts.ListEndedSessionsAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task MarkSignedInAsync(long id, string? passwordHash, CancellationToken cancellationToken) => _accounts.MarkSignedInAsync(id, passwordHash, cancellationToken);

    /// <inheritdoc/>
    public Task<(AccountOutcome Outcome, Account? Account)> EnterVouchedAsync(VouchedPerson person, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(person);
        return _accounts.EnterVouchedAsync(person, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<long?> InviteAsync(NewInvitation invitation, string actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(invitation);
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return _invitations.InviteAsync(invitation, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Invitation?> FindInvitationAsync(string tokenHash, CancellationToken cancellationToken) => _invitations.FindAsync(tokenHash, _clock.GetUtcNow(), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Invitation>> ListInvitationsAsync(CancellationToken cancellationToken) => _invitations.ListAsync(_clock.GetUtcNow(), cancellationToken);

    /// <inheritdoc/>
    public Task<AccountOutcome> WithdrawInvitationAsync(long invitationId, string actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return _invitations.WithdrawAsync(invitationId, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<(AccountOutcome Outcome, Account? Account)> AcceptInvitationAsync(string tokenHash, NewAccount account, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        return _invitations.AcceptAsync(tokenHash, account, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<TimeSpan?> CountTryAsync(string name, string address, SignInLimits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return _signIns.CountTryAsync(name, address, limits, cancellationToken);
    }

    /// <inheritdoc/>
    public Task ForgiveTryAsync(string name, string address, CancellationToken cancellationToken) => _signIns.ForgiveTryAsync(name, address, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ReadProtectionKeysAsync(CancellationToken cancellationToken) => _protectionKeys.ReadAsync(cancellationToken);

    /// <inheritdoc/>
    public Task AddProtectionKeyAsync(string name, string text, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return _protectionKeys.AddAsync(name, text, cancellationToken);
    }
}
