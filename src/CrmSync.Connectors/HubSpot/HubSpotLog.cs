using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.HubSpot;

/// <summary>What only this connector logs: keys, versions and counts.</summary>
internal static partial class HubSpotLog
{
    [LoggerMessage(2101, LogLevel.Warning, "{Connection}: HubSpot does not know API version {Refused}; {Version} is used until the next start")]
    public static partial void FellBack(ILogger logger, string connection, string refused, string version);

    [LoggerMessage(2102, LogLevel.Information, "{Connection}: {Type} are read by the list endpoint: {Rows} of {All} lie in the window")]
    public static partial void Listed(ILogger logger, string connection, string type, long rows, long all);

    [LoggerMessage(2103, LogLevel.Warning, "{Connection}: {Count} emails came without their bodies; sales-email-read seems to be missing")]
    public static partial void BodiesWithheld(ILogger logger, string connection, int count);
}
