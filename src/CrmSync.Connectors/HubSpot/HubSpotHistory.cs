using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.HubSpot;

/// <summary>Reads who set a value from a property's history. The source is open text in HubSpot; the words that are known are listed here. Pure.</summary>
internal static class HubSpotHistory
{
    private const string UserMark = "userId:";

    private static readonly HashSet<string> Programs = new(StringComparer.OrdinalIgnoreCase)
    {
        "INTEGRATION", "API", "AUTOMATION_PLATFORM", "WORKFLOWS", "WORKFLOW", "IMPORT", "MERGE_OBJECTS", "MERGE_CONTACTS", "BATCH_UPDATE", "CALCULATED",
        "INTEGRATIONS_PLATFORM", "INTEGRATIONS_SYNC", "SALESFORCE", "MIGRATION", "BACKFILL", "AI_GROUP", "PROPERTY_SETTINGS",
    };

    /// <summary>Where the value that stands now comes from; null where the history does not tell.</summary>
    /// <param name="record">A record that was read with the histories of a label and of its shadow.</param>
    /// <param name="label">The label property.</param>
    /// <param name="shadow">Its shadow, which only we write: what stands in its history looks like us.</param>
    public static ValueOrigin? Origin(JsonElement record, string label, string shadow)
    {
        return Newest(record, label) is { } entry ? OriginOf(entry, record, shadow) : null;
    }

    /// <summary>The values that a label held, newest first.</summary>
    public static IReadOnlyList<ValueSetting> Settings(JsonElement record, string label, string shadow) =>
    [
        .. record.Child("propertiesWithHistory").Items(label)
            // The order is kept where two entries have one time: HubSpot gives the newer one first.
            .OrderByDescending(entry => HubSpotValues.Instant(entry.Text("timestamp")) ?? DateTimeOffset.MinValue)
            .Select(entry =>
            {
                var origin = OriginOf(entry, record, shadow);
                return new ValueSetting(entry.Filled("value"), origin.At, origin.Actor, origin.Who);
            }),
    ];

    private static ValueOrigin OriginOf(JsonElement entry, JsonElement record, string shadow)
    {
        var source = entry.Filled("sourceType");
        var actor = IsPerson(source) ? ValueActor.Human
            : source is not null && Programs.Contains(source) ? ValueActor.Automation
            : IsOurs(entry, record, shadow) ? ValueActor.Automation
            : ValueActor.Unknown;
        return new ValueOrigin(actor, HubSpotValues.Instant(entry.Text("timestamp")), User(entry) ?? entry.Filled("sourceId"));
    }

    /// <summary>The user of an entry; null where no user is named.</summary>
    public static string? User(JsonElement entry) =>
        entry.Filled("updatedByUserId")
        ?? (entry.Filled("sourceId") is { } source && source.StartsWith(UserMark, StringComparison.Ordinal) ? source[UserMark.Length..] : null);

    // Newest first is only what HubSpot usually does.
    private static JsonElement? Newest(JsonElement record, string property)
    {
        var entries = record.Child("propertiesWithHistory").Items(property).ToList();
        return entries.Count == 0 ? null : entries.MaxBy(entry => HubSpotValues.Instant(entry.Text("timestamp")) ?? DateTimeOffset.MinValue);
    }

    private static bool IsPerson(string? source) =>
        source is not null
        && (source.StartsWith("CRM_UI", StringComparison.OrdinalIgnoreCase) || source.StartsWith("MOBILE", StringComparison.OrdinalIgnoreCase));

    // A credential of ours may carry a source that nobody has written down; the shadow's history shows which.
    private static bool IsOurs(JsonElement entry, JsonElement record, string shadow) =>
        record.Child("propertiesWithHistory").Items(shadow).Any(ours =>
            !IsPerson(ours.Filled("sourceType"))
            && ours.Filled("sourceType") == entry.Filled("sourceType") && ours.Filled("sourceId") == entry.Filled("sourceId"));
}
