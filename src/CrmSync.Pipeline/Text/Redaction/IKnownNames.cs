namespace CrmSync.Pipeline.Text.Redaction;

/// <summary>Where the names come from that are never to leave the process: the CRM's contacts, companies and owners. Thread-safe.</summary>
public interface IKnownNames
{
    /// <summary>The names as they are known now.</summary>
    NameIndex Current { get; }

    /// <summary>Waits until they were read for the first time; at once where they are at hand.</summary>
    Task ReadyAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
