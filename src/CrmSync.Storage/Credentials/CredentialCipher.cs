using System.Security.Cryptography;
using System.Text.Json;
using CrmSync.Pipeline.Model;

namespace CrmSync.Storage.Credentials;

/// <summary>A secret as it stands in the ledger.</summary>
internal sealed record SealedCredential(string KeyId, byte[] Nonce, byte[] Ciphertext);

/// <summary>Seals credentials, each bound to its connection. Thread-safe.</summary>
internal static class CredentialCipher
{
    public static SealedCredential Seal(MasterKeys keys, string connectionKey, StoredCredential credential)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(credential);
        var row = MasterCipher.Seal(keys, connectionKey, plain);
        CryptographicOperations.ZeroMemory(plain);
        return row;
    }

    /// <exception cref="LedgerException">The key is not there, or the row was changed.</exception>
    public static StoredCredential Open(MasterKeys keys, string connectionKey, SealedCredential row)
    {
        if (keys.Find(row.KeyId) is not { } key)
        {
            throw new LedgerException(
                "ledger.master_key",
                $"The credential of connection {connectionKey} is encrypted under master key {row.KeyId}, which is not in {keys.Path}; give every node the same master key file, or connect the CRM again.");
        }

        byte[] plain = [];
        try
        {
            plain = MasterCipher.Open(key, connectionKey, row);
            return JsonSerializer.Deserialize<StoredCredential>(plain) ?? throw Damaged(connectionKey, null);
        }
        catch (Exception exception) when (exception is CryptographicException or JsonException)
        {
            throw Damaged(connectionKey, exception);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static LedgerException Damaged(string connectionKey, Exception? inner) => new(
        "ledger.credential",
        $"The stored credential of connection {connectionKey} was changed or belongs to another key; delete its row in the table credential and connect the CRM again.",
        inner is CryptographicException ? inner : null);
}
