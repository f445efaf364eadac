using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Documents;
using CrmSync.Pipeline.Text.Redaction;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Segments;

public sealed class NoteCleanerTests
{
    private static readonly NoteCleaner Cleaner = new(new Names(new NameIndex.Builder().AddPerson("Dana Whitlock").AddCompany("Corbel Hospitality Group").Build()));

    [Fact]
    public void Clean_Mail_KeepsWhatWasNewlyWritten()
    {
        var note = Cleaner.Clean(new RawNote("a", "1", "Re: entities", "Hi Dana,<br>eleven entities, no single view.<br><br>Best regards<br>Kim\n-----Original Message-----\nFrom: Dana Whitlock\nSubject: old\n\nold words here"));

        note.Text.ShouldContain("eleven entities, no single view");
        note.Text.ShouldNotContain("old words");
        note.Text.ShouldNotContain("Dana");
    }

    [Theory]
    [InlineData("Call +1 415 555 0134 or mail a@b.example", "[phone 1]", "415")]
    [InlineData("Dana Whitlock of Corbel Hospitality Group asked", "[person 1]", "Whitlock")]
    public void Clean_ShortNote_HasNoPersonalData(string body, string expected, string gone)
    {
        var text = Cleaner.CleanText("", body);

        text.ShouldContain(expected);
        text.ShouldNotContain(gone);
    }

    [Fact]
    public void Read_Account_OrdersNotesAndLeavesEmptyOnesOut()
    {
        var later = new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);
        var document = AccountDocument.Read(
            new AccountInput("a", [new RawNote("a", "2", "", "second", null, later), new RawNote("a", "1", "", "first", null, later.AddDays(-1)), new RawNote("a", "3", "", "")]), Cleaner);

        document.Notes.Select(note => note.Text).ShouldBe(["first", "second"]);
    }

    [Fact]
    public async Task Clean_ManyAtOnce_KeepsTheirOrder()
    {
        var number = 0;
        await foreach (var note in Cleaner.CleanAsync(Raw(3_000), TestContext.Current.CancellationToken))
            note.Id.ShouldBe($"{number++}");

        number.ShouldBe(3_000);
    }

    [Fact]
    public void Mask_RareWordsAndNumbers_AreLeftOut()
    {
        HashSet<string> shared = ["eleven", "entities", "at", "with"];

        QuoteReader.Mask("Eleven entities at Zorbal with 47k", shared).ShouldBe("Eleven entities at … with …");
    }

    private static async IAsyncEnumerable<RawNote> Raw(int count)
    {
        for (var i = 0; i < count; i++)
            yield return new RawNote("a", $"{i}", "", $"note {i}");
        await Task.CompletedTask;
    }

    private sealed class Names(NameIndex current) : IKnownNames
    {
        public NameIndex Current { get; } = current;
    }
}
