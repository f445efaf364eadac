using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Model;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Classification;

/// <summary>The settled cases of the labelling rules, each in wording of our own. The best label counts, whether it is sure enough to be written or not.</summary>
public sealed class SettledCaseTests
{
    private const ActivityDirection In = ActivityDirection.Inbound;
    private const ActivityDirection Out = ActivityDirection.Outbound;
    private static readonly Cascade Shipped = Cascade.CreateDefault();

    [Theory]
    // A recap shows what the other side said, or it does not.
    [InlineData(ActivityType.Email, Out, "Notes from this morning", "Dear Ola,\n\nThank you for the call. You said the yard cannot stop in May, and you asked for two references. You mentioned the board meets on the 9th.\n\nPiet", "engaged", null)]
    [InlineData(ActivityType.Email, Out, "Security pack", "Hi Ola,\n\nHere is the security pack as promised. Shout with any questions.\n\nPiet", "not-engaged", "follow-up")]
    // Automated mail: nobody engaged, the stage follows the content.
    [InlineData(ActivityType.Email, In, "Completed: Order form Lindale Foods", "All parties have completed the document. View completed document. Do not share this email.", "not-engaged", "closed-won")]
    [InlineData(ActivityType.Email, In, "New purchase order PO 90112", "A new purchase order has been issued to you. This is an automated message, please do not reply.", "not-engaged", "closed-won")]
    [InlineData(ActivityType.Email, In, "Automatic reply: quick question", "I am out of the office until Monday with limited access to mail.", "not-engaged", "abstain")]
    // Internal work.
    [InlineData(ActivityType.Task, null, "Update CRM fields for the forecast", "", "not-engaged", "abstain")]
    [InlineData(ActivityType.Note, null, "Lindale research", "From their website and LinkedIn: probably on an old ERP. No contact yet.", "not-engaged", "abstain")]
    // Gatekeeper, bad time.
    [InlineData(ActivityType.Call, Out, "Call to Lindale", "receptionist answered, said she is in a meeting, call back later", "engaged", "abstain")]
    [InlineData(ActivityType.Call, Out, "Call: Connected - Bad timing", "picked up, \"bad time, try me Thursday\"", "engaged", "abstain")]
    // A stranger declines cold outreach.
    [InlineData(ActivityType.Email, In, "Re: quick question", "Not interested, please take me off your list.", "engaged", "abstain")]
    // No-shows.
    [InlineData(ActivityType.Meeting, null, "Intro with Lindale", "No show.", "not-engaged", "abstain")]
    // First enquiry by a person.
    [InlineData(ActivityType.Email, In, "Enquiry", "Good morning,\n\nWe run 14 depots and everything is on paper today. We need one system before winter, budget is about 40k, my brother and I decide.\n\nRegards\nOla Brandt", "engaged", "discovery")]
    // The tag decides an empty body.
    [InlineData(ActivityType.Task, Out, "[Outreach] [Call] [outbound] [No Voicemail]", "", "not-engaged", "abstain")]
    [InlineData(ActivityType.Task, Out, "[Outreach] [Call] [outbound] [Left Voicemail] 3", "", "not-engaged", "abstain")]
    [InlineData(ActivityType.Task, Out, "[Outreach] [Call] [outbound] [Connected]", "", "engaged", "abstain")]
    [InlineData(ActivityType.Call, Out, "Call: Connected | Demo Scheduled", "", "engaged", "follow-up")]
    [InlineData(ActivityType.Meeting, null, "Demo - Completed", "", "engaged", "demo")]
    // Nothing to go by.
    [InlineData(ActivityType.Call, Out, "", "", "nd", "abstain")]
    [InlineData(ActivityType.Task, null, "Call", "", "nd", "abstain")]
    [InlineData(ActivityType.Meeting, null, "HOLD: Lindale", "Join Zoom Meeting\nMeeting ID: 844 100 200\nPasscode: 1", "nd", "abstain")]
    // Numbered Re: is automation, an unnumbered one is a person.
    [InlineData(ActivityType.Task, Out, "[Outreach] [Email] [Out] 4 Re: paper at the depots", "Hi Ola,\n\nBumping this. Worth 15 minutes next week?\n\nPiet", "not-engaged", "abstain")]
    [InlineData(ActivityType.Task, Out, "[Outreach] [Email] [Out] Re: paper at the depots", "Perfect, Thursday at 10 it is.\n\nPiet\n\nOn Mon, 3 Mar, Ola Brandt wrote:\n> Thursday at 10 works for me.", "engaged", "follow-up")]
    // The closer definition wins, never the more optimistic.
    [InlineData(ActivityType.Note, null, "CLOSED WON!!", "Not yet. Verbal yes, paper with legal, they want the liability cap at 3x and net 60. We offered 2x and net 45.", "engaged", "negotiation")]
    [InlineData(ActivityType.Meeting, null, "Demo for Lindale", "Showed the planner on their own data. Ola liked the mobile view, asked to see the export. Screen shared, 40 min. Price came up at the end.", "engaged", "demo")]
    // Won and lost.
    [InlineData(ActivityType.Email, In, "RE: order form", "Piet, signed order form attached, PO 4471 follows. Please go ahead.\n\nOla", "engaged", "closed-won")]
    [InlineData(ActivityType.Email, In, "Your proposal", "Hi Piet,\n\nWe have decided to go with another supplier after the trial. Sorry, and thank you for your time.\n\nOla", "engaged", "closed-lost")]
    // Other languages.
    [InlineData(ActivityType.Call, Out, "Anruf", "nicht erreicht, auf Mailbox gesprochen", "not-engaged", "abstain")]
    [InlineData(ActivityType.Call, Out, "Appel", "pas de réponse, message laissé sur le répondeur", "not-engaged", "abstain")]
    [InlineData(ActivityType.Call, Out, "Llamada", "no contesta, dejé mensaje en el buzón de voz", "not-engaged", "abstain")]
    [InlineData(ActivityType.Call, Out, "Bellen", "geen gehoor, voicemail ingesproken", "not-engaged", "abstain")]
    [InlineData(ActivityType.Email, In, "AW: Vertrag", "Hallo Piet,\n\nanbei der unterschriebene Auftrag, Bestellung 4471. Unterschrieben von beiden.\n\nGruß\nOla", "engaged", "closed-won")]
    public void Decide_SettledCase_GetsTheAgreedLabels(ActivityType type, ActivityDirection? direction, string subject, string body, string engagement, string? stage)
    {
        var decisions = Shipped.Decide(new ActivityContent(type, subject, body, new CrmEvidence { Direction = direction }));

        decisions[0].Label.ShouldBe(engagement);
        if (stage is not null)
            (decisions[1].Label ?? "abstain").ShouldBe(stage);
    }

