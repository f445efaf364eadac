using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Taxonomies;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Review;

public sealed class CorrectionFileTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_LongForm_TakesIdsNamesAndValuesInAnyCase()
    {
        var content = await ReadAsync("id,taxonomy,label\n7,engagement,not engaged\n8,STAGE,closed-won\n9,stage,(none)\n10,stage,\n");

        content.Faults.ShouldBeEmpty();
        content.Blank.ShouldBe(1);
        content.Answers.Select(answer => $"{answer.Line} {answer.Name.Id} {answer.Taxonomy} {answer.Label ?? "-"}")
            .ShouldBe(["2 7 engagement not-engaged", "3 8 stage closed-won", "4 9 stage -"]);
    }

    [Fact]
    public async Task Read_WideForm_TakesAColumnPerTaxonomy()
    {
        var content = await ReadAsync("connection,object_type,object_id,engagement,stage\nhubspot-main,calls,4711,ENGAGED,Demo\nhubspot-main,calls,4712,,Discovery\n");

        content.Faults.ShouldBeEmpty();
        content.Answers.Select(answer => $"{answer.Name.ObjectId} {answer.Taxonomy} {answer.Label}")
            .ShouldBe(["4711 engagement engaged", "4711 stage demo", "4712 stage discovery"]);
    }

    [Theory]
    [InlineData("id,taxonomy,label\n7,stage,maybe\n", "Line 2", "no label \"maybe\"")]
    [InlineData("id,taxonomy,label\n7,mood,happy\n", "Line 2", "no taxonomy \"mood\"")]
    [InlineData("id,taxonomy,label\n7,engagement,(none)\n", "Line 2", "always has an answer")]
    [InlineData("id,taxonomy,label\nseven,stage,demo\n", "Line 2", "no number of the ledger")]
    [InlineData("id,taxonomy,label\n7,stage\n", "Line 2", "2 cells where the header names 3")]
    [InlineData("id,taxonomy,label\n7,stage,demo\n7,stage,discovery\n", "Line 3", "another stage than line 2")]
    [InlineData("connection,object_id,taxonomy,label\nhubspot-main,,stage,demo\n", "Line 2", "names no activity")]
    [InlineData("number,taxonomy,label\n7,stage,demo\n", "header", "names no activity")]
    [InlineData("id,answer\n7,demo\n", "header", "names no answer")]
    [InlineData("", "empty", "first line")]
    public async Task Read_Fault_IsNamedWithItsLineAndTheWayOut(string csv, string where, string what)
    {
        var fault = (await ReadAsync(csv)).Faults.ShouldHaveSingleItem();

        fault.ShouldContain(where);
        fault.ShouldContain(what);
    }

    [Fact]
    public async Task Write_ThenRead_GivesTheFilledAnswersBackAndNoFormula()
    {
        using var text = new StringWriter();
        await using (var writer = new ReviewFileWriter(text, texts: true))
        {
            await writer.WriteHeaderAsync(Token);
            await writer.WriteRowAsync(new ReviewFileRow(5, "hubspot-main", "calls", "77", "abc", "stage", null, "abstained", 0.51, "least-sure", "=HYPERLINK(\"x\")", "Hi, \"there\"\nyou"), Token);
        }
        var lines = text.ToString();
        lines.ShouldContain("'=HYPERLINK");

        var filled = lines.TrimEnd('\n') + "demo\n";
        var answer = (await ReadAsync(filled)).Answers.ShouldHaveSingleItem();
        (answer.Name.Id, answer.Taxonomy, answer.Label, answer.ContentHash).ShouldBe((5L, "stage", "demo", "abc"));
    }

    private static Task<CorrectionFileContent> ReadAsync(string csv) => CorrectionFile.ReadAsync(new StringReader(csv), TaxonomySet.LoadShipped(), Token);
}
