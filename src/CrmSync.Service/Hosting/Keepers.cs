using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Settings;

namespace CrmSync.Service.Hosting;

/// <summary>
/// What a host looks after beside its batches. A command that became the host for one run follows settings, notices and models, and leaves everything else to hosts
/// with schedules.
/// </summary>
internal sealed class Keepers(SettingKeeper settings, PollWaker waker, ReviewKeeper review, IEnumerable<IKeeper> others, HostShape shape)
{
    /// <summary>Before the first batch: changed settings hold and a promoted model decides from the start.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await settings.LookAsync(cancellationToken);
        await review.LookAsync(full: false, cancellationToken);
    }

    /// <summary>Keeps until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
    [
        settings.RunAsync(cancellationToken), waker.RunAsync(cancellationToken), review.RunAsync(cancellationToken),
        .. shape.WithSchedules ? others.Select(keeper => keeper.RunAsync(cancellationToken)) : [],
    ]);
}
