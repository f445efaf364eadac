using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CrmSync.Simulator.HubSpot.Http;
using CrmSync.Simulator.HubSpot.Records;

namespace CrmSync.Simulator.HubSpot.Webhooks;

/// <summary>One event on its way to one subscription.</summary>
internal sealed record WebhookItem(long EventId, HubSpotWebhookSubscription Subscription, PortalEvent Event)
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Whether a subscription wants an event. The text of mails is not offered (fact sheet §10).</summary>
    public static bool Wants(HubSpotWebhookSubscription subscription, PortalEvent happened) =>
        subscription.EventType == "object." + happened.Kind
        && (subscription.ObjectType is null || HubSpotObjectType.Find(subscription.ObjectType) == happened.Type)
        && (subscription.PropertyName is null || subscription.PropertyName == happened.Property)
        && !(happened.Type == HubSpotObjectType.Emails && happened.Property is "hs_email_html" or "hs_email_subject");

    /// <summary>The body of a delivery.</summary>
    public static byte[] Body(IReadOnlyList<WebhookItem> items, int attempt, long portalId, HubSpotWebhookOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Json))
        {
            json.WriteStartArray();
            foreach (var item in items)
                item.Write(json, attempt, portalId, options);
            json.WriteEndArray();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private void Write(Utf8JsonWriter json, int attempt, long portalId, HubSpotWebhookOptions options)
    {
        json.WriteStartObject();
        json.WriteNumber("eventId", EventId);
        json.WriteNumber("subscriptionId", Subscription.SubscriptionId);
        json.WriteNumber("portalId", portalId);
        json.WriteNumber("appId", Subscription.AppId);
        json.WriteNumber("occurredAt", Event.At);
        json.WriteString(options.SaysEventType ? "eventType" : "subscriptionType", Subscription.EventType);
        json.WriteString("objectTypeId", Event.Type.TypeId);
        json.WriteNumber("attemptNumber", attempt);
        json.WriteNumber("objectId", Event.ObjectId);
        json.WriteString("changeSource", Event.Source.SourceType);
        if (options.SendsSourceId && Event.Source.SourceId is { } sourceId)
            json.WriteString("sourceId", sourceId);
        if (Event.Property is not null)
        {
            json.WriteString("propertyName", Event.Property);
            json.WriteText("propertyValue", Event.Value ?? "");
        }
        if (Event.MergedId is { } merged)
        {
            json.WriteNumber("primaryObjectId", Event.ObjectId);
            json.WriteStartArray("mergedObjectIds");
            json.WriteNumberValue(merged);
            json.WriteEndArray();
            json.WriteNumber("newObjectId", Event.ObjectId);
            json.WriteNumber("numberOfPropertiesMoved", 0);
        }
        if (Event.Link is { } link)
        {
            json.WriteString("associationType", link.Name);
            json.WriteNumber("fromObjectId", Event.ObjectId);
            json.WriteNumber("toObjectId", link.ToId);
            json.WriteBoolean("associationRemoved", link.Removed);
            json.WriteBoolean("isPrimaryAssociation", link.Primary);
        }
        json.WriteEndObject();
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{EventId} {Subscription.EventType} {Event.ObjectId}");
}
