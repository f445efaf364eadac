using System.Data.Common;
using CrmSync.Pipeline.Access;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Access;

/// <summary>Links that let somebody in once.</summary>
internal sealed class InvitationRows(LedgerDatabase database)
{
    private const string Columns = "id, kind, role, account_id, note, created_by, created_at, expires_at";
    private const string Good = "ended_at is null and expires_at > @at";

    public Task<long?> InviteAsync(NewInvitation invitation, string actor, CancellationToken cancellationToken) => database.WriteAsync<long?>(
        null,
        async session =>
        {
            var role = invitation.Role;
            if (invitation.AccountId is { } accountId)
            {
                if (await AccountRows.FindAsync(session, accountId) is not { Origin: AccountOrigin.Local, IsEnabled: true } account)
                    return null;
                role = account.Role;
                // One link at a time: the one that was lost opens nothing any more.
                await session.ExecuteAsync("update invitation set ended_at = @Now where account_id = @accountId and ended_at is null", new { accountId, session.Now });
            }

            var id = await session.ScalarAsync(
                """
                insert into invitation (token_hash, kind, role, account_id, note, created_by, created_at, expires_at)
                values (@TokenHash, @kind, @role, @AccountId, @Note, @actor, @Now, @expires) returning id
                """,
                new
                {
                    invitation.TokenHash, kind = Stored.Name(invitation.Kind), role = Stored.Name(role), invitation.AccountId, invitation.Note, actor, session.Now,
                    expires = session.Now + (long)invitation.Lifetime.TotalMilliseconds,
                });
            await Audit.WriteAsync(
                session, actor, invitation.AccountId is null ? "invitation.create" : "account.reset",
                invitation.AccountId is { } reset ? AccountRows.Subject(reset) : $"invitation/{id}", null, $"{Stored.Name(role)} {invitation.Note}".TrimEnd());
            return id;
        },
        cancellationToken);

    /// <remarks>By this node's clock, because a reading connection has none; <see cref="AcceptAsync"/> looks again by the database's.</remarks>
    public Task<Invitation?> FindAsync(string tokenHash, DateTimeOffset now, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.FirstAsync(
            $"select {Columns} from invitation where token_hash = @tokenHash and {Good}", new { tokenHash, at = now.ToUnixTimeMilliseconds() }, Read),
        cancellationToken);

    public async Task<IReadOnlyList<Invitation>> ListAsync(DateTimeOffset now, CancellationToken cancellationToken) => await database.ReadAsync(
        session => session.QueryAsync($"select {Columns} from invitation where {Good} order by id desc limit 1000", new { at = now.ToUnixTimeMilliseconds() }, Read),
        cancellationToken);

    public Task<AccountOutcome> WithdrawAsync(long id, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        null,
        async session =>
        {
            if (await session.ExecuteAsync("update invitation set ended_at = @Now where id = @id and ended_at is null", new { id, session.Now }) == 0)
                return AccountOutcome.LinkEnded;
            await Audit.WriteAsync(session, actor, "invitation.withdraw", $"invitation/{id}", null, null);
            return AccountOutcome.Done;
        },
        cancellationToken);

    public Task<(AccountOutcome Outcome, Account? Account)> AcceptAsync(string tokenHash, NewAccount entered, CancellationToken cancellationToken) => database.WriteAsync<(AccountOutcome Outcome, Account? Account)>(
        null,
        async session =>
        {
            await AccountRows.LockAsync(session);
            var link = await session.FirstAsync($"select {Columns} from invitation where token_hash = @tokenHash and {Good}", new { tokenHash, at = session.Now }, Read);
            if (link is null || (link.Kind is InvitationKind.First && await AccountRows.AnyAsync(session)))
                return (AccountOutcome.LinkEnded, (Account?)null);

            Account? account;
            if (link.AccountId is { } accountId)
            {
                account = await AccountRows.FindAsync(session, accountId);
                if (account is not { IsEnabled: true })
                    return (AccountOutcome.LinkEnded, null);
                await AccountRows.SetPasswordAsync(session, accountId, entered.PasswordHash);
                await Audit.WriteAsync(session, account.Name, "account.password", AccountRows.Subject(accountId), null, $"by the link of {link.CreatedBy}");
                account = await AccountRows.FindAsync(session, accountId);
            }
            else
            {
                if (await AccountRows.IsTakenAsync(session, "sign_in", entered.SignIn) || await AccountRows.IsTakenAsync(session, "name_key", AccountRules.Fold(entered.Name)))
                    return (AccountOutcome.NameTaken, null);
                account = await AccountRows.AddAsync(session, entered.SignIn, entered.Name, link.Role, AccountOrigin.Local, entered.PasswordHash, link.CreatedBy);
            }
            await session.ExecuteAsync("update invitation set ended_at = @Now where id = @Id", new { link.Id, session.Now });
            return (AccountOutcome.Done, account);
        },
        cancellationToken);

    private static Invitation Read(DbDataReader reader) => new(
        reader.GetInt64(0), Stored.Parse<InvitationKind>(reader.GetString(1)), Stored.Parse<ApiRole>(reader.GetString(2)), reader.LongOrNull(3), reader.GetString(4),
        reader.GetString(5), reader.Instant(6), reader.Instant(7));
}
