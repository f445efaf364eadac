using System.Security.Cryptography;
using System.Text;
using CrmSync.Connectors.HubSpot;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class HubSpotWebhookTests : HubSpotBench
{
    private const string Address = "https://sync.example/hooks/hubspot?x=1";
    private const string Secret = "app-client-secret";

    public HubSpotWebhookTests()
    {
        Options.WebhookSecret = Secret;
        Options.WebhookAppId = "1160452";
    }

    [Fact]
    public void Webhooks_WithoutASecret_AreNone()
    {
        Options.WebhookSecret = null;
        Sut().Webhooks.ShouldBeNull();
    }

    // printf 'POSThttps://sync.example/hooks/hubspot?x=1[]1763683200000' | openssl dgst -sha256 -hmac app-client-secret -binary | base64
    [Fact]
    public void Read_SignatureOfAnotherTool_IsAccepted()
    {
        Clock.Advance(Date("2025-11-21T00:00:00Z") - Clock.GetUtcNow());

        Read("[]", signature: "ONNQgBQbLQAiRGo2v+9xeXJgjYGUQ1aw5fhie0mJMmY=", stamp: 1_763_683_200_000).Value!.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("https://sync.example/a%3Ab%2Fc%3Fd%40e%21f%24g%27h%28i%29j%2Ak%2Cl%3Bm", "https://sync.example/a:b/c?d@e!f$g'h(i)j*k,l;m")]
    [InlineData("https://sync.example/?q=%3a%2f%20%25%26%3D%2B%", "https://sync.example/?q=:/%20%25%26%3D%2B%")]
    public void Decoded_Address_WritesOutOnlyWhatHubSpotDoes(string address, string expected)
    {
        HubSpotWebhookReader.Decoded(address).ShouldBe(expected);
        Read("[]", address: address, signedAddress: expected).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public void Read_AnyDifference_IsRefused() =>
        Prop.ForAll(Gen.Choose(0, 3).ToArbitrary(), Gen.Choose(0, 1_000).ToArbitrary(), (part, at) =>
        {
            const string body = """[{"subscriptionId":1}]""";
            var (method, address, text, stamp) = ("POST", Address, body, Now);
            switch (part)
            {
                case 0: method = "PUT"; break;
                case 1: address = Flip(address, at); break;
                case 2: text = Flip(text, at); break;
                default: stamp += 1 + at; break;
            }

            var request = Request(text, Signature("POST", Address, body, Now), stamp, address, method);
            Sut().Webhooks!.Read(request).Failure!.Code.ShouldBe("hubspot.notice_unsigned");
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(-300_001, "hubspot.notice_stale")]
    [InlineData(300_001, "hubspot.notice_stale")]
    [InlineData(-300_000, null)]
    public void Read_Age_IsLimited(int milliseconds, string? code) => (Read("[]", stamp: Now + milliseconds).Failure?.Code).ShouldBe(code);

    [Theory]
    [InlineData("")]
    [InlineData("not base64 at all")]
    [InlineData("AAAA")]
    [InlineData(null)]
    public void Read_NoProperSignature_IsRefused(string? signature) =>
        Sut().Webhooks!.Read(Request("[]", signature, Now, Address, "POST")).Failure!.Code.ShouldBe("hubspot.notice_unsigned");

    [Theory]
    [InlineData("{}")]
    [InlineData("[{")]
    [InlineData("")]
    public void Read_SignedJunk_IsUnreadable(string body)
    {
        var failure = Read(body).Failure!;
        (failure.Category, failure.Code).ShouldBe((FailureCategory.Reject, "hubspot.notice_unreadable"));
    }

    [Theory]
    [InlineData("""{"subscriptionType":"object.propertyChange","objectTypeId":"0-46","objectId":5,"propertyName":"hs_note_body","changeSource":"CRM_UI"}""", "notes", "5", WebhookEventKind.Changed)]
    [InlineData("""{"eventType":"object.creation","objectTypeId":"0-48","objectId":5}""", "calls", "5", WebhookEventKind.Changed)]
    [InlineData("""{"subscriptionType":"object.restore","objectTypeId":"0-27","objectId":5}""", "tasks", "5", WebhookEventKind.Changed)]
    [InlineData("""{"subscriptionType":"object.deletion","objectTypeId":"0-47","objectId":5}""", "meetings", "5", WebhookEventKind.Gone)]
    [InlineData("""{"subscriptionType":"contact.privacyDeletion","objectId":5}""", "contacts", "5", WebhookEventKind.Gone)]
    [InlineData("""{"subscriptionType":"deal.propertyChange","objectId":5}""", "deals", "5", WebhookEventKind.Changed)]
    [InlineData("""{"subscriptionType":"object.propertyChange","objectTypeId":"0-49","objectId":5,"changeSource":"INTEGRATION","appId":1160452}""", "emails", "5", WebhookEventKind.Echo)]
    [InlineData("""{"subscriptionType":"object.propertyChange","objectTypeId":"0-49","objectId":5,"changeSource":"INTEGRATION","appId":1160452,"sourceId":"77"}""", "emails", "5", WebhookEventKind.Changed)]
    [InlineData("""{"subscriptionType":"object.associationChange","objectTypeId":"0-46","fromObjectId":5,"toObjectId":6,"associationType":"NOTE_TO_CONTACT"}""", "notes", "5", WebhookEventKind.Linked)]
    [InlineData("""{"subscriptionType":"object.associationChange","objectTypeId":"0-1","fromObjectId":6,"toObjectId":5,"associationType":"CONTACT_TO_NOTE"}""", "notes", "5", WebhookEventKind.Linked)]
    [InlineData("""{"subscriptionType":"object.associationChange","objectTypeId":"0-47","fromObjectId":5,"toObjectId":6,"associationType":"MEETING_EVENT_TO_DEAL"}""", "meetings", "5", WebhookEventKind.Linked)]
    public void Read_OneItem_IsUnderstood(string item, string type, string id, WebhookEventKind kind)
    {
        var read = Read($"[{item[..^1]},\"subscriptionId\":25,\"occurredAt\":1763683200000}}]").Value!.ShouldHaveSingleItem();

        (read.ObjectType, read.ExternalId, read.Kind, read.At).ShouldBe((type, id, kind, DateTimeOffset.FromUnixTimeMilliseconds(1763683200000)));
        read.Key.ShouldStartWith("25|");
        read.Key.ShouldEndWith("|1763683200000");
    }

    [Theory]
    [InlineData("""{"subscriptionType":"object.creation","objectTypeId":"0-5","objectId":5}""")]
    [InlineData("""{"subscriptionType":"object.creation","objectTypeId":"0-46"}""")]
    [InlineData("""{"objectTypeId":"0-46","objectId":5}""")]
    [InlineData("7")]
    public void Read_ItemOfNothingOfOurs_IsLeftOut(string item) => Read($"[{item}]").Value!.ShouldBeEmpty();

    [Fact]
    public void Read_Merge_TellsWhoIsGoneAndWhoChanged()
    {
        var events = Read("""
            [{"subscriptionId":1,"subscriptionType":"contact.merge","objectId":9,"primaryObjectId":7,"mergedObjectIds":[8,9],"newObjectId":9,"occurredAt":5}]
            """).Value!;

        events.Select(item => (item.ExternalId, item.Kind)).ShouldBe([("8", WebhookEventKind.Gone), ("9", WebhookEventKind.Changed)]);
        events.Select(item => item.Key).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void Read_RedeliveryAndLongNames_KeepTheirKeys()
    {
        var item = $$"""{"subscriptionId":1,"subscriptionType":"object.propertyChange","objectTypeId":"0-46","objectId":5,"propertyName":"{{new string('p', 500)}}","occurredAt":5,"attemptNumber":0}""";
        var again = item.Replace("\"attemptNumber\":0", "\"attemptNumber\":3", StringComparison.Ordinal);
        var other = item.Replace("pp\"", "pq\"", StringComparison.Ordinal);

        var keys = Read($"[{item},{again},{other}]").Value!.Select(found => found.Key).ToList();

        keys[0].ShouldBe(keys[1]);
        keys[0].ShouldNotBe(keys[2]);
        keys.ShouldAllBe(key => key.Length <= 200);
    }

    [Fact]
    public void Read_ItemsOfAnotherAccount_AreLeftOut()
    {
        var sut = Sut();
        sut.Expect("33");
        const string body = """
            [{"subscriptionId":1,"portalId":33,"subscriptionType":"contact.creation","objectId":1},{"subscriptionId":1,"portalId":44,"subscriptionType":"contact.creation","objectId":2}]
            """;

        sut.Webhooks!.Read(Request(body, Signature("POST", Address, body, Now), Now, Address, "POST")).Value!
            .ShouldHaveSingleItem().ExternalId.ShouldBe("1");
    }

    private long Now => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    private Result<IReadOnlyList<WebhookEvent>> Read(
        string body, string? signature = null, long? stamp = null, string address = Address, string? signedAddress = null) =>
        Sut().Webhooks!.Read(Request(body, signature ?? Signature("POST", signedAddress ?? address, body, stamp ?? Now), stamp ?? Now, address, "POST"));

    private static string Signature(string method, string address, string body, long stamp) => Convert.ToBase64String(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{method}{address}{body}{stamp}")));

    private static WebhookRequest Request(string body, string? signature, long stamp, string address, string method)
    {
        var headers = new Dictionary<string, string> { ["x-hubspot-request-timestamp"] = $"{stamp}" };
        if (signature is not null)
            headers["X-HUBSPOT-SIGNATURE-V3"] = signature;
        return new WebhookRequest(method, address, headers, Encoding.UTF8.GetBytes(body));
    }

    private static string Flip(string text, int at)
    {
        var place = at % text.Length;
        return text[..place] + (char)(text[place] ^ 1) + text[(place + 1)..];
    }
}
