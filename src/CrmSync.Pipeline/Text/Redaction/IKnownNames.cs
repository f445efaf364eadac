namespace CrmSync.Pipeline.Text.Redaction;

/// <summary>Where the names come from that are never to leave the process: the CRM's contacts, companies and owners. Thread-safe.</summary>
public interface IKnownNames
{
    /// <summary>The names as they are known now.</summary>
    NameIndex Current { get; }

    /// <summary>Waits until names that came since they were read are known, too; at once where none did. For what is kept or sent, while a first import goes on as well.</summary>
    Task ReadyAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
