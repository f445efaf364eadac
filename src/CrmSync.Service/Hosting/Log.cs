namespace CrmSync.Service.Hosting;

/// <summary>Log messages of the host. Event ids 2000-2099.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Information, "Node {Node} works on {Ledger} with the {Engine} engine and {Connections} connections")]
    public static partial void WorkerStarted(this ILogger logger, string node, string ledger, string engine, int connections);

    [LoggerMessage(2001, LogLevel.Information, "Node {Node} stopped; what was under way is given back")]
    public static partial void WorkerStopped(this ILogger logger, string node);

    [LoggerMessage(2002, LogLevel.Warning, "Node {Node} could not give its sign of life; it is repeated")]
    public static partial void HeartbeatFailed(this ILogger logger, Exception fault, string node);

    [LoggerMessage(2004, LogLevel.Warning, "A notice for {Connection} was refused ({Code})")]
    public static partial void NoticeRefused(this ILogger logger, string connection, string code);

    [LoggerMessage(2005, LogLevel.Debug, "{Connection} told of {Count} changes, {New} of them new")]
    public static partial void NoticesTaken(this ILogger logger, string connection, int count, int @new);

    [LoggerMessage(2006, LogLevel.Information, "Taxonomy {Taxonomy} has a new version, {Version}; 'crmsync relabel --taxonomy {Taxonomy}' decides again what older ones decided")]
    public static partial void TaxonomyChanged(this ILogger logger, string taxonomy, string version);

    [LoggerMessage(2003, LogLevel.Critical, "The worker could not start: {Reason}")]
    public static partial void WorkerFailed(this ILogger logger, Exception fault, string reason);

    [LoggerMessage(2007, LogLevel.Warning, "The names that are kept from the hosted model could not be read anew; those of the last look serve until the next one")]
    public static partial void NamesNotRead(this ILogger logger, Exception fault);
}
