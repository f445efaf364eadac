using System.Data.Common;
using CrmSync.Pipeline.Access;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Access;

/// <summary>Keys of the HTTP API.</summary>
internal sealed class ApiKeyRows(LedgerDatabase database, TimeProvider clock) : IApiKeyStore
{
    private const string Columns = "id, name, prefix, role, created_by, created_at, expires_at, revoked_at, revoked_by, last_used_at";
    private static readonly TimeSpan UseStep = TimeSpan.FromMinutes(1);

    public Task<ApiKey> AddKeyAsync(NewApiKey key, string actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            async session =>
            {
                var role = Stored.Name(key.Role);
                var stored = await session.FirstAsync(
                    $"""
                    insert into api_key (name, prefix, hash, role, created_by, created_at, expires_at) values (@Name, @Prefix, @Hash, @role, @actor, @Now, @expires)
                    returning {Columns}
                    """,
                    new { key.Name, key.Prefix, key.Hash, role, actor, session.Now, expires = session.Now + (long)key.Lifetime.TotalMilliseconds },
                    Read);
                await Audit.WriteAsync(session, actor, "key.create", $"key/{stored!.Id}", null, $"{stored.Name}: {role} until {stored.ExpiresAt:u}");
                return stored;
            },
            cancellationToken);

    public async Task<IReadOnlyList<ApiKey>> ListKeysAsync(CancellationToken cancellationToken) =>
        await database.ReadAsync(session => session.QueryAsync($"select {Columns} from api_key order by id desc limit 1000", null, Read), cancellationToken);

    public Task<ApiKeySecret?> FindKeyAsync(string prefix, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.FirstAsync(
                $"select {Columns}, hash from api_key where prefix = @prefix", new { prefix }, reader => new ApiKeySecret(Read(reader), reader.GetString(10))),
            cancellationToken);

    public Task<ApiKey?> RevokeKeyAsync(long id, string actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            async session =>
            {
                var ended = await session.FirstAsync(
                    $"update api_key set revoked_at = @Now, revoked_by = @actor where id = @id and revoked_at is null returning {Columns}",
                    new { id, actor, session.Now },
                    Read);
                if (ended is null)
                    return await session.FirstAsync($"select {Columns} from api_key where id = @id", new { id }, Read);
                await Audit.WriteAsync(session, actor, "key.revoke", $"key/{id}", ended.Name, null);
                return ended;
            },
            cancellationToken);

    public Task MarkKeyUsedAsync(ApiKey key, CancellationToken cancellationToken) =>
        key.LastUsedAt is { } last && clock.GetUtcNow() - last < UseStep
            ? Task.CompletedTask
            : database.WriteAsync(
                null,
                session => session.ExecuteAsync(
                    "update api_key set last_used_at = @Now where id = @Id and (last_used_at is null or last_used_at <= @before)",
                    new { key.Id, session.Now, before = session.Now - (long)UseStep.TotalMilliseconds }),
                cancellationToken);

    private static ApiKey Read(DbDataReader reader) => new(
        reader.GetInt64(0), reader.GetString(1), reader.GetString(2), Stored.Parse<ApiRole>(reader.GetString(3)), reader.GetString(4), reader.Instant(5), reader.Instant(6))
    {
        RevokedAt = reader.InstantOrNull(7),
        RevokedBy = reader.TextOrNull(8),
        LastUsedAt = reader.InstantOrNull(9),
    };
}
