using System.Security.Cryptography;
using System.Text;
using CrmSync.Storage.Credentials;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Access;

/// <summary>Keys of sessions and forms, each sealed under the master key and bound to its name.</summary>
internal sealed class ProtectionKeyRows(LedgerDatabase database, MasterKeyRing masterKeys)
{
    private const string Purpose = "The console's sessions need keys that must be stored";

    public async Task<IReadOnlyList<string>> ReadAsync(CancellationToken cancellationToken)
    {
        // Before the first sign-in, so that a missing file is said at the start.
        _ = masterKeys.Read(Purpose);
        var rows = await database.ReadAsync(
            session => session.QueryAsync(
                "select name, key_id, nonce, ciphertext from protection_key order by created_at, name",
                null,
                reader => (Name: reader.GetString(0), Row: new SealedCredential(reader.GetString(1), reader.GetFieldValue<byte[]>(2), reader.GetFieldValue<byte[]>(3)))),
            cancellationToken);
        return [.. rows.Select(row => Open(row.Name, row.Row))];
    }

    public Task AddAsync(string name, string text, CancellationToken cancellationToken)
    {
        var row = MasterCipher.Seal(masterKeys.Read(Purpose), Bound(name), Encoding.UTF8.GetBytes(text));
        return database.WriteAsync(
            null,
            session => session.ExecuteAsync(
                "insert into protection_key (name, key_id, nonce, ciphertext, created_at) values (@name, @KeyId, @Nonce, @Ciphertext, @Now) on conflict (name) do nothing",
                new { name, row.KeyId, row.Nonce, row.Ciphertext, session.Now }),
            cancellationToken);
    }

    private static string Bound(string name) => $"protection_key/{name}";

    private string Open(string name, SealedCredential row)
    {
        var keys = masterKeys.Read(Purpose);
        if (keys.Find(row.KeyId) is not { } key)
        {
            throw new LedgerException(
                "ledger.master_key",
                $"A key of the console's sessions is encrypted under master key {row.KeyId}, which is not in {keys.Path}; give every node the same master key file, or empty the table protection_key: everybody signs in anew then.");
        }

        try
        {
            return Encoding.UTF8.GetString(MasterCipher.Open(key, Bound(name), row));
        }
        catch (CryptographicException exception)
        {
            throw new LedgerException(
                "ledger.protection_key", "A key of the console's sessions was changed in the ledger; empty the table protection_key: everybody signs in anew then.", exception);
        }
    }
}
