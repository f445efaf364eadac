namespace CrmSync.Storage.Credentials;

/// <summary>The master keys, read at the first use, because many ledgers hold no secret. Thread-safe.</summary>
internal sealed class MasterKeyRing(string? file)
{
    private readonly Lock _lock = new();
    private volatile MasterKeys? _keys;

    /// <summary>The keys.</summary>
    /// <param name="purpose">What wants to be encrypted, for the sentence: "A credential that the CRM renews must be stored".</param>
    /// <exception cref="LedgerException">No file is named, or it cannot be read or made.</exception>
    public MasterKeys Read(string purpose)
    {
        if (_keys is { } known)
            return known;
        if (string.IsNullOrWhiteSpace(file))
        {
            throw new LedgerException(
                "ledger.master_key", $"{purpose}, and no master key file is named to encrypt it; set MasterKeyFile to a file that all nodes share.");
        }

        lock (_lock)
            return _keys ??= MasterKeys.Load(file);
    }
}
