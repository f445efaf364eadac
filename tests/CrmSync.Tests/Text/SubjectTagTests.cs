using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Text;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Text;

public sealed class SubjectTagTests
{
    [Theory]
    [InlineData("[Outreach] [Email] [Out] 12 Re: invoice approvals", "outreach", TagChannel.Email, ActivityDirection.Outbound, 12, 1, null, "invoice approvals")]
    [InlineData("[Outreach] [Email] [Out] Re: timing", "outreach", TagChannel.Email, ActivityDirection.Outbound, null, 1, null, "timing")]
    [InlineData("[Outreach] [Email] [In] Re: RE: timing", "outreach", TagChannel.Email, ActivityDirection.Inbound, null, 2, null, "timing")]
    [InlineData("[Outreach] [Call] [outbound] [No Voicemail]", "outreach", TagChannel.Call, ActivityDirection.Outbound, null, 0, "No Voicemail", "")]
    [InlineData("[People.ai | Outbound] Re: approvals", "people.ai", TagChannel.None, ActivityDirection.Outbound, null, 1, null, "approvals")]
    [InlineData("Call: Connected | Demo Scheduled", null, TagChannel.Call, null, null, 0, "Connected", "Connected | Demo Scheduled")]
    [InlineData("Email: AW: Angebot", null, TagChannel.Email, null, null, 1, null, "Angebot")]
    [InlineData("Email: [Outreach] 3 Re: missed you", "outreach", TagChannel.Email, null, 3, 1, null, "missed you")]
    [InlineData("Touch base (step 7 of 7)", null, TagChannel.None, null, 7, 0, null, "Touch base (step 7 of 7)")]
    [InlineData("Email 5 of 6", null, TagChannel.None, null, 5, 0, null, "Email 5 of 6")]
    [InlineData("Sequence: Q3 outbound, step 2", null, TagChannel.None, null, 2, 0, null, "Sequence: Q3 outbound, step 2")]
    [InlineData("Step 2: security review", null, TagChannel.None, null, null, 0, null, "Step 2: security review")]
    [InlineData("Aircall: outbound call, no answer", "aircall", TagChannel.Call, ActivityDirection.Outbound, null, 0, "no answer", "Aircall: outbound call, no answer")]
    [InlineData("Five9 inbound call - connected", "five9", TagChannel.Call, ActivityDirection.Inbound, null, 0, "connected", "Five9 inbound call - connected")]
    [InlineData("3 sites for Corbel", null, TagChannel.None, null, null, 0, null, "3 sites for Corbel")]
    [InlineData("Re: 3 sites", null, TagChannel.None, null, null, 1, null, "3 sites")]
    [InlineData("Research on Corbel", null, TagChannel.None, null, null, 0, null, "Research on Corbel")]
    [InlineData("[unclosed", null, TagChannel.None, null, null, 0, null, "[unclosed")]
    [InlineData("", null, TagChannel.None, null, null, 0, null, "")]
    public void Zone_Subject_ReadsTheTags(
        string subject, string? tool, TagChannel channel, ActivityDirection? direction, int? step, int replies, string? outcome, string title)
    {
        var tag = ActivityZoner.Zone(new ActivityContent(ActivityType.Task, subject, "", CrmEvidence.None)).Tag;

        (tag.Tool, tag.Channel, tag.Direction, tag.Step, tag.Replies, tag.Outcome, tag.Title).ShouldBe((tool, channel, direction, step, replies, outcome, title));
    }
}
