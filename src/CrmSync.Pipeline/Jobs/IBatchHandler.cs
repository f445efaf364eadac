using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Jobs;

/// <summary>
/// Does the work of one kind of batch. A handler opens no transaction: it yields what shall be saved, and the runner commits each yielded change
/// whole, fenced by the lease, before it asks for the next. So code after a <c>yield return</c> may rely on that change being durable, which is what
/// makes "committed before the request" more than a wish. A change with an <see cref="LedgerChange.Ending"/> is the last one.
/// </summary>
public interface IBatchHandler
{
    /// <summary>The kind it handles.</summary>
    BatchKind Kind { get; }

    /// <summary>Does the work. Running it twice changes nothing that a second run does not repair.</summary>
    IAsyncEnumerable<LedgerChange> HandleAsync(BatchContext context, CancellationToken cancellationToken);
}

/// <summary>What a handler knows about the batch that it works on.</summary>
public sealed class BatchContext
{
    private readonly TimeProvider _clock;

    internal BatchContext(ClaimedBatch batch, Connection connection, ICrmConnector connector, TimeProvider clock)
    {
        Batch = batch;
        Connection = connection;
        Connector = connector;
        LeaseEndsAt = batch.LeaseEndsAt;
        _clock = clock;
    }

    /// <summary>The claim.</summary>
    public ClaimedBatch Batch { get; }

    /// <summary>The connection as it was when the batch was claimed.</summary>
    public Connection Connection { get; }

    /// <summary>The connection's connector.</summary>
    public ICrmConnector Connector { get; }

    /// <summary>End of the lease; each commit moves it on.</summary>
    public DateTimeOffset LeaseEndsAt { get; internal set; }

    /// <summary>The runner's clock.</summary>
    internal TimeProvider Clock => _clock;

    /// <summary>Time between the end of the longest CRM call and the end of the lease (design §2).</summary>
    public static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether a CRM call may start now: its time-out must end ten seconds before the lease does. Where it may not, yield
    /// <see cref="LedgerChange.Renewal"/> first.
    /// </summary>
    public bool HasRoomForCall => _clock.GetUtcNow() + Connector.CallTimeout + LeaseMargin <= LeaseEndsAt;
}
