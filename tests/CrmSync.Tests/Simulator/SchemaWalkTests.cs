using System.Text.Json.Nodes;
using CrmSync.Simulator.AzureOpenAI.Answers;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Simulator;

public sealed class SchemaWalkTests
{
    private const string Cited =
        """
        {"type":"object","properties":{"statements":{"type":"array","items":{"type":"object","properties":{
          "cites":{"type":"array","items":{"type":"string"}},"kind":{"type":"string","enum":["answer"]},"topic":{"type":"string"},"text":{"type":"string"}}}}}}
        """;

    private static JsonArray Statements(string asked, params PromptItem[] items)
    {
        var walk = new SchemaWalk((JsonObject)JsonNode.Parse(Cited)!, new PromptParts(items, asked), (_, values) => new ChosenLabel(values[0], 0.5, Known: false));
        return walk.Write()!["statements"]!.AsArray();
    }

    private static PromptItem Item(string id, string text) => new(id, $"sentence from an activity\n{text}", Marked: true);

    [Fact]
    public void Write_ElementsThatCite_SayWhatTheRecordsSayThatTheQuestionIsAbout()
    {
        var statements = Statements(
            "The colleague asks: what of separate bill payment accounts?",
            Item("s1", "Lunch was fine."), Item("s2", "Every company has a separate account."), Item("s3", "They pay each bill from separate payment accounts."),
            Item("s4", "They pay each bill from separate payment accounts."));

        statements.Select(statement => (string)statement!["text"]!).ShouldBe(["They pay each bill from separate payment accounts.", "Every company has a separate account."]);
        statements.Select(statement => statement!["cites"]!.AsArray().Single()!.GetValue<string>()).ShouldBe(["s3", "s2"]);
        statements.Select(statement => (string)statement!["kind"]!).Distinct().ShouldBe(["answer"]);
    }

    [Fact]
    public void Write_NothingThatTheQuestionIsAbout_SaysNothing() => Statements("What of lorries?", Item("s1", "Lunch was fine.")).ShouldBeEmpty();
}
