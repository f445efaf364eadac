namespace CrmSync.Simulator.HubSpot.Records;

/// <summary>Who set a value, as property history tells it (fact sheet §8).</summary>
/// <param name="SourceType">INTEGRATION, CRM_UI and so on.</param>
/// <param name="SourceId">App id, or <c>userId:N</c>.</param>
/// <param name="UserId">The person, where one did it.</param>
/// <param name="By">"app", "person" or "seed", for people who look at the simulator.</param>
internal sealed record ChangeSource(string SourceType, string? SourceId, long? UserId, string By)
{
    public static ChangeSource App(long appId, HubSpotSimulatorOptions options) => new(options.AppSourceType,
        options.AppSourceId ?? appId.ToString(System.Globalization.CultureInfo.InvariantCulture), null, "app");

    public static ChangeSource Person(long userId, string by = "person") => new("CRM_UI", $"userId:{userId}", userId, by);
}

/// <summary>What one write changed; the newest first, linked to those before it.</summary>
internal sealed record ChangeSet(long At, ChangeSource Source, PropertyChange[] Changes, ChangeSet? Before);

/// <summary>A value that a property had.</summary>
internal readonly record struct PropertyValueChange(string? Value, long At, ChangeSource Source);
