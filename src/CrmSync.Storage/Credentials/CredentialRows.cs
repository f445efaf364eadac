using System.Collections.Concurrent;
using CrmSync.Pipeline.Model;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Credentials;

/// <summary>
/// Renewed credentials, encrypted. On PostgreSQL a renewal holds a lock of the connection's own in a transaction of its own, so other work goes
/// on; SQLite has one host, whose renewals stand in line in memory and never hold the writer. Keys are read at the first use, because most
/// ledgers hold no credential. Thread-safe.
/// </summary>
internal sealed class CredentialRows(LedgerDatabase database, MasterKeyRing masterKeys) : IDisposable
{
    // "crmc" in ASCII: beside the ledger's other advisory locks.
    private const int LockSpace = 0x63726D63;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    public Task<StoredCredential?> ReadAsync(string key, CancellationToken cancellationToken) =>
        database.ReadAsync(session => ReadAsync(session, key), cancellationToken);

    public async Task<StoredCredential?> RenewAsync(
        string key, Func<StoredCredential?, CancellationToken, Task<StoredCredential?>> renew, CancellationToken cancellationToken)
    {
        // Before anything is renewed: a credential that cannot be stored afterwards would be lost.
        _ = Keys();
        var turn = _turns.GetOrAdd(key, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            return database.Dialect is LedgerDialect.Sqlite
                ? await RenewHereAsync(key, renew, cancellationToken)
                : await RenewLockedAsync(key, renew, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose()
    {
        foreach (var turn in _turns.Values)
            turn.Dispose();
    }

    private async Task<StoredCredential?> RenewHereAsync(
        string key, Func<StoredCredential?, CancellationToken, Task<StoredCredential?>> renew, CancellationToken cancellationToken)
    {
        var stored = await ReadAsync(key, cancellationToken);
        if (await renew(stored, cancellationToken) is not { } renewed)
            return stored;
        await StoreAsync(key, renewed);
        return renewed;
    }

    private async Task<StoredCredential?> RenewLockedAsync(
        string key, Func<StoredCredential?, CancellationToken, Task<StoredCredential?>> renew, CancellationToken cancellationToken)
    {
        StoredCredential? renewed = null;
        try
        {
            return await database.WriteAsync(
                null,
                async session =>
                {
                    // No row lock, because the first renewal finds no row.
                    await session.ExecuteAsync("select pg_advisory_xact_lock(@LockSpace, hashtext(@key))", new { LockSpace, key });
                    var stored = await ReadAsync(session, key);
                    renewed ??= await renew(stored, cancellationToken);
                    if (renewed is not null)
                        await StoreAsync(session, key, renewed);
                    return renewed ?? stored;
                },
                cancellationToken);
        }
        catch (Exception) when (renewed is not null)
        {
            // The CRM gave a new credential and the old one is dead, so it is stored even where the transaction or the caller gave up.
            await StoreAsync(key, renewed);
            return renewed;
        }
    }

    private Task StoreAsync(string key, StoredCredential credential) =>
        database.WriteAsync(null, session => StoreAsync(session, key, credential), CancellationToken.None);

    private Task<int> StoreAsync(Session session, string key, StoredCredential credential)
    {
        var row = CredentialCipher.Seal(Keys(), key, credential);
        return session.ExecuteAsync(
            """
            insert into credential (connection_key, key_id, nonce, ciphertext, updated_at) values (@key, @KeyId, @Nonce, @Ciphertext, @Now)
            on conflict (connection_key) do update set
              key_id = excluded.key_id, nonce = excluded.nonce, ciphertext = excluded.ciphertext, updated_at = excluded.updated_at
            """,
            new { key, row.KeyId, row.Nonce, row.Ciphertext, session.Now });
    }

    private async Task<StoredCredential?> ReadAsync(Session session, string key)
    {
        var row = await session.FirstAsync(
            "select key_id, nonce, ciphertext from credential where connection_key = @key",
            new { key },
            reader => new SealedCredential(reader.GetString(0), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2)));
        return row is null ? null : CredentialCipher.Open(Keys(), key, row);
    }

    private MasterKeys Keys() => masterKeys.Read("A credential that the CRM renews must be stored");
}
