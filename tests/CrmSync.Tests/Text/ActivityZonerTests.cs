using CrmSync.Pipeline.Classification.Rules;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Text;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Text;

public sealed class ActivityZonerTests
{
    private static readonly string[] Lines =
    [
        "Hi Ines,", "", "Thursday works.", "> earlier", ">> before", "On Mon, 8 Sep 2025 at 2:17 PM Paul Ebert <paul@tamar.example> wrote:", "From: Paul Ebert", "Sent: Monday",
        "To: Ines", "-----Original Message-----", "________________________________", "Best,", "-- ", "Paul", "unsubscribe", "If you are not the intended recipient", "<p>x</p>", ">", "\0", "\uD800",
        "Am 3.4. schrieb Jana Roth:", "Subject:", "[Outreach] [Call]", "Ines Korda: yes", "Tom: no", ">>> Ines: hi", "Microsoft Teams Need help?", "Join Zoom Meeting",
        "---------- Forwarded message ---------", "Meeting ID: 123 456 789",
    ];

    private static readonly Arbitrary<string> Bodies = Gen.Elements(Lines).ListOf().Select(lines => string.Join('\n', lines)).ToArbitrary();

    [Fact]
    public void Zone_AnyBody_ZonesStayInsideAndApart() => Prop.ForAll(Bodies, body =>
    {
        var text = ActivityZoner.Zone(Mail(body));
        var end = 0;
        foreach (var zone in text.Zones)
        {
            if (zone.Start < end || zone.Length < 1 || zone.End > text.Decoded.Length)
                return false;
            end = zone.End;
        }
        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Zone_AnyBody_KeepsEveryWordInSomeZone() => Prop.ForAll(Bodies, body =>
    {
        var text = ActivityZoner.Zone(Mail(body));
        var covered = string.Concat(text.Zones.Select(zone => text.TextOf(zone).ToString()));
        return string.Concat(covered.Where(char.IsLetterOrDigit)) == string.Concat(text.Decoded.Where(char.IsLetterOrDigit));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Zone_NotesUnderATeamsInvitation_StayNewText()
    {
        var text = ActivityZoner.Zone(Mail("""
            ________________________________________________________________________________
            Microsoft Teams Need help?
            Join the meeting now
            Meeting ID: 234 567 891 011
            Passcode: aB3xYz
            ________________________________
            Dial in by phone
            +49 69 1234567,,891011# Germany, Frankfurt
            Find a local number
            For organizers: Meeting options | Reset dial-in PIN
            ________________________________________________________________________________

            Went well, Ines wants the security overview by Friday.
            """));

        Zones(text, ZoneKind.New).ShouldBe(["Went well, Ines wants the security overview by Friday."]);
        text.Zones.ShouldAllBe(zone => zone.Kind != ZoneKind.Quoted);
    }

    [Fact]
    public void Zone_NotesUnderAZoomInvitation_StayNewText()
    {
        var text = ActivityZoner.Zone(Mail("""
            Paul Ebert is inviting you to a scheduled Zoom meeting.
            Topic: Corbel review
            Join Zoom Meeting
            https://zoom.example/j/123456
            Meeting ID: 123 4567 8910
            Passcode: 998877

            Showed the approvals, they liked it.
            """));

        Zones(text, ZoneKind.New).ShouldBe(["Showed the approvals, they liked it."]);
    }

    [Theory]
    [InlineData(ActivityDirection.Outbound)]
    [InlineData(null)]
    public void Zone_ForwardedMail_IsTheOtherSides(ActivityDirection? direction)
    {
        var text = ActivityZoner.Zone(new ActivityContent(ActivityType.Email, "Fwd: renewal", """
            FYI

            ---------- Forwarded message ---------
            From: Ines Korda <ines@corbel.example>
            Date: Mon, 8 Sep 2025
            Subject: renewal

            We would like to renew for two years.
            """, new CrmEvidence { Direction = direction }));

        var quoted = text.Zones.Single(zone => zone.Kind == ZoneKind.Quoted);
        quoted.Direction.ShouldBe(ActivityDirection.Inbound);
        quoted.Author.ShouldBe("Ines Korda");
    }

    [Theory]
    [InlineData("Ines Korda: can it do SSO?\nTom: yes\nInes Korda: good\nTom: more?")]
    [InlineData(">>> Ines Korda: can it do SSO?\n>>> Tom: yes\n>>> Ines Korda: good\n>>> Tom: more?")]
    [InlineData("[10:31] Ines Korda: can it do SSO?\n[10:32] Tom: yes\n[10:33] Ines Korda: good\n[10:35] Tom: more?")]
    [InlineData("Ines Korda 10:31 AM: can it do SSO?\nTom 10:32 AM: yes\nInes Korda 10:33 AM: good\nTom 10:35 AM: more?")]
    public void Zone_PastedChat_GivesTurnsWithTheirAuthors(string body) =>
        ActivityZoner.Zone(Mail(body)).Zones.Where(zone => zone.Kind is ZoneKind.New or ZoneKind.Quoted).Select(zone => zone.Author)
            .ShouldBe(["Ines Korda", "Tom", "Ines Korda", "Tom"]);

    [Theory]
    [InlineData("Best regards\nPaul Ebert\nTamar Ltd", true)]
    [InlineData("This e-mail is confidential and may be privileged. If you are not the intended recipient, delete it.", true)]
    [InlineData("Join Zoom Meeting\nhttps://zoom.example/j/1\nMeeting ID: 123 456 7890", true)]
    [InlineData("Thursday works.\n\nBest regards\nPaul Ebert", false)]
    public void Read_BodyOfNothingButFooters_IsNoBody(string body, bool none)
    {
        var content = Mail(body);
        var text = ActivityZoner.Zone(content);
        var facts = ActivityFacts.Read(content, text, ActivityFacts.Words(content, text, new Vocabulary()));

        facts.HasAll(FactSet.Of((int)StructuralFact.NoBody)).ShouldBe(none);
    }

    [Fact]
    public void Zone_LabelledNotes_AreNoChat() =>
        ActivityZoner.Zone(Mail("Budget: 20k\nTimeline: June\nNext Steps: send quote\nBudget: maybe more")).Zones.ShouldAllBe(zone => zone.Author == null);

    [Fact]
    public void Zone_OutlookThread_SeparatesTurnsAndSides()
    {
        var text = ActivityZoner.Zone(Mail("""
            Thursday it is, invite follows.

            Regards
            Marisol

            From: Paul Ebert <paul@tamar.example>
            Sent: Monday, 8 September 2025
            To: Marisol Trent
            Subject: RE: part two

            Either works for us.
            """));

        Zones(text, ZoneKind.New).ShouldBe(["Thursday it is, invite follows."]);
        Zones(text, ZoneKind.Signature).ShouldBe(["Regards\nMarisol"]);
        var quoted = text.Zones.Single(zone => zone.Kind == ZoneKind.Quoted);
        text.TextOf(quoted).ToString().Trim().ShouldBe("Either works for us.");
        quoted.Author.ShouldBe("Paul Ebert");
        quoted.Direction.ShouldBe(ActivityDirection.Inbound);
    }

    [Theory]
    [InlineData("On Mon, 8 Sep 2025 at 2:17 PM Paul Ebert <paul@tamar.example> wrote:", "Paul Ebert")]
    [InlineData("On 8/9/25, 2:17 PM, Paul Ebert wrote:", "Paul Ebert")]
    [InlineData("On Mon, 8 Sep 2025 at 2:17 PM Paul Ebert <paul@tamar.example>\nwrote:", "Paul Ebert")]
    [InlineData("Am 8. September schrieb Paul Ebert:", "Paul Ebert")]
    [InlineData("Le 8 septembre, Paul Ebert a écrit :", "Paul Ebert")]
    [InlineData("El 8 de sept, Paul Ebert escribió:", "Paul Ebert")]
    [InlineData("Op 8 sept schreef Paul Ebert:", "Paul Ebert")]
    public void Zone_WroteLine_NamesTheAuthor(string line, string author)
    {
        var text = ActivityZoner.Zone(Mail($"Fine.\n\n{line}\n> Thursday?"));

        text.Zones.Single(zone => zone.Kind == ZoneKind.Quoted).Author.ShouldBe(author);
    }

    [Theory]
    [InlineData("Bumping this.\nJonas Beck")]
    [InlineData("Bumping this.\n\nBest, Jonas")]
    public void Zone_OwnMailQuotedBelowABump_StaysOurs(string bump)
    {
        var text = ActivityZoner.Zone(Mail($"{bump}\n\nOn Tue, Jonas Beck wrote:\n> Saw that you opened a depot."));

        text.Zones.Single(zone => zone.Kind == ZoneKind.Quoted).Direction.ShouldBe(ActivityDirection.Outbound);
    }

    [Fact]
    public void Zone_TwoQuotedTurns_AlternateSides()
    {
        var text = ActivityZoner.Zone(Mail("Done.\nOn Tue, Paul Ebert wrote:\n> Thursday then.\n> On Mon, Marisol Trent wrote:\n>> Thursday or Friday?"));

        text.Zones.Where(zone => zone.Kind == ZoneKind.Quoted).Select(zone => (zone.Turn, zone.Direction))
            .ShouldBe([(1, ActivityDirection.Inbound), (2, ActivityDirection.Outbound)]);
    }

    [Fact]
    public void Zone_HtmlQuote_IsAQuotedTurn()
    {
        var text = ActivityZoner.Zone(Mail("<p>Fine with me.</p><blockquote>Is <b>Thursday</b> good?</blockquote>"));

        Zones(text, ZoneKind.New).ShouldBe(["Fine with me."]);
        Zones(text, ZoneKind.Quoted).ShouldBe(["> Is Thursday good?"]);
    }

    [Fact]
    public void Zone_DisclaimerAndUnsubscribe_LeaveTheCleanedText()
    {
        var text = ActivityZoner.Zone(Mail("News for you.\n\nThis message is confidential and may be privileged.\nUnsubscribe: https://x.example/u"));

        text.Cleaned.ShouldBe("Hello\nNews for you.");
        text.Decoded.ShouldContain("privileged");
        text.Zones.Select(zone => zone.Kind).ShouldBe([ZoneKind.Subject, ZoneKind.New, ZoneKind.Boilerplate, ZoneKind.Unsubscribe]);
    }

    [Fact]
    public void Zone_SalesforceMailTask_TakesTheHeaderBlockOff()
    {
        var text = ActivityZoner.Zone(Mail("To: k@corbel.example\nCC: l@corbel.example\nAttachment: v4.docx\n\nSubject: RE: MSA\nBody:\nKirsten,\n\nv4 attached."));

        Zones(text, ZoneKind.New).ShouldBe(["Kirsten,\n\nv4 attached."]);
        Zones(text, ZoneKind.Header).Count.ShouldBe(1);
    }

    [Fact]
    public void Zone_NoteThatStartsWithFrom_IsNotTakenForAHeader() =>
        Zones(ActivityZoner.Zone(new ActivityContent(ActivityType.Note, "", "Tour done.\nFrom: the site team, they liked it", CrmEvidence.None)), ZoneKind.New)
            .ShouldBe(["Tour done.\nFrom: the site team, they liked it"]);

    private static ActivityContent Mail(string body) => new(ActivityType.Email, "Hello", body, new CrmEvidence { Direction = ActivityDirection.Outbound });

    private static List<string> Zones(ActivityText text, ZoneKind kind) => [.. text.Zones.Where(zone => zone.Kind == kind).Select(zone => text.TextOf(zone).ToString().Trim())];
}
