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
    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile NameIndex _current = NameIndex.Empty;

    public NameIndex Current => _current;

    public Task ReadyAsync(CancellationToken cancellationToken) => _read.Task.WaitAsync(cancellationToken);

    /// <summary>Reads them now.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var builder = new NameIndex.Builder();
        await foreach (var name in queries.ReadAsync(cancellationToken))
            _ = name.IsCompany ? builder.AddCompany(name.Name) : builder.AddPerson(name.Name);
        _current = builder.Build();
        _read.TrySetResult();
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
