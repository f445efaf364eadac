using CrmSync.Pipeline.Model;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.Http;

/// <summary>Everything that connectors log: keys, codes, counts and times. Bodies, tokens and property values never get here.</summary>
internal static partial class ConnectorLog
{
    [LoggerMessage(2001, LogLevel.Debug, "{Connection}: {Purpose} answered {Status} in {Milliseconds:F0} ms")]
    public static partial void Answered(ILogger logger, string connection, string purpose, int status, double milliseconds);

    [LoggerMessage(2002, LogLevel.Warning, "{Connection}: {Purpose} failed with {Code} ({Category}), correlation {CorrelationId}")]
    public static partial void Failed(
        ILogger logger, string connection, string purpose, string code, FailureCategory category, string? correlationId);

    [LoggerMessage(2003, LogLevel.Warning, "{Connection}: {What} cannot be read ({Code}); activities go on without it")]
    public static partial void LeftOut(ILogger logger, string connection, string what, string code);

    [LoggerMessage(2004, LogLevel.Information, "{Connection}: signed in, session renewed {Times} times so far")]
    public static partial void SignedIn(ILogger logger, string connection, int times);

    [LoggerMessage(2005, LogLevel.Information, "{Connection}: {Action} {Subject} on {ObjectType}: {Outcome}")]
    public static partial void SetUp(ILogger logger, string connection, string action, string subject, string objectType, string outcome);
}
