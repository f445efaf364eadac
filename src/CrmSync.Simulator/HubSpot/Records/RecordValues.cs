using System.Globalization;
using CrmSync.Simulator.HubSpot.Properties;

namespace CrmSync.Simulator.HubSpot.Records;

/// <summary>Reads a property off a version, the server's own values included.</summary>
internal static class RecordValues
{
    private const int PreviewLength = 300;

    public static string? Of(Portal portal, CrmRecord record, RecordVersion version, PropertyDefinition property) => property.Server switch
    {
        ServerValue.None => version.Values[property.Ordinal],
        ServerValue.ObjectId => record.Id.ToString(CultureInfo.InvariantCulture),
        ServerValue.CreatedAt => HubSpotTime.Format(record.CreatedAt),
        ServerValue.ModifiedAt => HubSpotTime.Format(version.ModifiedAt),
        ServerValue.BodyPreview => Preview(portal, record, version),
        _ => throw new InvalidOperationException($"No reading for {property.Server}."),
    };

    /// <summary>The body as stored; for mails the HTML if there is some.</summary>
    public static string? BodyOf(Portal portal, CrmRecord record, RecordVersion version)
    {
        var catalog = portal.Catalog(record.Type);
        if (record.Type == HubSpotObjectType.Emails && version.Values[catalog.OrdinalOf("hs_email_html")] is { } html)
            return html;
        return record.Type.BodyProperty is { } name ? version.Values[catalog.OrdinalOf(name)] : null;
    }

    /// <summary>Comparable number of a property: instants as Unix milliseconds; null where blank or no number.</summary>
    public static double? NumberOf(CrmRecord record, RecordVersion version, PropertyDefinition property) => property.Server switch
    {
        ServerValue.ObjectId => record.Id,
        ServerValue.CreatedAt => record.CreatedAt,
        ServerValue.ModifiedAt => version.ModifiedAt,
        _ => version.Values[property.Ordinal] is { } text && TryNumber(property, text, out var number) ? number : null,
    };

    public static bool TryNumber(PropertyDefinition property, string text, out double number)
    {
        if (property.Type is "datetime" or "date")
        {
            var parsed = HubSpotTime.TryParse(text, out var instant);
            number = instant;
            return parsed;
        }
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }

    private static string? Preview(Portal portal, CrmRecord record, RecordVersion version) =>
        BodyOf(portal, record, version) is { } body ? PlainText.Of(body, PreviewLength) : null;
}
