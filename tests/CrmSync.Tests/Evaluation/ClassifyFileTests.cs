using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Evaluation;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Evaluation;

public sealed class ClassifyFileTests
{
    private const string Input = """
        hs_object_id,crm_subject,crm_description,crm_subtype
        11,[Outreach] [Call] [outbound] [No Voicemail],,Task
        12,x,y,fax
        =1+1,Signed order form,"Ines emailed the signed order form and PO 4471 this morning, deal done.",Note
        """;

    private static readonly Cascade Shipped = Cascade.CreateDefault();

    [Fact]
    public async Task RunAsync_FullColumns_WritesTheAgreedHeaderAndRows()
    {
        var (result, lines) = await Run(ClassificationColumns.Full);

        lines[0].ShouldBe("hs_object_id,trueai_engaged,trueai_engaged_confidence,crmsync_stage,crmsync_stage_confidence,status,decided_by,evidence");
        var first = lines[1].Split(',');
        (first[0], first[1], first[3], first[5], first[6]).ShouldBe(("11", "NOT ENGAGED", "", "abstained", "model"));
        first[7].ShouldContain("engagement: ");
        lines[2].ShouldStartWith("=1+1,ENGAGED,");
        lines[2].ShouldContain("Closed Won");
        result.Rows.ShouldBe(3);
        result.Written.ShouldBe(2);
        result.Malformed.ShouldBe(1);
        result.RowErrors.ShouldBe(["Line 3: the type \"fax\" is unknown; use email, call, meeting, note or task."]);
        result.Counts["stage/closed-won"].ShouldBe(1);
        result.Counts["engagement/not-engaged"].ShouldBe(1);
    }

    [Fact]
    public async Task RunAsync_MinimalColumns_WritesIdAndEngagement()
    {
        var (_, lines) = await Run(ClassificationColumns.Minimal);

        lines.ShouldBe(["hs_object_id,trueai_engaged", "11,NOT ENGAGED", "=1+1,ENGAGED"]);
    }

    [Fact]
    public async Task RunAsync_Progress_IsToldTheEnd()
    {
        var seen = new Told();
        using var reader = new StringReader(Input);
        await ClassifyFile.RunAsync(reader, TextWriter.Null, FileFormat.Csv, ClassificationColumns.Full, Shipped, seen, null, TestContext.Current.CancellationToken);

        seen.Last.ShouldBe(3);
    }

    [Fact]
    public async Task RunAsync_Cancelled_Stops()
    {
        using var reader = new StringReader(Input);

        await Should.ThrowAsync<OperationCanceledException>(() => ClassifyFile.RunAsync(
            reader, TextWriter.Null, FileFormat.Csv, ClassificationColumns.Full, Shipped, null, null, new CancellationToken(canceled: true)));
    }

    private static async Task<(ClassifyFileResult Result, string[] Lines)> Run(ClassificationColumns columns)
    {
        using var reader = new StringReader(Input);
        using var writer = new StringWriter();
        var result = await ClassifyFile.RunAsync(reader, writer, FileFormat.Csv, columns, Shipped, null, null, TestContext.Current.CancellationToken);
        return (result, writer.ToString().TrimEnd('\n').Split('\n'));
    }

    private sealed class Told : IProgress<long>
    {
        public long Last { get; private set; }

        public void Report(long value) => Last = value;
    }
}
