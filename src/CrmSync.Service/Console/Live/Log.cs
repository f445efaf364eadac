namespace CrmSync.Service.Console.Live;

/// <summary>Log messages of live updates. Event ids 1550-1559.</summary>
internal static partial class Log
{
    [LoggerMessage(1550, LogLevel.Warning, "Looking for changes for live pages failed; it is repeated")]
    public static partial void LiveLookFailed(this ILogger logger, Exception fault);
}
