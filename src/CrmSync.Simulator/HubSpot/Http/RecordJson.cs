using System.Globalization;
using System.Text.Json;
using CrmSync.Simulator.HubSpot.Properties;
using CrmSync.Simulator.HubSpot.Records;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>Which properties of a type an answer shows.</summary>
internal sealed class RecordView
{
    public RecordView(PropertyCatalog catalog, IReadOnlyCollection<string> properties, IReadOnlyCollection<string>? withHistory = null)
    {
        var type = catalog.Type;
        // HubSpot adds id and instants unasked, and drops names that it does not know.
        string[] server = ["hs_object_id", type.CreatedProperty, type.ModifiedProperty];
        var asked = properties.Count > 0 || withHistory is { Count: > 0 } ? properties.Concat(withHistory ?? []) : type.DefaultProperties;
        Properties = [.. server.Concat(asked).Distinct(StringComparer.Ordinal).Select(catalog.Find).OfType<PropertyDefinition>()];
        WithHistory = [.. (withHistory ?? []).Distinct(StringComparer.Ordinal).Select(catalog.Find).OfType<PropertyDefinition>()];
    }

    public PropertyDefinition[] Properties { get; }

    public PropertyDefinition[] WithHistory { get; }

    public IReadOnlyList<HubSpotObjectType> Associations { get; init; } = [];

    /// <summary>Blanks the text of mails.</summary>
    public bool HidesText { get; init; }

    public bool Hides(PropertyDefinition property) =>
        HidesText
        && property.Name is "hs_email_subject" or "hs_email_text" or "hs_email_html" or "hs_email_headers" or "hs_body_preview";
}

/// <summary>Writes records (fact sheet §2, §7, §8): every value is text or null.</summary>
internal sealed class RecordJson(Portal portal, HubSpotSimulatorOptions options)
{
    public void Write(Utf8JsonWriter json, CrmRecord record, RecordVersion version, RecordView view, string? traceId = null,
        bool? isNew = null)
    {
        json.WriteStartObject();
        json.WriteString("id", record.Id.ToString(CultureInfo.InvariantCulture));
        json.WriteStartObject("properties");
        foreach (var property in view.Properties)
        {
            json.WritePropertyName(property.Encoded);
            if (property.Server is ServerValue.CreatedAt)
                WriteInstant(json, record.CreatedAt);
            else if (property.Server is ServerValue.ModifiedAt)
                WriteInstant(json, version.ModifiedAt);
            else
                json.WriteTextValue(view.Hides(property) ? null : RecordValues.Of(portal, record, version, property));
        }
        json.WriteEndObject();
        if (view.WithHistory.Length > 0)
            WriteHistory(json, record, version, view);
        json.WritePropertyName("createdAt");
        WriteInstant(json, record.CreatedAt);
        json.WritePropertyName("updatedAt");
        WriteInstant(json, version.ModifiedAt);
        json.WriteBoolean("archived", version.ArchivedAt is not null);
        if (version.ArchivedAt is { } archivedAt)
        {
            json.WritePropertyName("archivedAt");
            WriteInstant(json, archivedAt);
        }
        if (view.Associations.Count > 0)
            WriteAssociations(json, record, view.Associations);
        if (traceId is not null)
            json.WriteText("objectWriteTraceId", traceId);
        if (isNew is { } created)
            json.WriteBoolean("new", created);
        json.WriteEndObject();
    }

    private void WriteHistory(Utf8JsonWriter json, CrmRecord record, RecordVersion version, RecordView view)
    {
        json.WriteStartObject("propertiesWithHistory");
        foreach (var property in view.WithHistory)
        {
            if (view.Hides(property))
                continue;
            json.WriteStartArray(property.Encoded);
            var history = property.Server is ServerValue.None
                ? record.HistoryOf(property.Ordinal)
                : [new PropertyValueChange(RecordValues.Of(portal, record, version, property), version.ModifiedAt, record.CreatedBy)];
            var answered = history.Take(options.HistoryEntriesAnswered);
            foreach (var entry in options.HistoryNewestFirst ? answered : answered.Reverse())
            {
                json.WriteStartObject();
                json.WriteText("value", entry.Value ?? "");
                json.WritePropertyName("timestamp");
                WriteInstant(json, entry.At);
                json.WriteString("sourceType", entry.Source.SourceType);
                if (entry.Source.SourceId is { } sourceId)
                    json.WriteString("sourceId", sourceId);
                if (entry.Source.UserId is { } userId)
                    json.WriteNumber("updatedByUserId", userId);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private void WriteAssociations(Utf8JsonWriter json, CrmRecord record, IReadOnlyList<HubSpotObjectType> types)
    {
        var open = false;
        foreach (var type in types)
        {
            var links = record.LinksTo(type);
            if (links.Length == 0)
                continue;
            if (!open)
                json.WriteStartObject("associations");
            open = true;
            json.WriteStartObject(type.Plural);
            json.WriteStartArray("results");
            foreach (var link in links.Take(options.InlineAssociations))
            {
                json.WriteStartObject();
                json.WriteString("id", link.ToId.ToString(CultureInfo.InvariantCulture));
                json.WriteString("type", portal.Labels.Find(record.Type, type, link.TypeId) is { } own ? own.Name
                    : AssociationTypes.NameOf(record.Type, type, link.TypeId));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            if (links.Length > options.InlineAssociations)
            {
                var after = links[options.InlineAssociations - 1].ToId;
                Paging.WriteNext(json, after,
                    $"/crm/objects/2026-09/{record.Type.Plural}/{record.Id}/associations/{type.Plural}?after={after}");
            }
            json.WriteEndObject();
        }
        if (open)
            json.WriteEndObject();
    }

    private static void WriteInstant(Utf8JsonWriter json, long at)
    {
        Span<byte> text = stackalloc byte[32];
        if (HubSpotTime.TryFormat(at, text, out var written))
            json.WriteStringValue(text[..written]);
    }
}

/// <summary>The <c>paging</c> member; absent on the last page.</summary>
internal static class Paging
{
    public static void WriteNext(Utf8JsonWriter json, long after, string? link = null)
    {
        json.WriteStartObject("paging");
        json.WriteStartObject("next");
        json.WriteString("after", after.ToString(CultureInfo.InvariantCulture));
        if (link is not null)
            json.WriteString("link", link);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
