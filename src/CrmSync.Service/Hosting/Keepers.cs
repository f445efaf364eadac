using CrmSync.Pipeline.Alerts;
using CrmSync.Pipeline.Honesty;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.Retention;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Rollups;
using CrmSync.Pipeline.Search;
using CrmSync.Pipeline.Settings;

namespace CrmSync.Service.Hosting;

/// <summary>What a host keeps an eye on beside its batches. A command that became the host for one run watches nothing and purges nothing.</summary>
internal sealed class Keepers(
    SettingKeeper settings, PollWaker waker, ReviewKeeper review, RetentionKeeper retention, AlertKeeper alerts, RollupKeeper rollups, HonestyKeeper honesty, SearchKeeper search, HostShape shape)
{
    /// <summary>Before the first batch: changed settings hold and a promoted model decides from the start.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await settings.LookAsync(cancellationToken);
        await review.LookAsync(full: false, cancellationToken);
    }

    /// <summary>Keeps until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => shape.WithSchedules
        ? Task.WhenAll(settings.RunAsync(cancellationToken), waker.RunAsync(cancellationToken), review.RunAsync(cancellationToken), retention.RunAsync(cancellationToken),
            alerts.RunAsync(cancellationToken), rollups.RunAsync(cancellationToken), honesty.RunAsync(cancellationToken), search.RunAsync(cancellationToken))
        : Task.WhenAll(settings.RunAsync(cancellationToken), waker.RunAsync(cancellationToken), review.RunAsync(cancellationToken));
}
