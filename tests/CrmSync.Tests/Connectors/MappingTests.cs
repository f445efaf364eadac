using System.Text.Json;
using CrmSync.Connectors.HubSpot;
using CrmSync.Connectors.Salesforce;
using CrmSync.Pipeline.Model;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class MappingTests
{
    private static readonly DateTimeOffset Fallback = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("1763683200000", "2025-11-21T00:00:00.000Z")]
    [InlineData("1763683200", "2025-11-21T00:00:00.000Z")]
    [InlineData("1763683200000.0", "2025-11-21T00:00:00.000Z")]
    [InlineData("2026-11-01T10:00:00.123Z", "2026-11-01T10:00:00.123Z")]
    [InlineData("2026-11-01T10:00:00+02:00", "2026-11-01T08:00:00.000Z")]
    [InlineData("2026-11-01", "2026-11-01T00:00:00.000Z")]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("soon", null)]
    [InlineData("1e300", null)]
    [InlineData("NaN", null)]
    public void HubSpotInstant_AnySpelling_IsReadOrNull(string? text, string? expected) =>
        (HubSpotValues.Instant(text) is { } instant ? HubSpotValues.Iso(instant) : null).ShouldBe(expected);

    [Fact]
    public void Instants_WrittenByUs_AreReadBackByBothCrms() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).Two().ToArbitrary(), pair =>
        {
            var instant = DateTimeOffset.FromUnixTimeMilliseconds(((long)pair.Item1 * 1_000) + (pair.Item2 % 1_000));
            HubSpotValues.Instant(HubSpotPropertyNames.Instance.FormatInstant(instant)).ShouldBe(instant);
            HubSpotValues.Instant(HubSpotValues.Iso(instant)).ShouldBe(instant);
            SalesforceValues.Instant(SalesforcePropertyNames.Instance.FormatInstant(instant)).ShouldBe(instant);
            SalesforceValues.Instant(SalesforceValues.Literal(instant)).ShouldBe(instant);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("2026-01-02T03:04:05.000+0000", "2026-01-02T03:04:05Z")]
    [InlineData("2026-01-02T03:04:05.000+0530", "2026-01-01T21:34:05Z")]
    [InlineData("2026-01-02T03:04:05.250Z", "2026-01-02T03:04:05.250Z")]
    [InlineData("2026-01-02", null)]
    [InlineData("", null)]
    public void SalesforceInstant_AnySpelling_IsReadOrNull(string text, string? expected) =>
        (SalesforceValues.Instant(text) is { } instant ? SalesforceValues.Literal(instant) : null).ShouldBe(expected);

    [Theory]
    [InlineData("001D000000IRFma", "001D000000IRFmaIAH")]
    [InlineData("001D000000IRFmaIAH", "001D000000IRFmaIAH")]
    [InlineData("001D000000IRFm", null)]
    [InlineData("001D000000IRF'a", null)]
    [InlineData(null, null)]
    public void Normalise_SalesforceId_Has18CharactersOrIsNone(string? id, string? expected) => SalesforceId.Normalise(id).ShouldBe(expected);

    [Fact]
    public void PropertyNames_Companions_AreTheDesigns()
    {
        HubSpotPropertyNames.Instance.Shadow("trueai_engaged").ShouldBe("trueai_engaged_auto");
        HubSpotPropertyNames.Instance.Confidence("trueai_engaged").ShouldBe("trueai_engaged_confidence");
        SalesforcePropertyNames.Instance.Shadow("TrueAI_Engaged__c").ShouldBe("TrueAI_Engaged_Auto__c");
        SalesforcePropertyNames.Instance.Confidence("TrueAI_Engaged__c").ShouldBe("TrueAI_Engaged_Confidence__c");
        Should.Throw<ArgumentException>(() => SalesforcePropertyNames.Instance.Shadow("Subject"));
    }

    [Theory]
    [InlineData("""{"hs_email_text":"plain","hs_email_html":"<p>rich</p>","hs_email_direction":"INCOMING_EMAIL"}""", "plain", ActivityDirection.Inbound)]
    [InlineData("""{"hs_email_text":" ","hs_email_html":"<p>rich</p>","hs_email_direction":"EMAIL"}""", "<p>rich</p>", ActivityDirection.Outbound)]
    [InlineData("""{"hs_email_html":"<p>rich</p>","hs_email_direction":"FORWARDED_EMAIL"}""", "<p>rich</p>", ActivityDirection.Inbound)]
    [InlineData("""{"hs_email_text":null,"hs_email_direction":"DRAFT_EMAIL"}""", "", null)]
    public void HubSpotMap_Email_PrefersTextAndKnowsTheDirection(string properties, string body, ActivityDirection? direction)
    {
        var email = HubSpot("emails", properties);
        email.Content.Body.ShouldBe(body);
        email.Content.Evidence.Direction.ShouldBe(direction);
    }

    [Fact]
    public void HubSpotMap_Meeting_HoldsBodyAndInternalNotes()
    {
        var meeting = HubSpot("meetings", """
            {"hs_meeting_title":"Demo","hs_meeting_body":"<p>Agenda</p>","hs_internal_meeting_notes":"went well","hs_meeting_outcome":"NO_SHOW",
             "hs_meeting_start_time":"2026-11-10T09:00:00Z","hs_meeting_end_time":"2026-11-10T09:45:00Z","hs_timestamp":"2026-11-09T00:00:00Z"}
            """);
        meeting.Content.Body.ShouldBe("<p>Agenda</p><br><br>went well");
        meeting.Content.Evidence.Outcome.ShouldBe("NO_SHOW");
        meeting.Content.Evidence.Duration.ShouldBe(TimeSpan.FromMinutes(45));
        meeting.OccurredAt.ShouldBe(meeting.Content.Evidence.StartsAt!.Value);
    }

    [Fact]
    public void HubSpotMap_Task_DidNotHappenWhenItIsDue()
    {
        var task = HubSpot("tasks", """{"hs_timestamp":"2027-01-01T00:00:00Z","hs_createdate":"2026-11-02T00:00:00Z","hs_task_type":"CALL","hs_task_status":"NOT_STARTED"}""");
        task.OccurredAt.ShouldBe(Fallback.AddDays(1));
        task.Content.Evidence.Subtype.ShouldBe("CALL");
        task.Content.Evidence.Status.ShouldBe("NOT_STARTED");
    }

    [Fact]
    public void HubSpotMap_BareRecord_IsStillAnActivity()
    {
        var note = HubSpot("notes", "null");
        note.Content.ShouldBe(new ActivityContent(ActivityType.Note, "", "", CrmEvidence.None));
        note.ModifiedAt.ShouldBe(Fallback);
    }

    [Theory]
    [InlineData("""{"TaskSubtype":"Email","Type":"Note"}""", ActivityType.Email)]
    [InlineData("""{"TaskSubtype":"ListEmail"}""", ActivityType.Email)]
    [InlineData("""{"TaskSubtype":"Call"}""", ActivityType.Call)]
    [InlineData("""{"TaskSubtype":"Task","Type":"Note"}""", ActivityType.Note)]
    [InlineData("""{"TaskSubtype":"Task","Type":"Call","Subject":"Call: prospect"}""", ActivityType.Task)]
    [InlineData("""{"TaskSubtype":"LinkedIn"}""", ActivityType.Task)]
    [InlineData("""{"TaskSubtype":null,"Type":"Call"}""", ActivityType.Call)]
    [InlineData("{}", ActivityType.Task)]
    public void SalesforceMap_Task_TypeFollowsTheSubtype(string fields, ActivityType expected) => Salesforce("Task", fields).Content.Type.ShouldBe(expected);

    [Fact]
    public void SalesforceMap_Parents_BecomeAssociationsOnce()
    {
        var task = Salesforce("Task", """
            {"WhoId":"00Q000000000001","Who":{"Type":"Lead"},"WhatId":"001000000000001AAA","What":{"Type":"Account"},"AccountId":"001000000000001AAA"}
            """);
        task.Associations.ShouldBe([new Association("lead", "Lead", "00Q000000000001EAA"), new Association("company", "Account", "001000000000001AAA")]);
        Salesforce("Task", """{"WhatId":"500000000000001AAA","What":{"Type":"Case"},"Who":null}""").Associations.ShouldBeEmpty();
    }

    private static CrmActivity HubSpot(string type, string properties) =>
        HubSpotActivityMapper.Map(HubSpotObjectType.Of(type), Json($$"""{"id":"1","properties":{{properties}} }"""), code => code, Fallback)!;

    private static CrmActivity Salesforce(string type, string fields) =>
        SalesforceActivityMapper.Map(
            SalesforceObjectType.Of(type), Json(fields == "{}" ? """{"Id":"00T000000000001"}""" : "{\"Id\":\"00T000000000001\"," + fields.Trim()[1..]), Fallback)!;

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
