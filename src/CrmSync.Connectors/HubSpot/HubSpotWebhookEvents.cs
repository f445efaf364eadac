using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Polling;

namespace CrmSync.Connectors.HubSpot;

/// <summary>Turns the items of a webhook body into events. An item that is about nothing of ours, or is damaged, is left out. Pure.</summary>
internal static class HubSpotWebhookEvents
{
    private const int LongestKey = 200;

    // HubSpot's numbers of object types, and the words that subscriptions and association types call them.
    private static readonly Dictionary<string, string> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        ["0-1"] = "contacts",
        ["0-2"] = "companies",
        ["0-3"] = "deals",
        ["0-27"] = "tasks",
        ["0-46"] = "notes",
        ["0-47"] = "meetings",
        ["0-48"] = "calls",
        ["0-49"] = "emails",
        ["contact"] = "contacts",
        ["company"] = "companies",
        ["deal"] = "deals",
        ["task"] = "tasks",
        ["note"] = "notes",
        ["meeting"] = "meetings",
        ["meeting_event"] = "meetings",
        ["call"] = "calls",
        ["email"] = "emails",
    };

    /// <summary>The events of a body.</summary>
    /// <param name="items">The body's items.</param>
    /// <param name="account">Our account; an app that is installed in several gets the notices of all of them.</param>
    /// <param name="app">Our app's id, or null.</param>
    /// <param name="now">Instant of events that name none.</param>
    public static IEnumerable<WebhookEvent> Read(IEnumerable<JsonElement> items, string? account, string? app, DateTimeOffset now) =>
        items.Where(item => account is null || item.Filled("portalId") is not { } portal || portal == account).SelectMany(item => Events(item, app, now));

    private static IEnumerable<WebhookEvent> Events(JsonElement item, string? app, DateTimeOffset now)
    {
        // Some pages of HubSpot's call it eventType.
        if ((item.Filled("subscriptionType") ?? item.Filled("eventType")) is not { } subscription)
            return [];
        var dot = subscription.IndexOf('.', StringComparison.Ordinal);
        var what = subscription[(dot + 1)..];
        var type = Type(item.Filled("objectTypeId")) ?? (dot > 0 ? Type(subscription[..dot]) : null);
        var id = item.Filled("objectId");
        var at = HubSpotValues.Instant(item.Text("occurredAt")) ?? now;
        if (what == "associationChange")
            return Links(item, type, id, at);
        if (type is null)
            return [];
        if (what == "merge")
            return Merged(item, type, id, at);
        if (id is null)
            return [];
        var kind = what switch
        {
            "deletion" or "privacyDeletion" => WebhookEventKind.Gone,
            _ when IsEcho(item, app) => WebhookEventKind.Echo,
            _ => WebhookEventKind.Changed,
        };
        return [new WebhookEvent(Key(item, $"{id}|{item.Text("propertyName")}"), type, id, at, kind)];
    }

    // The activity's end of a link is the one whose links are read anew.
    private static IEnumerable<WebhookEvent> Links(JsonElement item, string? type, string? id, DateTimeOffset at)
    {
        var (from, to) = (item.Filled("fromObjectId") ?? id, item.Filled("toObjectId"));
        var words = item.Filled("associationType")?.Split("_TO_", 2, StringSplitOptions.None) ?? [];
        var fromType = Type(item.Filled("fromObjectTypeId")) ?? (words.Length == 2 ? Type(words[0]) : null) ?? type;
        var toType = Type(item.Filled("toObjectTypeId")) ?? (words.Length == 2 ? Type(words[1]) : null);
        var key = Key(item, $"{from}>{to}|{item.Text("associationRemoved")}");
        if (to is not null && toType is not null && IsActivity(toType) && !(fromType is not null && IsActivity(fromType)))
            return [new WebhookEvent(key, toType, to, at, WebhookEventKind.Linked)];
        return from is not null && fromType is not null ? [new WebhookEvent(key, fromType, from, at, WebhookEventKind.Linked)] : [];
    }

    private static IEnumerable<WebhookEvent> Merged(JsonElement item, string type, string? id, DateTimeOffset at)
    {
        var survivor = item.Filled("newObjectId") ?? item.Filled("primaryObjectId") ?? id;
        foreach (var gone in item.Items("mergedObjectIds").Select(merged => merged.Text()).OfType<string>().Where(merged => merged != survivor))
            yield return new WebhookEvent(Key(item, $"{gone}|merged"), type, gone, at, WebhookEventKind.Gone);
        if (survivor is not null)
            yield return new WebhookEvent(Key(item, $"{survivor}|survived"), type, survivor, at, WebhookEventKind.Changed);
    }

    // sourceId names the app that made the change, where HubSpot gives it; appId is the app that is told.
    private static bool IsEcho(JsonElement item, string? app) =>
        !string.IsNullOrWhiteSpace(app) && item.Text("changeSource") == "INTEGRATION" && (item.Filled("sourceId") ?? item.Filled("appId")) == app;

    // eventId is not promised to be unique; these four together are (HubSpot's webhooks guide).
    private static string Key(JsonElement item, string subject)
    {
        var key = $"{item.Text("subscriptionId")}|{subject}|{item.Text("occurredAt")}";
        return key.Length <= LongestKey ? key : string.Create(
            CultureInfo.InvariantCulture, $"{key.Length}|{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}");
    }

    private static string? Type(string? name) => name is null ? null : Types.GetValueOrDefault(name);

    private static bool IsActivity(string type) => type is not ("contacts" or "companies" or "deals");
}
