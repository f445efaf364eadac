using Microsoft.Extensions.Logging;

namespace CrmSync.Pipeline.Honesty;

/// <summary>Log messages about judging deals: counts only. Event ids 1500-1549.</summary>
internal static partial class Log
{
    [LoggerMessage(1500, LogLevel.Debug, "{Deals} deals were compared with their activities")]
    public static partial void DealsJudged(this ILogger logger, long deals);

    [LoggerMessage(1501, LogLevel.Warning, "Comparing deals with their activities failed; it is repeated")]
    public static partial void JudgingFailed(this ILogger logger, Exception fault);
}
