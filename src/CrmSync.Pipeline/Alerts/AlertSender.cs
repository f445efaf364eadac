using Microsoft.Extensions.Logging;

namespace CrmSync.Pipeline.Alerts;

/// <summary>Delivers what is due, channel by channel; what fails is tried again, later each time, for about a day. Thread-safe.</summary>
public sealed class AlertSender(IAlertStore store, IReadOnlyList<IAlertChannel> channels, TimeProvider clock, ILogger<AlertSender> logger)
{
    private const int AtOnce = 20;
    private const int Tries = 20;

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(2);

    /// <summary>The pause after a try, from 1: doubling, never beyond two hours.</summary>
    public static TimeSpan PauseAfter(int attempt) =>
        TimeSpan.FromMilliseconds(Math.Min(FirstPause.TotalMilliseconds * Math.Pow(2, Math.Clamp(attempt - 1, 0, 20)), LongestPause.TotalMilliseconds));

    /// <summary>Delivers all that is due now.</summary>
    public async Task SendDueAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var due = await store.TakeDeliveriesAsync(AtOnce, Lease, cancellationToken);
            // One channel that hangs must not keep the others from being told.
            await Task.WhenAll(due.GroupBy(delivery => delivery.Channel).Select(group => SendAllAsync([.. group], cancellationToken)));
            if (due.Count < AtOnce)
                return;
        }
    }

    private async Task SendAllAsync(IReadOnlyList<AlertDelivery> deliveries, CancellationToken cancellationToken)
    {
        foreach (var delivery in deliveries)
            await store.EndDeliveryAsync(delivery.Id, await SendAsync(delivery, cancellationToken), cancellationToken);
    }

    private async Task<DeliveryEnd> SendAsync(AlertDelivery delivery, CancellationToken cancellationToken)
    {
        if (channels.FirstOrDefault(channel => channel.Key == delivery.Channel) is not { } channel)
            return new DeliveryEnd($"The configuration no longer names a channel {delivery.Channel}.", null);
        var now = clock.GetUtcNow();
        if (channel.Quiet?.NotBefore(now) is { } later && later > now)
            return new DeliveryEnd(null, later - now, CountsTry: false);
        var result = await channel.SendAsync(delivery.Message, cancellationToken);
        if (result.Succeeded)
        {
            logger.AlertTold(delivery.Message.Key, delivery.Message.State, channel.Key);
            return new DeliveryEnd(null, null);
        }
        logger.AlertNotTold(delivery.Message.Key, channel.Key, delivery.Attempt, result.Failure.Code);
        return new DeliveryEnd($"{result.Failure.Message} {result.Failure.Fix}", delivery.Attempt < Tries ? PauseAfter(delivery.Attempt) : null);
    }
}