    [Theory]
    [InlineData("Left voicemail", null, null, null, "not-engaged")]
    [InlineData("No answer", null, null, null, "not-engaged")]
    [InlineData("Busy", null, null, null, "not-engaged")]
    [InlineData("Wrong number", null, null, null, "not-engaged")]
    [InlineData(null, "NO_ANSWER", null, null, "not-engaged")]
    [InlineData("Connected", "COMPLETED", null, 300, "engaged")]
    [InlineData("Left live message", null, null, null, "engaged")]
    [InlineData(null, "COMPLETED", null, null, "nd")]
    [InlineData(null, "COMPLETED", null, 6, "nd")]
    public void Decide_BareCall_FollowsTheFieldsOfTheCrm(string? disposition, string? status, string? outcome, int? seconds, string engagement)
    {
        var decisions = Shipped.Decide(new ActivityContent(ActivityType.Call, "Call with Ola Brandt", "", new CrmEvidence
        {
            Direction = Out,
            Disposition = disposition,
            Status = status,
            Outcome = outcome,
            Duration = seconds is { } value ? TimeSpan.FromSeconds(value) : null,
        }));

        decisions[0].Label.ShouldBe(engagement);
    }

    [Theory]
    [InlineData("COMPLETED", "engaged")]
    [InlineData("NO_SHOW", "not-engaged")]
    [InlineData("CANCELED", "not-engaged")]
    [InlineData("SCHEDULED", "nd")]
    [InlineData(null, "nd")]
    public void Decide_BareMeeting_FollowsTheOutcome(string? outcome, string engagement) =>
        Shipped.Decide(new ActivityContent(ActivityType.Meeting, "Lindale and us", "", new CrmEvidence { Outcome = outcome }))[0].Label.ShouldBe(engagement);
}
