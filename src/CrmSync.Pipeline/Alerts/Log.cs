using Microsoft.Extensions.Logging;

namespace CrmSync.Pipeline.Alerts;

/// <summary>Log messages of alerts: keys, states and codes only. Event ids 1350-1399.</summary>
internal static partial class Log
{
    [LoggerMessage(1350, LogLevel.Warning, "{Key} is {State} now")]
    public static partial void AlertChanged(this ILogger logger, string key, AlertState state);

    [LoggerMessage(1351, LogLevel.Information, "That {Key} is {State} was told to {Channel}")]
    public static partial void AlertTold(this ILogger logger, string key, AlertState state, string channel);

    [LoggerMessage(1352, LogLevel.Warning, "A change of {Key} could not be told to {Channel}, try {Attempt} ({Code})")]
    public static partial void AlertNotTold(this ILogger logger, string key, string channel, int attempt, string code);

    [LoggerMessage(1353, LogLevel.Warning, "Looking after alerts failed; it is repeated")]
    public static partial void AlertLookFailed(this ILogger logger, Exception fault);
}
