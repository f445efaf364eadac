namespace CrmSync.Pipeline.Jobs;

/// <summary>Something that a host with schedules looks after beside its batches, such as alerts or roll-ups. What it does is safe on several nodes at once.</summary>
public interface IKeeper
{
    /// <summary>Looks after it until cancelled; a failure of one look is logged and the next look comes.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}
