using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Documents;
using CrmSync.Pipeline.Segments.Files;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Segments;

public sealed class NoteFileTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    private async Task<(List<AccountNote> Notes, NoteFile File)> ReadAsync(params string[] lines)
    {
        await File.WriteAllLinesAsync(_file, lines);
        var file = new NoteFile(_file, new NoteCleaner());
        List<AccountNote> notes = [];
        await foreach (var note in file.ReadAsync(TestContext.Current.CancellationToken))
            notes.Add(note);
        return (notes, file);
    }

    [Fact]
    public async Task Read_SoundRows_GivesNotes()
    {
        var (notes, file) = await ReadAsync(
            """{"account":"a","id":"1","subject":"Call","body":"They pay per entity.","owner":"r","when":"2026-11-21T10:00:00Z"}""",
            "",
            """{"account":7,"subject":null,"body":"Second"}""");

        notes.Count.ShouldBe(2);
        notes[0].ShouldBe(new AccountNote("a", "1", "Call\nThey pay per entity.", "r", new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero)));
        notes[1].ShouldBe(new AccountNote("7", "3", "Second"));
        file.Malformed.ShouldBe(0);
    }

    [Fact]
    public async Task Read_MalformedRows_AreNamedByLineAndDoNotStopTheRest()
    {
        var (notes, file) = await ReadAsync("{", "[]", """{"id":"1"}""", """{"account":"a","when":"soon"}""", """{"account":"a","body":"x y"}""");

        notes.Count.ShouldBe(1);
        file.Malformed.ShouldBe(4);
        file.Faults[0].ShouldStartWith("Line 1: it is not valid JSON");
        file.Faults[1].ShouldStartWith("Line 2: it is no JSON object");
        file.Faults[2].ShouldStartWith("Line 3: it names no account");
        file.Faults[3].ShouldStartWith("Line 4: \"when\" is no date");
    }

    [Fact]
    public async Task Read_Twice_CountsFaultsOnce()
    {
        var (_, file) = await ReadAsync("{", """{"account":"a"}""");
        await foreach (var _ in file.ReadAsync(TestContext.Current.CancellationToken))
        {
        }

        file.Malformed.ShouldBe(1);
    }

    [Fact]
    public async Task Write_Assignments_HasEveryAccountAndEscapes()
    {
        using var writer = new StringWriter();
        await AssignmentFile.WriteAsync([new AccountSegment("a,b", "s01"), new AccountSegment("c", null)], writer, TestContext.Current.CancellationToken);

        writer.ToString().ShouldBe("account,segment\n\"a,b\",s01\nc,\n");
    }
}
