namespace CrmSync.Pipeline.Classification.Hosted;

/// <summary>The money that may be spent on the hosted model, shared by all nodes. Thread-safe.</summary>
public interface IHostedBudget
{
    /// <summary>
    /// Sets money aside before a call, so that two nodes cannot spend the same. False when the day's budget does not hold it any more; then the call
    /// is not made. What is set aside and never settled (a crash) stays spent: the endpoint may have billed it.
    /// </summary>
    /// <param name="mostUsd">The most that the call can cost, in USD.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<bool> ReserveAsync(decimal mostUsd, CancellationToken cancellationToken);

    /// <summary>Puts what a call really used in the place of what was set aside for it.</summary>
    /// <param name="reservedUsd">What was set aside.</param>
    /// <param name="usage">Tokens used; zero where the endpoint refused the call before it did anything.</param>
    /// <param name="usd">What they cost.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask SettleAsync(decimal reservedUsd, TokenUsage usage, decimal usd, CancellationToken cancellationToken);
}
