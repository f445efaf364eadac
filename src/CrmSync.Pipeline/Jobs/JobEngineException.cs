namespace CrmSync.Pipeline.Jobs;

/// <summary>
/// The engine could not take a request, for one because its store is out of reach. Nothing is lost: the batch stands in the ledger, and the sweep asks
/// again.
/// </summary>
/// <param name="message">One sentence that says what failed.</param>
/// <param name="innerException">The engine's own fault.</param>
public sealed class JobEngineException(string message, Exception innerException) : Exception(message, innerException);
