using CrmSync.Pipeline.Evaluation;
using CrmSync.Pipeline.Model;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Evaluation;

public sealed class ActivityFileReaderTests
{
    [Fact]
    public async Task ReadAsync_AgreedCsvColumns_AreUnderstood()
    {
        var rows = await Read(FileFormat.Csv, "hs_object_id,crm_subject,crm_description,crm_subtype,direction,disposition,duration\n901,Call,\"He said \"\"yes\"\",\nthen left\",Event,outbound,Connected,1:05\n");

        var row = rows.ShouldHaveSingleItem();
        row.Id.ShouldBe("901");
        row.Content.ShouldBe(new ActivityContent(ActivityType.Meeting, "Call", "He said \"yes\",\nthen left", new CrmEvidence
        {
            Direction = ActivityDirection.Outbound,
            Disposition = "Connected",
            Duration = TimeSpan.FromSeconds(65),
        }));
    }

    [Fact]
    public async Task ReadAsync_NoIdColumn_NumbersRowsFromZero()
    {
        var rows = await Read(FileFormat.Csv, "Subject,Type\na,Email\nb,Call\nc,Task\n");

        rows.Select(row => row.Id).ShouldBe(["0", "1", "2"]);
    }

    [Fact]
    public async Task ReadAsync_MalformedRows_AreNamedByLineAndDoNotStopTheRest()
    {
        var rows = await Read(FileFormat.Csv, "subject,body,type\na,\"two\nlines\",email\nb,only two\nc,x,fax\nd,\"x\"y,task\ne,x,note\n");

        rows.Select(row => row.Fault).ShouldBe(
        [
            null,
            "Line 4: it has 2 cells where the header names 3 columns; check its commas and quotation marks.",
            "Line 5: the type \"fax\" is unknown; use email, call, meeting, note or task.",
            "Line 6: a quotation mark stands inside a cell; put the cell in quotation marks and double those inside.",
            null,
        ]);
        rows[^1].Content!.Type.ShouldBe(ActivityType.Note);
    }

    [Fact]
    public async Task ReadAsync_JsonLines_ReadsDataAndTruth()
    {
        var rows = await Read(FileFormat.JsonLines, """
            {"id": "x-1", "crm": "hubspot", "type": "email", "direction": null, "subject": "Hi", "body": "<p>x</p>", "engagement": "ND", "stage": null, "hard": false}

            {"id": 7, "type": "call", "direction": "inbound", "body": "x", "human_label": "ENGAGED", "stage": "Demo"}
            not json
            [1]
            """);

        rows.Select(row => (row.Line, row.Id, row.Fault is null)).ShouldBe([(1, "x-1", true), (3, "7", true), (4, "2", false), (5, "3", false)]);
        rows[0].Truth.ShouldBe(new Dictionary<string, string?> { ["engagement"] = "ND", ["stage"] = null, ["hard"] = "False" });
        rows[1].Truth["stage"].ShouldBe("Demo");
        rows[1].Content!.Evidence.Direction.ShouldBe(ActivityDirection.Inbound);
    }

    [Theory]
    [InlineData("", "The file is empty; its first line must name the columns.")]
    [InlineData("a,b\n1,2\n", "The header names no text column; name one of crm_subject, subject, crm_description or body.")]
    [InlineData("subject;body\n1;2\n", "The columns are not separated by commas; save the file as comma-separated CSV.")]
    public async Task ReadAsync_UnusableCsv_SaysWhyAndWhatToDo(string csv, string sentence) =>
        (await Should.ThrowAsync<ActivityFileException>(() => Read(FileFormat.Csv, csv))).Message.ShouldBe(sentence);

    [Fact]
    public async Task ReadAsync_QuotationNeverClosed_ReportsTheRowItStartsIn()
    {
        var rows = await Read(FileFormat.Csv, "subject,body\na,b\nc,\"d\ne,f\n");

        rows[0].Fault.ShouldBeNull();
        rows[1].Fault.ShouldBe("Line 3: a quotation mark is never closed, so the rest of the file was swallowed; close it.");
    }

    [Theory]
    [InlineData("a.JSONL", FileFormat.JsonLines)]
    [InlineData("a.ndjson", FileFormat.JsonLines)]
    [InlineData("a.csv", FileFormat.Csv)]
    [InlineData("a", FileFormat.Csv)]
    public void FormatOf_FileName_FollowsTheExtension(string name, FileFormat format) => ActivityFileReader.FormatOf(name).ShouldBe(format);

    private static async Task<List<ActivityFileRow>> Read(FileFormat format, string text)
    {
        using var reader = new StringReader(text);
        List<ActivityFileRow> rows = [];
        await foreach (var row in ActivityFileReader.ReadAsync(reader, format, TestContext.Current.CancellationToken))
            rows.Add(row);
        return rows;
    }
}
