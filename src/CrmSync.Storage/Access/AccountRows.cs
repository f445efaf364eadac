using System.Data.Common;
using CrmSync.Pipeline.Access;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Access;

/// <summary>People of the console.</summary>
internal sealed class AccountRows(LedgerDatabase database)
{
    private const string Columns = "id, sign_in, name, role, origin, stamp, created_by, created_at, disabled_at, last_sign_in_at";

    public Task<bool> AnyAsync(CancellationToken cancellationToken) => database.ReadAsync(AnyAsync, cancellationToken);

    public async Task<IReadOnlyList<Account>> ListAsync(CancellationToken cancellationToken) =>
        await database.ReadAsync(session => session.QueryAsync($"select {Columns} from account order by name_key limit 10000", null, Read), cancellationToken);

    public Task<Account?> FindAsync(long id, CancellationToken cancellationToken) => database.ReadAsync(session => FindAsync(session, id), cancellationToken);

    public Task<AccountSecret?> FindSignInAsync(string signIn, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.FirstAsync(
            $"select {Columns}, password_hash from account where sign_in = @signIn", new { signIn }, reader => new AccountSecret(Read(reader), reader.TextOrNull(10))),
        cancellationToken);

    public Task<AccountOutcome> SetRoleAsync(long id, ApiRole role, string actor, CancellationToken cancellationToken) => ChangeAsync(
        id,
        async (session, account) =>
        {
            if (account.Role == role)
                return AccountOutcome.Unchanged;
            if (role != ApiRole.Admin && await IsLastAdminAsync(session, account))
                return AccountOutcome.LastAdmin;
            await SetRoleAsync(session, account, role, actor);
            return AccountOutcome.Done;
        },
        cancellationToken);

    public Task<AccountOutcome> SetEnabledAsync(long id, bool enabled, string actor, CancellationToken cancellationToken) => ChangeAsync(
        id,
        async (session, account) =>
        {
            if (account.IsEnabled == enabled)
                return AccountOutcome.Unchanged;
            if (!enabled && await IsLastAdminAsync(session, account))
                return AccountOutcome.LastAdmin;
            await session.ExecuteAsync(
                "update account set disabled_at = @at, stamp = @stamp where id = @id", new { id, at = enabled ? (long?)null : session.Now, stamp = NewStamp() });
            // A link that was made while the person was welcome must not let the person in.
            if (!enabled)
                await session.ExecuteAsync("update invitation set ended_at = @Now where account_id = @id and ended_at is null", new { id, session.Now });
            await Audit.WriteAsync(session, actor, enabled ? "account.enable" : "account.disable", Subject(id), account.Name, null);
            return AccountOutcome.Done;
        },
        cancellationToken);

    public Task<AccountOutcome> RenameAsync(long id, string name, string actor, CancellationToken cancellationToken) => ChangeAsync(
        id,
        async (session, account) =>
        {
            if (account.Name == name)
                return AccountOutcome.Unchanged;
            if (await IsTakenAsync(session, "name_key", AccountRules.Fold(name), id))
                return AccountOutcome.NameTaken;
            await session.ExecuteAsync("update account set name = @name, name_key = @key where id = @id", new { id, name, key = AccountRules.Fold(name) });
            await Audit.WriteAsync(session, actor, "account.rename", Subject(id), account.Name, name);
            return AccountOutcome.Done;
        },
        cancellationToken);

    public Task<AccountOutcome> SetPasswordAsync(long id, string passwordHash, string actor, CancellationToken cancellationToken) => ChangeAsync(
        id,
        async (session, account) =>
        {
            await SetPasswordAsync(session, id, passwordHash);
            await Audit.WriteAsync(session, actor, "account.password", Subject(id), null, account.Name);
            return AccountOutcome.Done;
        },
        cancellationToken);

    public Task<AccountOutcome> EndSessionsAsync(long id, string actor, CancellationToken cancellationToken) => ChangeAsync(
        id,
        async (session, account) =>
        {
            await session.ExecuteAsync("update account set stamp = @stamp where id = @id", new { id, stamp = NewStamp() });
            await Audit.WriteAsync(session, actor, "account.end_sessions", Subject(id), null, account.Name);
            return AccountOutcome.Done;
        },
        cancellationToken);

    public Task EndSessionAsync(long id, string ended, TimeSpan remembered, CancellationToken cancellationToken) => ChangeAsync(
        id,
        async (session, account) =>
        {
            await session.ExecuteAsync("delete from ended_session where expires_at < @Now", new { session.Now });
            await session.ExecuteAsync(
                "insert into ended_session (session, account_id, expires_at) values (@ended, @id, @until) on conflict (session) do nothing",
                new { ended, id, until = session.Now + (long)remembered.TotalMilliseconds });
            await Audit.WriteAsync(session, account.Name, "account.sign_out", Subject(id), null, null);
            return AccountOutcome.Done;
        },
        cancellationToken);

    public async Task<IReadOnlySet<string>> ListEndedSessionsAsync(long id, CancellationToken cancellationToken) => new HashSet<string>(
        await database.ReadAsync(session => session.QueryAsync("select session from ended_session where account_id = @id", new { id }, reader => reader.GetString(0)), cancellationToken),
        StringComparer.Ordinal);

