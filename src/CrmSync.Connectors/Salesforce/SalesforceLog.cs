using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.Salesforce;

/// <summary>What the Salesforce connector alone logs: keys, names of objects and fields, codes and counts.</summary>
internal static partial class SalesforceLog
{
    [LoggerMessage(2101, LogLevel.Warning, "{Connection}: the org does not offer API version {Pinned}; {Used} is used instead")]
    public static partial void LowerVersion(ILogger logger, string connection, string pinned, string used);

    [LoggerMessage(2102, LogLevel.Information, "{Connection}: {ObjectType} is read by ordinary queries, because the bulk query is out of the question ({Why})")]
    public static partial void BulkLeft(ILogger logger, string connection, string objectType, string why);

    [LoggerMessage(2103, LogLevel.Information, "{Connection}: {ObjectType} does not exist in this org or is not visible; it is left out")]
    public static partial void ObjectLeftOut(ILogger logger, string connection, string objectType);

    [LoggerMessage(2104, LogLevel.Warning, "{Connection}: {What} of {ObjectType} cannot be read ({Code}) and is left out")]
    public static partial void PartLeftOut(ILogger logger, string connection, string what, string objectType, string code);

    [LoggerMessage(2105, LogLevel.Warning, "{Connection}: aborting bulk write {Job} failed ({Code})")]
    public static partial void AbortFailed(ILogger logger, string connection, string job, string code);
}
