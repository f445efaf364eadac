using CrmSync.Pipeline.Jobs;
using CrmSync.Storage;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

/// <summary>What every ledger owes the pipeline, whichever database it stands on.</summary>
public abstract partial class LedgerContract : IAsyncLifetime
{
    private LedgerWorld? _world;

    private protected LedgerWorld World => _world!;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected Ledger Ledger => World.Ledger;

    public async ValueTask InitializeAsync() => _world = await LedgerWorld.CreateAsync(await OpenAsync());

    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
            await _world.DisposeAsync();
        await CleanAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>An empty ledger.</summary>
    private protected abstract Task<Ledger> OpenAsync();

    private protected virtual ValueTask CleanAsync() => ValueTask.CompletedTask;

    private protected Task<IReadOnlyList<BatchRef>> GatherAsync(TimeSpan? linger = null, int size = 100) =>
        Ledger.GatherAsync(new Dictionary<long, int> { [World.ConnectionId] = size }, linger ?? TimeSpan.Zero, Token);

    private protected static IntentChange Change(IntentWork intent, IntentStatus status) => new(intent.IntentId, status) { ValueAfter = intent.Value };
}
