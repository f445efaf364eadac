using System.Threading.Channels;
using CrmSync.Simulator.HubSpot.Records;

namespace CrmSync.Simulator.HubSpot.Webhooks;

/// <summary>
/// Takes what happens in the portal and delivers it in the background, gathered into lists, retried where a delivery fails (fact sheet §10).
/// Stops when it is disposed; what is undelivered then is lost, as it is for a receiver that is away for more than a day.
/// </summary>
internal sealed class WebhookOutlet : IAsyncDisposable
{
    private readonly HubSpotSimulatorOptions _options;
    private readonly HubSpotWebhookOptions _delivery;
    private readonly TimeProvider _clock;
    private readonly WebhookSender _sender = new();
    private readonly Channel<WebhookItem> _waiting = Channel.CreateUnbounded<WebhookItem>();
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _slots;
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _underway = [];
    private readonly Random _random;
    private readonly Task _loop;
    private long _eventId;

    public WebhookOutlet(HubSpotSimulatorOptions options, TimeProvider clock)
    {
        _options = options;
        _delivery = options.WebhookDelivery;
        if (_delivery.MostItems is < 1 or > 99)
            throw new ArgumentException($"HubSpot webhooks: MostItems is {_delivery.MostItems}; use 1 to 99.", nameof(options));
        if (_delivery.Parallel < 1 || _delivery.Retries < 0)
            throw new ArgumentException("HubSpot webhooks: Parallel must be 1 or more and Retries 0 or more.", nameof(options));
        _clock = clock;
        _random = new Random(options.Seed);
        _eventId = 100L * Math.Abs(options.Seed % 10_000);
        _slots = new SemaphoreSlim(_delivery.Parallel);
        _loop = GatherAsync();
    }

    /// <summary>Queues an event for every subscription that wants it; never waits.</summary>
    public void Tell(PortalEvent happened)
    {
        foreach (var subscription in _options.Webhooks)
        {
            if (WebhookItem.Wants(subscription, happened))
                _waiting.Writer.TryWrite(new WebhookItem(Interlocked.Increment(ref _eventId), subscription, happened));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // Cancelled ones end in an exception that says no more than that. The loop first: it may just have begun one more delivery.
        await _loop.ContinueWith(static _ => { }, TaskScheduler.Default);
        Task[] underway;
        lock (_lock)
            underway = [.. _underway];
        await Task.WhenAll(underway).ContinueWith(static _ => { }, TaskScheduler.Default);
        _sender.Dispose();
        _slots.Dispose();
        _stop.Dispose();
    }

    private async Task GatherAsync()
    {
        // Off the caller's thread: the constructor runs this up to its first wait.
        await Task.Yield();
        while (await _waiting.Reader.WaitToReadAsync(_stop.Token))
        {
            var items = new List<WebhookItem>();
            while (_waiting.Reader.TryRead(out var item))
                items.Add(item);
            // One delivery goes to one app at one address.
            foreach (var group in items.GroupBy(i => (i.Subscription.Target, i.Subscription.AppSecret, i.Subscription.AppId)))
            {
                foreach (var chunk in group.Chunk(_delivery.MostItems))
                {
                    for (var copy = 0; copy < (_delivery.Duplicates ? 2 : 1); copy++)
                    {
                        await _slots.WaitAsync(_stop.Token);
                        Follow(DeliverAsync(chunk));
                    }
                }
            }
        }
    }

    private void Follow(Task delivery)
    {
        lock (_lock)
            _underway.Add(delivery);
        _ = delivery.ContinueWith(done =>
        {
            lock (_lock)
                _underway.Remove(done);
        }, TaskScheduler.Default);
    }

    private async Task DeliverAsync(WebhookItem[] items)
    {
        var subscription = items[0].Subscription;
        var held = true;
        try
        {
            if (_delivery.Unordered)
                Mix(items = [.. items]);
            for (var attempt = 0; ; attempt++)
            {
                var body = WebhookItem.Body(items, attempt, _options.PortalId, _delivery);
                if (await _sender.SendAsync(subscription.Target, subscription.AppSecret, body, _delivery.Timeout, _clock, _stop.Token)
                    || attempt == _delivery.Retries)
                    return;
                // A delivery that waits holds up no other.
                _slots.Release();
                held = false;
                await Task.Delay(Wait(attempt), _clock, _stop.Token);
                await _slots.WaitAsync(_stop.Token);
                held = true;
            }
        }
        finally
        {
            if (held)
                _slots.Release();
        }
    }

    private void Mix(WebhookItem[] items)
    {
        lock (_lock)
            _random.Shuffle(items);
    }

    private TimeSpan Wait(int attempt)
    {
        lock (_lock)
            return _delivery.FirstRetryAfter * Math.Pow(2, attempt) * (0.5 + _random.NextDouble());
    }
}
