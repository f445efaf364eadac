using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Live;

/// <summary>
/// Looks once a second, for all streams of this process together, whether anything changed, and tells each what; looks at nothing while nobody listens. Thread-safe.
/// </summary>
internal sealed class LiveWatch(LedgerReader ledger, TimeProvider clock, ILogger<LiveWatch> logger) : BackgroundService
{
    /// <summary>Streams at most; whoever comes after them is kept fresh by a timer.</summary>
    public const int Most = 200;

    /// <summary>Streams at most of one person.</summary>
    public const int MostPerAccount = 12;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly HashSet<LiveListener> _listeners = [];
    private LiveStamps? _last;

    /// <summary>Open streams.</summary>
    public int Listeners
    {
        get
        {
            lock (_gate)
                return _listeners.Count;
        }
    }

    /// <summary>Begins to listen; null where too many do.</summary>
    public LiveListener? Join(long account)
    {
        lock (_gate)
        {
            if (_listeners.Count >= Most || _listeners.Count(listener => listener.Account == account) >= MostPerAccount)
                return null;
            var listener = new LiveListener(account);
            _listeners.Add(listener);
            return listener;
        }
    }

    public void Leave(LiveListener listener)
    {
        lock (_gate)
            _listeners.Remove(listener);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await LookAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The host is stopping.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        if (Listeners == 0)
        {
            _last = null;
            return;
        }
        try
        {
            var stamps = await ledger.Live.ReadAsync(cancellationToken);
            if (_last is { } last && stamps.Since(last) is var changed and not LiveTopics.None)
                Tell(changed);
            _last = stamps;
        }
#pragma warning disable CA1031 // a ledger that is away for a moment must not end the watch; the pages themselves say what is wrong
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            logger.LiveLookFailed(fault);
        }
    }

    private void Tell(LiveTopics changed)
    {
        lock (_gate)
        {
            foreach (var listener in _listeners)
                listener.Tell(changed);
        }
    }
}
