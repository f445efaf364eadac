using System.Globalization;
using System.Text.Json;
using CrmSync.Simulator.HubSpot;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class HubSpotWebhookTests
{
    private static HubSpotSimulatorOptions Subscribed(HubSpotWebhookReceiver receiver, HubSpotWebhookOptions? delivery, params IReadOnlyList<string> events) => new()
    {
        QuotasOn = false,
        IndexLag = TimeSpan.Zero,
        Webhooks = [.. events.Select((e, i) => new HubSpotWebhookSubscription(receiver.Target, HubSpotWebhookReceiver.Secret, "object." + e, SubscriptionId: 25 + i))],
        WebhookDelivery = (delivery ?? new HubSpotWebhookOptions()) with { FirstRetryAfter = TimeSpan.FromMilliseconds(5) },
    };

    [Fact]
    public async Task PropertyChange_ByAPerson_ArrivesSignedAndInHubSpotsShape()
    {
        await using var receiver = await HubSpotWebhookReceiver.StartAsync();
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1), Subscribed(receiver, null, "propertyChange"));
        var id = (await bench.IdsAsync("notes"))[0];

        bench.Simulator.EditProperty("notes", id, "hs_note_body", "New words");

        var delivery = await receiver.NextAsync();
        delivery.Timestamp.ShouldBe(HubSpotBench.Now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        // Of the query's escapes the slash is decoded before signing, the space is not.
        delivery.Signature.ShouldBe(delivery.Expected(receiver.Target.AbsoluteUri.Replace("%2F", "/", StringComparison.Ordinal)));
        var item = delivery.Items.Single();
        item.GetProperty("subscriptionType").GetString().ShouldBe("object.propertyChange");
        item.GetProperty("objectTypeId").GetString().ShouldBe("0-46");
        item.GetProperty("objectId").GetRawText().ShouldBe(id);
        item.GetProperty("propertyName").GetString().ShouldBe("hs_note_body");
        item.GetProperty("propertyValue").GetString().ShouldBe("New words");
        item.GetProperty("changeSource").GetString().ShouldBe("CRM_UI");
        item.GetProperty("attemptNumber").GetInt32().ShouldBe(0);
        item.GetProperty("occurredAt").GetInt64().ShouldBe(HubSpotBench.Now.ToUnixTimeMilliseconds());
        item.GetProperty("portalId").GetInt64().ShouldBe(145_600_001);
    }

    [Fact]
    public async Task EveryKindOfEvent_IsTold()
    {
        await using var receiver = await HubSpotWebhookReceiver.StartAsync();
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1),
            Subscribed(receiver, null, "creation", "deletion", "restore", "merge", "associationChange"));
        var (note, companies, deal) = ((await bench.IdsAsync("notes"))[0], await bench.IdsAsync("companies"), (await bench.IdsAsync("deals"))[0]);
        var seen = new List<JsonElement>();
        async Task UntilAsync(int count)
        {
            while (seen.Count < count)
                seen.AddRange((await receiver.NextAsync()).Items);
        }

        bench.Simulator.Associate("notes", note, "deals", deal);
        await UntilAsync(2);
        await bench.DeleteAsync($"crm/objects/2026-09/notes/{note}");
        await UntilAsync(3);
        bench.Simulator.Restore("notes", note);
        await UntilAsync(4);
        await bench.PostAsync("crm/objects/2026-09/tickets", new { properties = new { subject = "Lamp" } });
        await UntilAsync(5);
        bench.Simulator.Merge("companies", companies[1], companies[0]);
        while (!seen.Exists(item => TypeOf(item) == "object.merge"))
            await UntilAsync(seen.Count + 1);

        seen.Take(5).Select(TypeOf).ShouldBe(
            ["object.associationChange", "object.associationChange", "object.deletion", "object.restore", "object.creation"]);
        seen[0].GetProperty("associationType").GetString().ShouldBe("NOTE_TO_DEAL");
        seen[0].GetProperty("toObjectId").GetRawText().ShouldBe(deal);
        seen[0].GetProperty("associationRemoved").GetBoolean().ShouldBeFalse();
        seen[2].GetProperty("changeSource").GetString().ShouldBe("INTEGRATION");
        seen[2].GetProperty("sourceId").GetString().ShouldBe("4711001");
        var merge = seen.Single(item => TypeOf(item) == "object.merge");
        merge.GetProperty("primaryObjectId").GetRawText().ShouldBe(companies[0]);
        merge.GetProperty("mergedObjectIds")[0].GetRawText().ShouldBe(companies[1]);
        static string TypeOf(JsonElement item) => item.GetProperty("subscriptionType").GetString()!;
    }

    [Fact]
    public async Task Refused_Delivery_IsRepeatedWithTheNextAttemptNumber()
    {
        await using var receiver = await HubSpotWebhookReceiver.StartAsync(500, 404);
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1), Subscribed(receiver, null, "propertyChange"));
        bench.Simulator.EditProperty("notes", (await bench.IdsAsync("notes"))[0], "hs_note_body", "New words");

        for (var attempt = 0; attempt < 3; attempt++)
            (await receiver.NextAsync()).Items.Single().GetProperty("attemptNumber").GetInt32().ShouldBe(attempt);
    }

    [Fact]
    public async Task ManyEvents_TravelInListsOfFewerThanAHundred()
    {
        await using var receiver = await HubSpotWebhookReceiver.StartAsync();
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(250), Subscribed(receiver, null, "propertyChange"));
        var ids = await bench.IdsAsync("notes");
        foreach (var chunk in ids.Chunk(100))
            await bench.PostAsync("crm/objects/2026-09/notes/batch/update", new { inputs = chunk.Select(id => new { id, properties = new { hs_note_body = "x" } }) });

        var told = new List<string>();
        while (told.Count < 250)
        {
            var items = (await receiver.NextAsync()).Items;
            items.Count.ShouldBeLessThan(100);
            told.AddRange(items.Select(i => i.GetProperty("objectId").GetRawText()));
        }
        told.ShouldBe(ids, ignoreOrder: true);
    }

    [Fact]
    public async Task DuplicatesAndDisorder_AreSwitches()
    {
        await using var receiver = await HubSpotWebhookReceiver.StartAsync();
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(60),
            Subscribed(receiver, new HubSpotWebhookOptions { Duplicates = true, Unordered = true, SaysEventType = true, SendsSourceId = false }, "propertyChange"));
        var ids = await bench.IdsAsync("notes");
        await bench.PostAsync("crm/objects/2026-09/notes/batch/update", new { inputs = ids.Select(id => new { id, properties = new { hs_note_body = "x" } }) });

        var told = new List<string>();
        while (told.Count < 120)
        {
            var items = (await receiver.NextAsync()).Items;
            told.AddRange(items.Select(i => i.GetProperty("objectId").GetRawText()));
            items[0].GetProperty("eventType").GetString().ShouldBe("object.propertyChange");
            items[0].TryGetProperty("sourceId", out _).ShouldBeFalse();
        }
        told.GroupBy(id => id).ShouldAllBe(same => same.Count() == 2);
        told.ShouldNotBe([.. ids, .. ids]);
    }

    [Fact]
    public async Task Subscription_NamesItsTypeAndProperty_AndMailTextIsNeverOffered()
    {
        await using var receiver = await HubSpotWebhookReceiver.StartAsync();
        HubSpotWebhookSubscription On(string type, string? property) =>
            new(receiver.Target, HubSpotWebhookReceiver.Secret, "object.propertyChange", type, property);
        await using var bench = await HubSpotBench.StartAsync(
            HubSpotWorlds.With(HubSpotWorlds.Activity("note", 0), HubSpotWorlds.Activity("email", 1)),
            new HubSpotSimulatorOptions { QuotasOn = false, Webhooks = [On("0-46", "hs_note_body"), On("emails", null)] });
        var (note, mail) = ((await bench.IdsAsync("notes"))[0], (await bench.IdsAsync("emails"))[0]);

        bench.Simulator.EditProperty("emails", mail, "hs_email_subject", "unsupported");
        bench.Simulator.EditProperty("notes", note, "hs_attachment_ids", "1");
        bench.Simulator.EditProperty("notes", note, "hs_note_body", "wanted");

        (await receiver.NextAsync()).Items.Single().GetProperty("propertyValue").GetString().ShouldBe("wanted");
    }

    [Fact]
    public async Task Dispose_WithADeliveryWaiting_EndsAtOnce()
    {
        var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1), new HubSpotSimulatorOptions
        {
            QuotasOn = false,
            Webhooks = [new(new Uri("http://127.0.0.1:9/nobody"), "secret", "object.propertyChange")],
            WebhookDelivery = new HubSpotWebhookOptions { FirstRetryAfter = TimeSpan.FromHours(1) },
        });
        bench.Simulator.EditProperty("notes", (await bench.IdsAsync("notes"))[0], "hs_note_body", "x");

        await bench.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }
}
