using System.Text.Json;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Classification.Learning;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Commands;

/// <summary><c>crmsync evaluate</c> as a person or a script calls it.</summary>
public sealed class EvaluateCommandTests : IDisposable
{
    private const string Study = """
        crm_subject,crm_description,crm_subtype,hs_object_id,human_label
        [Outreach] [Call] [outbound] [No Voicemail],,Task,11,NOT ENGAGED
        Signed order form,"Ines emailed the signed order form and PO 4471 this morning, deal done.",Note,12,not engaged
        Call,x,Task,13,
        Mail,x,fax,14,ND
        Mail,x,Task,15,maybe

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-evaluate-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Evaluate_PublicStudyForm_PrintsFiguresAndNamesWhatIsLeftOut()
    {
        var (exit, said) = await RunAsync("--in", Input("study.csv", Study));

        exit.ShouldBe(0, said);
        said.ShouldContain("2 of 5 rows carry at least one answer.");
        said.ShouldContain("1 row has no answer and was left out.");
        said.ShouldContain("Line 5: the type \"fax\" is unknown");
        said.ShouldContain("Line 6: \"maybe\" is no label of engagement");
        said.ShouldContain("50.0 %");
        said.ShouldContain("Wrong, of all rows");
        said.ShouldNotContain("PO 4471", Case.Sensitive, "bodies are personal data");
    }

    [Fact]
    public async Task Evaluate_Json_PrintsOnlyJsonOrWritesTheFile()
    {
        var input = Input("rows.jsonl", """{"id": "a-1", "type": "note", "subject": "Signed order form", "body": "Ines emailed the signed order form, deal done.", "engagement": "ENGAGED", "stage": "Closed Won"}""");

        var (exit, said) = await RunAsync("--in", input, "--json");

        exit.ShouldBe(0, said);
        using (var printed = JsonDocument.Parse(said))
            printed.RootElement.GetProperty("evaluation").GetProperty("rows").GetInt64().ShouldBe(1);
        (await RunAsync("--in", input, "--json", "out.json", "--by-prefix")).Said.ShouldContain("Prefix of ids");
        using var written = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "out.json"), TestContext.Current.CancellationToken));
        written.RootElement.GetProperty("schema").GetString().ShouldBe("crmsync/evaluation/1");
    }

    [Fact]
    public async Task Evaluate_Html_ShowsTextsOnlyWhenAsked()
    {
        var input = Input("study.csv", Study);

        var (exit, said) = await RunAsync("--in", input, "--html", "a.html", "--against", "rules");
        exit.ShouldBe(0, said);
        said.ShouldContain("Side by side: the shipped cascade and rules");
        (await RunAsync("--in", input, "--html", "b.html", "--texts")).Exit.ShouldBe(0);

        (await Page("a.html")).ShouldNotContain("PO 4471");
        (await Page("b.html")).ShouldContain("PO 4471");
    }

    [Fact]
    public async Task Evaluate_AgainstAModelFile_JudgesByThatModel()
    {
        await using (var stream = File.Create(Path.Combine(_folder, "same.model")))
            LocalModel.LoadShipped().Write(stream);

        var (exit, said) = await RunAsync("--in", Input("study.csv", Study), "--against", "same.model", "--model", "rules");

        exit.ShouldBe(0, said);
        said.ShouldContain("Side by side: rules and same.model");
        said.ShouldContain(" rules ", Case.Sensitive, "the rules alone had the last word");
        (await RunAsync("--in", Input("study.csv", Study), "--against", "same.model")).Said.ShouldContain("same.model and the shipped cascade are right and wrong on the same 2 rows");
    }

    [Fact]
    public async Task Evaluate_AgainstOtherDefinitions_ComparesWhatBothHaveAndSaysWhatIsLeftOut()
    {
        var taxonomies = Directory.CreateDirectory(Path.Combine(_folder, "mine")).FullName;
        await File.WriteAllTextAsync(Path.Combine(taxonomies, "engagement.json"), """
            {"schema": "crmsync/taxonomy/1", "id": "engagement", "version": "2", "name": "Engagement", "abstains": false, "properties": {"hubspot": "x"}, "labels": [
              {"id": "engaged", "value": "ENGAGED", "name": "E", "definition": "d", "cues": [], "negativeCues": [], "examples": [], "colour": "#112233"},
              {"id": "not-engaged", "value": "NOT ENGAGED", "name": "N", "definition": "d", "cues": [], "negativeCues": [], "examples": [], "colour": "#112233"},
              {"id": "nd", "value": "UNKNOWN", "name": "U", "definition": "d", "cues": [], "negativeCues": [], "examples": [], "colour": "#112233"}]}
            """, TestContext.Current.CancellationToken);

        var (exit, said) = await RunAsync("--in", Input("study.csv", Study.Replace("fax", "Task", StringComparison.Ordinal)), "--against", taxonomies);

        exit.ShouldBe(0, said);
        said.ShouldContain("Only the definitions in mine has UNKNOWN.");
        said.ShouldContain("Only the shipped cascade has ND.");
        said.ShouldContain("1 row cannot be compared and was left out.");
    }

    [Theory]
    [InlineData("does not exist", "--in", "nowhere.csv")]
    [InlineData("holds no row with an answer", "--in", "blank.csv")]
    [InlineData("The header names no text column", "--in", "strange.csv")]
    [InlineData("--model names nowhere.bin, which does not exist", "--in", "blank.csv", "--model", "nowhere.bin")]
    [InlineData("--against names strange.csv. The model file is cut off", "--in", "sound.csv", "--against", "strange.csv")]
    [InlineData("the same file", "--in", "blank.csv", "--html", "blank.csv")]
    [InlineData("make it first", "--in", "blank.csv", "--json", "nowhere/x.json")]
    public async Task Evaluate_WrongUse_SaysOneSentenceAndEndsWithTwo(string sentence, params string[] arguments)
    {
        Input("blank.csv", "subject,engagement\nx,\n");
        Input("sound.csv", "subject,engagement\nx,ND\n");
        Input("strange.csv", "a,b\n1,2\n");

        var (exit, said) = await RunAsync(arguments);

        exit.ShouldBe(2, said);
        said.ShouldContain(sentence);
        said.ShouldNotContain("   at ", Case.Sensitive, "a person gets a sentence, not a stack");
    }

    private string Input(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private async Task<string> Page(string name) => await File.ReadAllTextAsync(Path.Combine(_folder, name), TestContext.Current.CancellationToken);

    private async Task<(int Exit, string Said)> RunAsync(params string[] arguments)
    {
        await using var process = HostProcess.Start(_folder, ["evaluate", .. arguments]);
        var exit = await process.ExitAsync(TestContext.Current.CancellationToken);
        return (exit, process.Output);
    }
}
