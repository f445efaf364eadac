using Microsoft.Extensions.Logging;

namespace CrmSync.Pipeline.Rollups;

/// <summary>Log messages of roll-ups. Event ids 1500-1549.</summary>
internal static partial class Log
{
    [LoggerMessage(1500, LogLevel.Warning, "Counting labels per day failed; it is repeated")]
    public static partial void RollupFailed(this ILogger logger, Exception fault);
}
