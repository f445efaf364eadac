using System.Text.Json;
using System.Xml;
using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Evaluation;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Reports;
using Shouldly;
using Spectre.Console;
using Xunit;

namespace CrmSync.Tests.Reports;

public sealed class EvaluationReportTests
{
    private const string Hostile = "<script>alert(1)</script>\"'&";
    private static readonly TaxonomySet Taxonomies = Renamed(TaxonomySet.LoadShipped());

    [Fact]
    public void Page_HostileWordsEverywhere_AreEncodedEverywhere()
    {
        var page = EvaluationPage.Write(Report(), _ => Hostile);

        page.ShouldNotContain("<script", Case.Insensitive);
        page.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;");
        page.Split("&lt;script&gt;").Length.ShouldBeGreaterThan(10, "name, file, id, fault, label, evidence and text are all shown");
    }

    [Fact]
    public void Page_AsAWhole_IsWellFormedAndLoadsNothing()
    {
        var page = EvaluationPage.Write(Report());

        page.ShouldNotContain("src=");
        page.ShouldNotContain("href=");
        page.ShouldNotContain("url(");
        page.ShouldContain("default-src 'none'");
        var body = page[page.IndexOf("<body>", StringComparison.Ordinal)..page.IndexOf("</html>", StringComparison.Ordinal)].Replace("<details open>", "<details>", StringComparison.Ordinal);
        var document = new XmlDocument();
        Should.NotThrow(() => document.LoadXml(body));
        // Per taxonomy: confusion, calibration, risk.
        document.GetElementsByTagName("svg").Count.ShouldBe(6);
    }

    [Fact]
    public void Page_WithoutTexts_ShowsNoneAndSaysHow()
    {
        var page = EvaluationPage.Write(Report());

        page.ShouldNotContain("secret body");
        page.ShouldContain("--texts");
    }

    [Fact]
    public void Json_Report_CarriesTheAgreedMembersAndNoText()
    {
        var json = EvaluationJson.Write(Report());

        json.ShouldNotContain("secret body");
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        root.GetProperty("schema").GetString().ShouldBe("crmsync/evaluation/1");
        root.GetProperty("file").GetProperty("blank").GetInt64().ShouldBe(1);
        root.GetProperty("evaluation").GetProperty("cost").GetProperty("usd").GetDecimal().ShouldBe(0);
        var stage = root.GetProperty("evaluation").GetProperty("taxonomies").EnumerateArray().Single(taxonomy => taxonomy.GetProperty("id").GetString() == "stage");
        stage.GetProperty("overall").GetProperty("accuracy").GetProperty("value").GetDouble().ShouldBe(0.5);
        stage.GetProperty("overall").GetProperty("confusion")[1][6].GetInt64().ShouldBe(1);
        stage.GetProperty("overall").GetProperty("risk").GetProperty("curve").GetArrayLength().ShouldBe(2);
        stage.GetProperty("hard").ValueKind.ShouldBe(JsonValueKind.Null);
        var error = stage.GetProperty("errors")[0];
        (error.GetProperty("line").GetInt64(), error.GetProperty("truth").GetString(), error.GetProperty("answer").GetString()).ShouldBe((3, "demo", null));
        root.GetProperty("against").GetProperty("comparisons")[1].GetProperty("bothRight").GetInt64().ShouldBe(1);
    }

    [Fact]
    public void Tables_MarkupInWords_IsShownAsItStands()
    {
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 240;

        EvaluationTables.Write(console, Report("[red]x[/]"));

        writer.ToString().ShouldContain("[red]x[/]");
        writer.ToString().ShouldContain("Sales stage");
        writer.ToString().ShouldContain("are right and wrong on the same 2 rows");
    }

    private static EvaluationReport Report(string id = Hostile)
    {
        List<JudgedRow> rows = [Row(2, "1", "demo", "demo", 0.9), Row(3, id, "demo", null, 0.8)];
        var result = Evaluator.Evaluate(Taxonomies, "v", rows, new EvaluationOptions { ByGroup = true });
        return new EvaluationReport(Hostile, result, DateTimeOffset.UnixEpoch)
        {
            File = Hostile,
            Source = new LabelledRows([.. rows.Select(row => row.Row)], 4, 1, 1, 0, [Hostile]),
            Against = new ComparedWith(Hostile, result, Comparison.Compare(Taxonomies, rows, Taxonomies, rows)),
        };
    }

    private static JudgedRow Row(long line, string id, string? truth, string? answer, double confidence) => new(
        new LabelledRow(id, new ActivityContent(ActivityType.Note, "", "secret body", CrmEvidence.None), new Dictionary<string, string?> { ["stage"] = truth, ["engagement"] = "nd" })
        {
            Line = line, Group = Hostile,
        },
        [
            new LabelDecision("engagement", "1", "engaged", DecisionStatus.Decided, confidence, Hostile, [new Evidence("r", Hostile, null, null)], "v"),
            new LabelDecision("stage", "1", answer, answer is null ? DecisionStatus.Abstained : DecisionStatus.Decided, confidence, "rules", [new Evidence("r", Hostile, null, null)], "v"),
        ]);

    private static TaxonomySet Renamed(TaxonomySet shipped) => new(
    [
        shipped["engagement"] with { Name = Hostile, Labels = [.. shipped["engagement"].Labels.Select(label => label.Id == "nd" ? label with { Value = Hostile } : label)] },
        shipped["stage"],
    ]);
}
