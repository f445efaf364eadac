using CrmSync.Pipeline.Text.Redaction;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Hosting;

/// <summary>
/// The names that never leave the process: people, companies and owners as the ledger knows them, read anew now and then. Thread-safe.
/// </summary>
internal sealed class KnownNames(NameQueries queries, TimeProvider clock, ILogger<KnownNames> logger) : BackgroundService, IKnownNames
{
    // Half the rhythm in which the CRMs' people and companies are read.
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);
    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile NameIndex _current = NameIndex.Empty;
    private long? _stamp;

    public NameIndex Current => _current;

    /// <inheritdoc/>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (_stamp != await queries.StampAsync(cancellationToken))
                await ReadAsync(cancellationToken);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Reads them now.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            await ReadAsync(cancellationToken);
        }
        finally
        {
            _reading.Release();
        }
    }

    public override void Dispose()
    {
        _reading.Dispose();
        base.Dispose();
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var stamp = await queries.StampAsync(cancellationToken);
        var builder = new NameIndex.Builder();
        await foreach (var name in queries.ReadAsync(cancellationToken))
            _ = name.IsCompany ? builder.AddCompany(name.Name) : builder.AddPerson(name.Name);
        (_current, _stamp) = (builder.Build(), stamp);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            do
            {
                try
                {
                    await RefreshAsync(stoppingToken);
                }
#pragma warning disable CA1031 // names as they were a moment ago serve until the next look
                catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
                {
                    logger.NamesNotRead(fault);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The host is stopping.
        }
    }
}
