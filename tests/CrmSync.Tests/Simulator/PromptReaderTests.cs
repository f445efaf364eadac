using System.Diagnostics;
using CrmSync.Simulator.AzureOpenAI;
using CrmSync.Simulator.AzureOpenAI.Answers;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Simulator;

public sealed class PromptReaderTests
{
    private static readonly ModelDataMarking Marking = new("<data-*>", "</data-*>");

    private static string Ids(string message, ModelDataMarking? marking = null) =>
        string.Join(' ', PromptReader.Read(message, marking).Items.Select(item => $"{item.Id}{(item.Marked ? "+" : "-")}"));

    [Theory]
    [InlineData("""{"records":[{"id":"a","t":"x"},{"id":2,"t":"y"}]}""", "a+ 2+")]
    [InlineData("""[{"record_id":"a"},{"ref":"b"},{"key":"c"}]""", "a+ b+ c+")]
    [InlineData("Here they are:\n{\"id\":\"a\"}\n{\"id\":\"b\"}\nNow answer.", "a+ b+")]
    [InlineData("id: a\nfirst\n- id: b\nsecond", "a- b-")]
    [InlineData("no record at all", "-")]
    [InlineData("""{"id":"a","text":"{\"id\":\"fake\"}"}""", "a+")]
    [InlineData("broken {\"id\": and {\"id\":\"b\"}", "b+")]
    public void Read_Shapes_AreRecognised(string message, string ids) => Ids(message).ShouldBe(ids);

    [Theory]
    [InlineData("<data-k1>{\"id\":\"a\"}</data-k1>", "a+")]
    [InlineData("<data-k1>{\"id\":\"a\"}</data-k2>{\"id\":\"b\"}</data-k1>{\"id\":\"c\"}", "a+ b+ c-")]
    [InlineData("{\"id\":\"z\"}<data-k1>{\"id\":\"a\"}", "z- a+")]
    [InlineData("{\"id\":\"z\"}", "z-")]
    [InlineData("<data-k1>id: a\nx\n</data-k1>", "a+")]
    public void Read_Marking_TellsDataFromTheRest(string message, string ids) => Ids(message, Marking).ShouldBe(ids);

    [Fact]
    public void Read_Item_HoldsAllItsTextAndNotItsId()
    {
        var item = PromptReader.Read("""{"id":"a","subject":"S","turns":[{"by":"B","text":"T"}],"n":5}""", null).Items.Single();

        item.Text.ShouldBe("S\nB\nT\n");
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":\"")]
    [InlineData("{\"a\":[")]
    [InlineData("[1,")]
    [InlineData("<data-a")]
    public void Read_HostileMessage_TakesTimeInProportion(string piece)
    {
        var message = string.Concat(Enumerable.Repeat(piece, 400_000 / piece.Length));

        var watch = Stopwatch.StartNew();
        PromptReader.Read(message, Marking);

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }
}
