using Microsoft.Extensions.Logging;

namespace CrmSync.Pipeline.Retention;

/// <summary>Log messages of retention: counts only. Event ids 1300-1349.</summary>
internal static partial class Log
{
    [LoggerMessage(1300, LogLevel.Information, "{Rows} rows of {Table} were older than is kept and were removed; their daily totals stay")]
    public static partial void Purged(this ILogger logger, long rows, string table);

    [LoggerMessage(1301, LogLevel.Warning, "Removing old rows failed; it is repeated")]
    public static partial void PurgeFailed(this ILogger logger, Exception fault);
}
