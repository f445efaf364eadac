using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.WriteBack;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class HubSpotOriginTests : HubSpotBench
{
    [Theory]
    [InlineData("""{"sourceType":"CRM_UI","sourceId":"userId:5","updatedByUserId":5}""", ValueActor.Human, "5")]
    [InlineData("""{"sourceType":"CRM_UI","sourceId":"userId:6"}""", ValueActor.Human, "6")]
    [InlineData("""{"sourceType":"MOBILE_IOS","updatedByUserId":7}""", ValueActor.Human, "7")]
    [InlineData("""{"sourceType":"CRM_UI_BULK_ACTION"}""", ValueActor.Human, null)]
    [InlineData("""{"sourceType":"INTEGRATION","sourceId":"1234567"}""", ValueActor.Automation, "1234567")]
    [InlineData("""{"sourceType":"AUTOMATION_PLATFORM","sourceId":"flow-9"}""", ValueActor.Automation, "flow-9")]
    [InlineData("""{"sourceType":"IMPORT","sourceId":"88"}""", ValueActor.Automation, "88")]
    [InlineData("""{"sourceType":"SERVICE_KEY","sourceId":"key-1"}""", ValueActor.Automation, "key-1")]
    [InlineData("""{"sourceType":"SERVICE_KEY","sourceId":"key-2"}""", ValueActor.Unknown, "key-2")]
    [InlineData("{}", ValueActor.Unknown, null)]
    public async Task ReadOriginsAsync_NewestEntry_SaysWho(string entry, ValueActor actor, string? who)
    {
        var newest = System.Text.Json.Nodes.JsonNode.Parse(entry)!.AsObject();
        newest["value"] = "ND";
        newest["timestamp"] = "2026-11-20T10:00:00.000Z";
        // The shadow is written by us alone: key-1 is what our own writes look like in this account.
        Crm.Then(200, $$$"""
            {"results":[{"id":"1","propertiesWithHistory":{
              "l":[{"value":"ENGAGED","timestamp":"2026-11-19T10:00:00.000Z","sourceType":"CALCULATED"},{{{newest.ToJsonString()}}}],
              "l_auto":[{"value":"ENGAGED","timestamp":"2026-11-19T10:00:00.000Z","sourceType":"SERVICE_KEY","sourceId":"key-1"}]}}]}
            """);

        var origins = (await Sut().Writer.ReadOriginsAsync("notes", ["1", "2"], "l", Token)).Value!;

        origins.Keys.ShouldBe(["1"]);
        origins["1"].ShouldBe(new ValueOrigin(actor, Date("2026-11-20T10:00:00Z"), who));
    }

    [Fact]
    public async Task ReadOriginsAsync_SomebodyEditedTheShadowInTheUi_DoesNotMakeThePersonUs()
    {
        Crm.Then(200, """
            {"results":[{"id":"1","propertiesWithHistory":{
              "l":[{"value":"ND","timestamp":"2026-11-20T10:00:00.000Z","sourceType":"CRM_UI","sourceId":"userId:5"}],
              "l_auto":[{"value":"ND","timestamp":"2026-11-20T10:00:00.000Z","sourceType":"CRM_UI","sourceId":"userId:5"}]}}]}
            """);

        (await Sut().Writer.ReadOriginsAsync("notes", ["1"], "l", Token)).Value!["1"].Actor.ShouldBe(ValueActor.Human);
    }

    [Fact]
    public async Task ReadOriginsAsync_Hundred_AskFiftyAtATime()
    {
        Answers(("", 200, None));

        await Sut().Writer.ReadOriginsAsync("notes", [.. Enumerable.Range(1, 100).Select(id => $"{id}")], "l", Token);

        Crm.Sent.Select(request => request.Json.GetProperty("inputs").GetArrayLength()).ShouldBe([50, 50]);
        Crm.Sent[0].Json.GetProperty("propertiesWithHistory").EnumerateArray().Select(name => name.GetString()).ShouldBe(["l", "l_auto"]);
    }

    [Fact]
    public async Task ReadAsync_Contacts_UseTheirOwnModifiedProperty()
    {
        Crm.Then(200, """{"results":[{"id":"1","properties":{"l":"x","lastmodifieddate":"2026-11-10T00:00:00Z"},"updatedAt":"2026-11-12T00:00:00Z"}]}""");

        var state = (await Sut().Writer.ReadAsync("contacts", ["1"], ["l"], Token)).Value!["1"];

        state.ModifiedAt.ShouldBe(Date("2026-11-10T00:00:00Z"));
        Crm.Sent[0].Body.ShouldNotContain("hs_lastmodifieddate");
    }

    [Fact]
    public async Task ReadAsync_MergedRecord_IsAbsentInsteadOfAnother()
    {
        Crm.Then(200, """{"results":[{"id":"9","properties":{"l":"x"}}]}""");

        (await Sut().Writer.ReadAsync("deals", ["5"], ["l"], Token)).Value!.ShouldBeEmpty();
    }
}
