using CrmSync.Pipeline.Evaluation;
using CrmSync.Pipeline.Taxonomies;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Evaluation;

public sealed class LabelledFileTests
{
    private static readonly TaxonomySet Shipped = TaxonomySet.LoadShipped();

    [Fact]
    public async Task ReadAsync_PublicStudy_TakesHumanLabelAndReportsBlankRows()
    {
        var file = await Read(FileFormat.Csv, "crm_subject,crm_description,crm_subtype,human_label\nCall,x,Task,engaged\nMail,y,Email,\nMail,z,Email,Not Engaged\n");

        file.Rows.Select(row => (row.Line, row.Labels["engagement"])).ShouldBe([(2L, "engaged"), (4L, "not-engaged")]);
        file.Rows.ShouldAllBe(row => !row.Labels.ContainsKey("stage"), "there is no such column");
        (file.Read, file.Blank, file.Malformed, file.Unknown).ShouldBe((3, 1, 0, 0));
    }

    [Theory]
    [InlineData("Closed Won", "closed-won")]
    [InlineData("closed won", "closed-won")]
    [InlineData("CLOSED-WON", "closed-won")]
    [InlineData(" Follow-up ", "follow-up")]
    [InlineData("(abstain)", null)]
    [InlineData("none", null)]
    public async Task ReadAsync_SpellingsOfAnAnswer_AreUnderstood(string cell, string? label)
    {
        var file = await Read(FileFormat.Csv, $"subject,stage\nx,{cell}\n");

        file.Rows.ShouldHaveSingleItem().Labels["stage"].ShouldBe(label);
    }

    [Fact]
    public async Task ReadAsync_EmptyStageCell_CountsAsAbstainingOnlyInAJudgedRow()
    {
        var file = await Read(FileFormat.Csv, "subject,engagement,stage\na,ENGAGED,\nb,,\nc,,Demo\n");

        file.Rows.Select(row => row.Line).ShouldBe([2L, 4L]);
        file.Rows[0].Labels.ShouldBe(new Dictionary<string, string?> { ["engagement"] = "engaged", ["stage"] = null }, ignoreOrder: true);
        file.Rows[1].Labels.ShouldBe(new Dictionary<string, string?> { ["stage"] = "demo" });
        file.Blank.ShouldBe(1);
    }

    [Fact]
    public async Task ReadAsync_JsonNull_IsAnAnswerUnlessTheWholeRowIsOpen()
    {
        var file = await Read(FileFormat.JsonLines, """
            {"subject": "a", "stage": null}
            {"subject": "b", "engagement": null, "stage": null}
            {"subject": "c", "engagement": "ND"}
            {"subject": "d", "engagement": "ND", "stage": null}
            """);

        file.Rows.Select(row => (row.Line, row.Labels.ContainsKey("stage"))).ShouldBe([(1, true), (3, false), (4, true)]);
        file.Rows[2].Labels["stage"].ShouldBeNull();
        file.Blank.ShouldBe(1);
    }

    [Fact]
    public async Task ReadAsync_UnknownAnswer_IsNamedByLineAndLeavesTheRestOfTheRow()
    {
        var file = await Read(FileFormat.Csv, "subject,engagement,stage\na,ENGAGED,Poem\nb,maybe,\nc,none,Demo\nd,only two\n");

        file.Faults.ShouldBe(
        [
            "Line 2: \"Poem\" is no label of stage; use Discovery, Demo, Negotiation, Follow-Up, Closed Won, Closed Lost or (abstain).",
            "Line 3: \"maybe\" is no label of engagement; use ENGAGED, NOT ENGAGED, ND.",
            "Line 4: \"none\" is no label of engagement; use ENGAGED, NOT ENGAGED, ND.",
            "Line 5: it has 2 cells where the header names 3 columns; check its commas and quotation marks.",
        ]);
        file.Rows.Select(row => (row.Line, row.Labels.Count)).ShouldBe([(2L, 1), (4L, 1)]);
        (file.Unknown, file.Malformed, file.Blank).ShouldBe((3, 1, 0));
    }

    [Fact]
    public async Task ReadAsync_FurtherTaxonomy_IsReadFromTheColumnOfItsId()
    {
        var outcome = Shipped["engagement"] with { Id = "outcome", Properties = new Dictionary<string, string> { ["hubspot"] = "x" } };
        var objection = Shipped["engagement"] with { Id = "objection", Properties = new Dictionary<string, string> { ["hubspot"] = "y" } };

        var file = await Read(FileFormat.Csv, "subject,outcome,label_outcome,objection\nx,COMPLETED,ND,ENGAGED\n", new TaxonomySet([outcome, objection]));

        var row = file.Rows.ShouldHaveSingleItem();
        row.Labels.ShouldBe(new Dictionary<string, string?> { ["outcome"] = "nd", ["objection"] = "engaged" }, ignoreOrder: true);
        row.Content.Evidence.Outcome.ShouldBe("COMPLETED", "the activity's own column is no answer");
    }

    [Fact]
    public async Task ReadAsync_HardAndAuthor_AreKept()
    {
        var file = await Read(FileFormat.JsonLines, """{"id": "a01-7", "subject": "x", "engagement": "ND", "hard": true}""");

        var row = file.Rows.ShouldHaveSingleItem();
        (row.Group, row.IsHard).ShouldBe(("a01", true));
    }

    private static async Task<LabelledRows> Read(FileFormat format, string text, TaxonomySet? taxonomies = null)
    {
        using var reader = new StringReader(text);
        return await LabelledFile.ReadAsync(reader, format, taxonomies ?? Shipped, TestContext.Current.CancellationToken);
    }
}
