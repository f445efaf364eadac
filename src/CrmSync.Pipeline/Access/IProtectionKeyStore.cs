namespace CrmSync.Pipeline.Access;

/// <summary>Keys of sessions and forms, shared by all nodes and encrypted under the master key. Thread-safe.</summary>
public interface IProtectionKeyStore
{
    /// <summary>The texts of all keys, in the order of their entry.</summary>
    Task<IReadOnlyList<string>> ReadProtectionKeysAsync(CancellationToken cancellationToken);

    /// <summary>Enters a key; harmless where one of this name stands.</summary>
    Task AddProtectionKeyAsync(string name, string text, CancellationToken cancellationToken);
}
