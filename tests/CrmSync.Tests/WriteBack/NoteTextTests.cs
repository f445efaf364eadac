using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.WriteBack.Notes;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.WriteBack;

public sealed class NoteTextTests
{
    private const string Reference = "crmsync-note-0123456789abcdef0123456789abcdef";
    private static readonly NotePlace Html = new("notes", NoteForm.Html, 65_536, HasTitle: false, "There.");
    private static readonly NotePlace Plain = new("Task", NoteForm.Plain, 32_000, HasTitle: true, "There.");
    private static readonly DateTimeOffset At = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    private static Brief BriefOf(params BriefPoint[] points) => new()
    {
        Account = "7", Title = "Brackwater & Sons", Segment = new SegmentMatch("bills", "Bills", "7 of 19 notes speak of it.", 0.9), PackVersion = 3, At = At, Facts = ["2 open deals."], Points = points,
        LeftOut = [], Waiting = 0, Notices = [], Tokens = 100, Budget = 1_500,
    };

    private static BriefPoint Point(string text, BriefPart part = BriefPart.TalkingPoint, bool heard = false) => new(part, text, ["l1"], [], heard, PackAuthor.Template);

    [Fact]
    public void Of_ABrief_HoldsItsPartsAndEndsWithTheReference()
    {
        var note = BriefNote.Of(BriefOf(Point("One view.", heard: true), Point("Who pays?", BriefPart.Question)), 12, Reference, Html);

        note.Body.ShouldBe(
            "<p><b>CrmSync brief, 2026-11-22: Brackwater &amp; Sons</b></p><p>Segment: Bills. 7 of 19 notes speak of it. Pack version 3, 2026-11-22.</p><p>2 open deals.</p>"
            + "<p><b>Talking points</b></p><ul><li>One view. (heard here)</li></ul><p><b>Questions</b></p><ul><li>Who pays?</li></ul>"
            + $"<p>Points are patterns of similar accounts, not facts about this one, unless they were heard here.</p><p>Written by CrmSync from brief 12. Reference {Reference}</p>");
        note.LeftOut.ShouldBe(0);
        var task = BriefNote.Of(BriefOf(Point("One view."), Point("Two views.")), 12, Reference, Plain);
        task.Title.ShouldBe("CrmSync brief, 2026-11-22: Brackwater & Sons");
        task.Body.ShouldStartWith("Segment: Bills.");
        task.Body.ShouldContain("\nTalking points\n• One view.\n• Two views.\n");
        task.Body.TrimEnd().ShouldEndWith(Reference);
    }

    [Theory]
    [InlineData("<script>alert(1)</script><img src=x onerror=alert(2)>", "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;")]
    [InlineData("</li></ul><p>\"quoted\" 'single' & more", "&lt;/li&gt;&lt;/ul&gt;&lt;p&gt;&quot;quoted&quot; &#x27;single&#x27; &amp; more")]
    [InlineData("turned \u202Egnp\u202C around\u2066", "turned gnp around")]
    [InlineData("two\r\nlines\0and\ta tab", "two lines and a tab")]
    [InlineData("Größe, 見積もり, עברית", "Größe, 見積もり, עברית")]
    public void Of_HostileText_StandsAsTextOnOneLine(string hostile, string shown)
    {
        var note = BriefNote.Of(BriefOf(Point(hostile)) with { Title = hostile }, 12, Reference, Html);
        note.Body.ShouldContain($"<li>{shown}</li>");
        note.Body.ShouldNotContain("<script");
        note.Body.ShouldNotContain("<img");
    }

    [Fact]
    public void Line_WithHalfACharacter_LosesIt() => NoteText.Line($"half{'\uD800'} of one, 😀", 80).ShouldBe("half of one, 😀");

    [Fact]
    public void Of_AboveTheCap_LeavesTheLastPointsOutAndSaysSo()
    {
        var brief = BriefOf([.. Enumerable.Range(1, 5_000).Select(number => Point($"Point {number} <&> with some words that take room."))]);
        foreach (var place in new[] { Html, Plain })
        {
            var note = BriefNote.Of(brief, 12, Reference, place);
            note.Body.Length.ShouldBeLessThanOrEqualTo(place.Longest);
            note.Body.Length.ShouldBeGreaterThan(place.Longest * 9 / 10);
            note.LeftOut.ShouldBeGreaterThan(0);
            note.Body.ShouldContain($"Shortened: {note.LeftOut.ToString("N0", System.Globalization.CultureInfo.InvariantCulture)} lines had no room in a note.");
            note.Body.ShouldContain("Point 1 ");
            note.Body.ShouldNotContain("Point 5000 ");
            note.Body.ShouldContain(Reference);
            note.Blocks.Count(block => block.Kind is NoteBlockKind.Point).ShouldBe(5_000 - note.LeftOut);
        }
    }

    [Fact]
    public void Of_OneEndlessLine_IsCutAndTheNoteStaysWithinItsCap()
    {
        var note = BriefNote.Of(BriefOf(Point(new string('<', 500_000))) with { Title = new string('n', 5_000) }, 12, Reference, Html);
        note.Body.Length.ShouldBeLessThanOrEqualTo(65_536);
        note.Title.Length.ShouldBeLessThanOrEqualTo(NoteText.LongestTitle);
        note.Body.ShouldContain(Reference);
    }

    [Fact]
    public void Fingerprint_OfWhatTheCrmPutInOrder_IsTheSame()
    {
        var note = BriefNote.Of(BriefOf(Point("One & two."), Point("Größe")), 12, Reference, Html);
        var kept = note.FingerprintAt(Html);
        var tidied = "<div>\n" + note.Body.Replace("<p>", "<p style=\"margin:0\">", StringComparison.Ordinal).Replace("</li>", "</li>\n", StringComparison.Ordinal).Replace("ö", "&ouml;", StringComparison.Ordinal) + "</div>";
        NoteText.Fingerprint("", tidied, NoteForm.Html).ShouldBe(kept);
        NoteText.Fingerprint("", note.Body.Replace("two", "three", StringComparison.Ordinal), NoteForm.Html).ShouldNotBe(kept);
        NoteText.Fingerprint("", note.Body + "<p>Called them.</p>", NoteForm.Html).ShouldNotBe(kept);
        var task = BriefNote.Of(BriefOf(Point("One.")), 12, Reference, Plain);
        NoteText.Fingerprint(task.Title, task.Body.Replace("\n", "\r\n", StringComparison.Ordinal).TrimEnd(), NoteForm.Plain).ShouldBe(task.FingerprintAt(Plain));
        NoteText.Fingerprint("Other", task.Body, NoteForm.Plain).ShouldNotBe(task.FingerprintAt(Plain));
    }

    [Fact]
    public void Reference_OfABrief_IsKnownBeforehandAndFoundInItsNote()
    {
        var account = new NoteAccount("companies", "7");
        var one = NoteReference.Of(12, At, account);
        one.ShouldBe(NoteReference.Of(12, At, account));
        new[] { NoteReference.Of(13, At, account), NoteReference.Of(12, At.AddMilliseconds(1), account), NoteReference.Of(12, At, new NoteAccount("companies", "8")) }.ShouldNotContain(one);
        NoteReference.In(BriefNote.Of(BriefOf(Point("x")), 12, one, Html).Body).ShouldBe([one]);
        NoteReference.In($"crmsync-note-short and {one}, {one} and crmsync-note-{new string('g', 32)}").ShouldBe([one]);
        NoteReference.In("nothing").ShouldBeEmpty();
    }
}