    public Task MarkSignedInAsync(long id, string? passwordHash, CancellationToken cancellationToken) => ChangeAsync(
        id,
        async (session, account) =>
        {
            await session.ExecuteAsync(
                "update account set last_sign_in_at = @Now, password_hash = coalesce(@passwordHash, password_hash) where id = @id", new { id, passwordHash, session.Now });
            await Audit.WriteAsync(session, account.Name, "account.sign_in", Subject(id), null, null);
            return AccountOutcome.Done;
        },
        cancellationToken);

    public Task<(AccountOutcome Outcome, Account? Account)> EnterVouchedAsync(VouchedPerson person, CancellationToken cancellationToken) => database.WriteAsync<(AccountOutcome Outcome, Account? Account)>(
        null,
        async session =>
        {
            await LockAsync(session);
            var known = await session.FirstAsync($"select {Columns} from account where sign_in = @SignIn", new { person.SignIn }, Read);
            if (known is null)
                return (AccountOutcome.Done, await AddAsync(session, person.SignIn, await FreeNameAsync(session, person), person.Role, person.Origin, null, person.Name));
            if (!known.IsEnabled)
                return (AccountOutcome.Disabled, (Account?)null);
            if (known.Role == person.Role)
                return (AccountOutcome.Unchanged, known);
            if (person.Role != ApiRole.Admin && await IsLastAdminAsync(session, known))
                return (AccountOutcome.LastAdmin, null);
            await SetRoleAsync(session, known, person.Role, known.Name);
            return (AccountOutcome.Done, await FindAsync(session, known.Id));
        },
        cancellationToken);

    /// <summary>All changes of people stand in line, so that two admins cannot demote each other at the same moment.</summary>
    internal static Task LockAsync(Session session) =>
        session.Dialect is LedgerDialect.Postgres ? session.ExecuteAsync("lock table account in share row exclusive mode") : Task.CompletedTask;

    internal static async Task<bool> AnyAsync(Session session) => await session.ScalarAsync("select 1 from account limit 1") is not null;

    internal static Task<Account?> FindAsync(Session session, long id) => session.FirstAsync($"select {Columns} from account where id = @id", new { id }, Read);

    internal static async Task<bool> IsTakenAsync(Session session, string column, string key, long exceptId = 0) =>
        await session.ScalarAsync($"select 1 from account where {column} = @key and id <> @exceptId", new { key, exceptId }) is not null;

    internal static async Task<Account> AddAsync(Session session, string signIn, string name, ApiRole role, AccountOrigin origin, string? passwordHash, string createdBy)
    {
        var account = (await session.FirstAsync(
            $"""
            insert into account (sign_in, name, name_key, role, origin, password_hash, stamp, created_by, created_at)
            values (@signIn, @name, @key, @role, @origin, @passwordHash, @stamp, @createdBy, @Now) returning {Columns}
            """,
            new { signIn, name, key = AccountRules.Fold(name), role = Stored.Name(role), origin = Stored.Name(origin), passwordHash, stamp = NewStamp(), createdBy, session.Now },
            Read))!;
        await Audit.WriteAsync(session, name, "account.create", Subject(account.Id), null, $"{name}: {Stored.Name(role)}, invited by {createdBy}");
        return account;
    }

    internal static Task SetPasswordAsync(Session session, long id, string passwordHash) =>
        session.ExecuteAsync("update account set password_hash = @passwordHash, stamp = @stamp where id = @id", new { id, passwordHash, stamp = NewStamp() });

    internal static string Subject(long id) => $"account/{id}";

    private static async Task SetRoleAsync(Session session, Account account, ApiRole role, string actor)
    {
        await session.ExecuteAsync("update account set role = @role, stamp = @stamp where id = @Id", new { account.Id, role = Stored.Name(role), stamp = NewStamp() });
        await Audit.WriteAsync(session, actor, "account.role", Subject(account.Id), $"{account.Name}: {Stored.Name(account.Role)}", Stored.Name(role));
    }

    private static async Task<bool> IsLastAdminAsync(Session session, Account account) =>
        account is { Role: ApiRole.Admin, IsEnabled: true }
        && await session.ScalarAsync("select 1 from account where role = 'admin' and disabled_at is null and id <> @Id limit 1", new { account.Id }) is null;

    // The other party's names need not differ; ours must.
    private static async Task<string> FreeNameAsync(Session session, VouchedPerson person) =>
        await IsTakenAsync(session, "name_key", AccountRules.Fold(person.Name)) ? $"{person.Name} ({person.SignIn})" : person.Name;

    private static string NewStamp() => Guid.NewGuid().ToString("N");

    private static Account Read(DbDataReader reader) => new(
        reader.GetInt64(0), reader.GetString(1), reader.GetString(2), Stored.Parse<ApiRole>(reader.GetString(3)), Stored.Parse<AccountOrigin>(reader.GetString(4)),
        reader.GetString(5), reader.GetString(6), reader.Instant(7))
    {
        DisabledAt = reader.InstantOrNull(8),
        LastSignInAt = reader.InstantOrNull(9),
    };

    private Task<AccountOutcome> ChangeAsync(long id, Func<Session, Account, Task<AccountOutcome>> change, CancellationToken cancellationToken) => database.WriteAsync(
        null,
        async session =>
        {
            await LockAsync(session);
            return await FindAsync(session, id) is { } account ? await change(session, account) : AccountOutcome.Unknown;
        },
        cancellationToken);
}
