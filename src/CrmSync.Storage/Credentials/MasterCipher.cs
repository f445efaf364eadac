using System.Security.Cryptography;
using System.Text;

namespace CrmSync.Storage.Credentials;

/// <summary>
/// Seals secrets of the ledger with AES-256-GCM under the newest master key. What a row is about and the key's id are bound to the text, so a row that is copied
/// elsewhere does not open there. Thread-safe.
/// </summary>
internal static class MasterCipher
{
    private const int TagBytes = 16;
    private const int NonceBytes = 12;

    public static SealedCredential Seal(MasterKeys keys, string subject, ReadOnlySpan<byte> plain)
    {
        var (id, key) = keys.Newest;
        var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        var sealedText = new byte[plain.Length + TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, plain, sealedText.AsSpan(0, plain.Length), sealedText.AsSpan(plain.Length), Bound(subject, id));
        return new SealedCredential(id, nonce, sealedText);
    }

    /// <summary>The plain bytes; whoever asked wipes them.</summary>
    /// <exception cref="CryptographicException">The row was changed or belongs elsewhere.</exception>
    public static byte[] Open(byte[] key, string subject, SealedCredential row)
    {
        if (row.Nonce.Length != NonceBytes || row.Ciphertext.Length < TagBytes)
            throw new CryptographicException("The sealed row is too short.");
        var plain = new byte[row.Ciphertext.Length - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(row.Nonce, row.Ciphertext.AsSpan(0, plain.Length), row.Ciphertext.AsSpan(plain.Length), plain, Bound(subject, row.KeyId));
        return plain;
    }

    private static byte[] Bound(string subject, string keyId) => Encoding.UTF8.GetBytes($"{subject}\n{keyId}");
}
