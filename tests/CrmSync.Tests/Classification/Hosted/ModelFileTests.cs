using System.Text.Json;
using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Classification.Hosted;

public sealed class ModelFileTests
{
    private static readonly TaxonomySet Taxonomies = TaxonomySet.LoadShipped();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static TrainingRow Row(string id, string body, string? stage) => new(
        id, "a", new ActivityContent(ActivityType.Note, "Note", body, CrmEvidence.None), new Dictionary<string, string?> { ["stage"] = stage });

    private static async Task<JsonElement[]> ExportAsync(HostedOptions options, params TrainingRow[] rows)
    {
        using var file = new StringWriter();
        await FineTuningExport.WriteAsync(rows, Taxonomies["stage"], options, null, file, Token);
        return [.. file.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static string Content(JsonElement line, int message) => line.GetProperty("messages")[message].GetProperty("content").GetString()!;

    [Fact]
    public async Task Export_Lines_AreRealCallsWithTheirAnswer()
    {
        var lines = await ExportAsync(new HostedOptions(), Row("1", "They want 8 % off.", "negotiation"), Row("2", "Newsletter.", null));

        lines.Length.ShouldBe(2);
        lines[0].GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString()).ShouldBe(["system", "user", "assistant"]);
        var content = new ActivityContent(ActivityType.Note, "x", "y", CrmEvidence.None);
        var asked = new Auditor(ScriptedModel.Saying(id => id), Taxonomies, new HostedOptions(), CascadeOptions.Default)
            .Prepare([new AuditItem(1, content, ActivityZoner.Zone(content), [new("stage", "1", null, DecisionStatus.Unsure, 0, "rules", [], "")])])[0].Prompt;
        Content(lines[0], 0).ShouldBe(asked.System);
        var answer = JsonDocument.Parse(Content(lines[0], 2)).RootElement.GetProperty("answers")[0];
        answer.GetProperty("label").GetString().ShouldBe("Negotiation");
        Content(lines[0], 1).ShouldContain($"\"id\":\"{answer.GetProperty("id").GetString()}\"");
        Content(lines[1], 2).ShouldContain("ABSTAIN");
    }

    [Fact]
    public async Task Export_PersonalData_GoesWhereTheSettingSaysSo()
    {
        var row = Row("1", "Card 4111 1111 1111 1111", "demo");

        Content((await ExportAsync(new HostedOptions(), row))[0], 1).ShouldContain("[card 1]");
        Content((await ExportAsync(new HostedOptions { RemovePersonalData = false }, row))[0], 1).ShouldContain("4111");
    }

    [Fact]
    public async Task Export_UnjudgedAndUnknownLabels_AreLeftOut() =>
        (await ExportAsync(new HostedOptions(), Row("1", "a", "no-such-label"), Row("2", "b", "demo") with { Labels = new Dictionary<string, string?>() })).ShouldBeEmpty();

    [Fact]
    public async Task Replay_OfARecording_GivesTheSameAnswersWithoutTheModel()
    {
        using var file = new StringWriter();
        var items = Enumerable.Range(1, 9).Select(i =>
        {
            var content = new ActivityContent(ActivityType.Note, $"Note {i}", $"They want {i} % off.", CrmEvidence.None);
            return new AuditItem(i, content, ActivityZoner.Zone(content), [new("stage", "1", null, DecisionStatus.Unsure, 0, "rules", [], "")]);
        }).ToArray();
        Auditor With(IHostedModel model) => new(
            model, Taxonomies, new HostedOptions(), CascadeOptions.Default, null, null, new AuditTokens([7]), AuditDefences.All);

        var live = await With(new RecordingHostedModel(ScriptedModel.Saying(id => ScriptedModel.Entry(id, "Negotiation")), file)).AskAsync(items, Token);
        var recording = await ModelRecording.ReadAsync(new StringReader(file.ToString()), Token);
        var replayed = await With(new ReplayHostedModel(recording)).AskAsync([.. items.Reverse().OrderBy(item => item.Ref)], Token);

        file.ToString().ShouldStartWith("{\"schema\":\"crmsync/model-replay/1\"}");
        file.ToString().ShouldNotContain("% off");
        replayed.OrderBy(answer => answer.Ref).Select(answer => (answer.Ref, answer.Decision!.Label, answer.Usage))
            .ShouldBe(live.OrderBy(answer => answer.Ref).Select(answer => (answer.Ref, answer.Decision!.Label, answer.Usage)));
        (await With(new ReplayHostedModel(new Dictionary<string, HostedReply>())).AskAsync(items, Token)).ShouldAllBe(answer => answer.Failure!.Code == "hosted.not_recorded");
    }

    [Theory]
    [InlineData("{\"schema\":\"other/1\"}")]
    [InlineData("no json")]
    public async Task Recording_OfAnotherSchema_IsRefused(string text) =>
        (await Should.ThrowAsync<InvalidDataException>(() => ModelRecording.ReadAsync(new StringReader(text), Token))).Message.ShouldContain("record it anew");
}
