using CrmSync.Pipeline.Jobs;
using Microsoft.Extensions.Logging;

namespace CrmSync.Pipeline.Search;

/// <summary>Takes the words of activities into the ledger's index.</summary>
public interface ISearchIndex
{
    /// <summary>
    /// Takes in some texts whose words are not in the index yet, the newest first, and lets go of what is left of texts that are gone. Several nodes may do it at
    /// once: a text that is taken in twice stands there once.
    /// </summary>
    /// <param name="rows">Texts at most.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>How many were taken in.</returns>
    Task<int> TakeInAsync(int rows, CancellationToken cancellationToken);
}

/// <summary>
/// Keeps the index of words up to date beside everything else: in small steps, so that nobody waits long for the writer, and with a rest after each. What fails is
/// repeated at the next look.
/// </summary>
public sealed partial class SearchKeeper(ISearchIndex index, TimeProvider clock, ILogger<SearchKeeper> logger) : IKeeper
{
    private const int AtOnce = 250;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(40);

    /// <summary>Keeps until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
                await Task.Delay(await LookAsync(cancellationToken) ? Rest : Look, clock, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The host is stopping.
        }
    }

    /// <summary>One step.</summary>
    /// <returns>Whether there may be more to take in.</returns>
    public async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await index.TakeInAsync(AtOnce, cancellationToken) == AtOnce;
        }
#pragma warning disable CA1031 // a database that is away for a moment must not end the loop; the next look has the same work
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogFailed(logger, fault);
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Words could not be taken into the index of the search; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception fault);
}
