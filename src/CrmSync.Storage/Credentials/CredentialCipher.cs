using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CrmSync.Pipeline.Model;

namespace CrmSync.Storage.Credentials;

/// <summary>A credential as it stands in the ledger.</summary>
internal sealed record SealedCredential(string KeyId, byte[] Nonce, byte[] Ciphertext);

/// <summary>
/// Seals credentials with AES-256-GCM. Connection key and key id are bound to the text, so a row that is copied to another connection does not
/// open there. Thread-safe.
/// </summary>
internal static class CredentialCipher
{
    private const int TagBytes = 16;
    private const int NonceBytes = 12;

    public static SealedCredential Seal(MasterKeys keys, string connectionKey, StoredCredential credential)
    {
        var (id, key) = keys.Newest;
        var plain = JsonSerializer.SerializeToUtf8Bytes(credential);
        var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        var sealedText = new byte[plain.Length + TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, plain, sealedText.AsSpan(0, plain.Length), sealedText.AsSpan(plain.Length), Bound(connectionKey, id));
        CryptographicOperations.ZeroMemory(plain);
        return new SealedCredential(id, nonce, sealedText);
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

        if (row.Nonce.Length != NonceBytes || row.Ciphertext.Length < TagBytes)
            throw Damaged(connectionKey, null);
        var plain = new byte[row.Ciphertext.Length - TagBytes];
        try
        {
            using var aes = new AesGcm(key, TagBytes);
            aes.Decrypt(row.Nonce, row.Ciphertext.AsSpan(0, plain.Length), row.Ciphertext.AsSpan(plain.Length), plain, Bound(connectionKey, row.KeyId));
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

    private static byte[] Bound(string connectionKey, string keyId) => Encoding.UTF8.GetBytes($"{connectionKey}\n{keyId}");

    private static LedgerException Damaged(string connectionKey, Exception? inner) => new(
        "ledger.credential",
        $"The stored credential of connection {connectionKey} was changed or belongs to another key; delete its row in the table credential and connect the CRM again.",
        inner is CryptographicException ? inner : null);
}
