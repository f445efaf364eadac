using System.Text.Json;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Simulator.AzureOpenAI;
using CrmSync.Tests.Segments;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Commands;

/// <summary>The commands that ask a hosted model, in front of a simulated Azure OpenAI.</summary>
public sealed class HostedCommandTests : IDisposable
{
    private const string Rows = """
        crm_subject,crm_description,crm_subtype,hs_object_id
        Call with Ines,"Spoke with Ines for twenty minutes, they run three warehouses on paper and want to change before May.",Call,1
        Hm,ok then,Task,2
        Thing,as said,Task,3
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-hosted-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Classify_Hosted_AsksAboutWhatStaysOpenAndSaysWhatItCost()
    {
        await using var model = await StartModelAsync();
        WriteSettings(model.BaseAddress, ModelSimulatorOptions.DefaultKey);
        await File.WriteAllTextAsync(Path.Combine(_folder, "in.csv"), Rows, Token);

        var (exit, said) = await RunAsync("classify", "--in", "in.csv", "--out", "out.csv", "--hosted");
        exit.ShouldBe(0, said);
        said.ShouldContain("3 of 3 rows classified");
        said.ShouldMatch("Hosted model: [1-9]\\d* rows asked about, [1-9]\\d* answers, [1-9]");
        var lines = await File.ReadAllLinesAsync(Path.Combine(_folder, "out.csv"), Token);
        lines.Length.ShouldBe(4);
        lines.ShouldContain(line => line.Contains("hosted", StringComparison.Ordinal));
        File.Exists(Path.Combine(_folder, "out.csv.partial")).ShouldBeFalse();
    }

    [Fact]
    public async Task Classify_HostedModelThatRefuses_KeepsTheLocalAnswersAndSaysWhy()
    {
        await using var model = await StartModelAsync();
        WriteSettings(model.BaseAddress, "another-key");
        await File.WriteAllTextAsync(Path.Combine(_folder, "in.csv"), Rows, Token);

        var (exit, said) = await RunAsync("classify", "--in", "in.csv", "--out", "out.csv", "--hosted");
        exit.ShouldBe(0, said);
        said.ShouldContain("Some rows got no answer and keep the local one");
        (await File.ReadAllLinesAsync(Path.Combine(_folder, "out.csv"), Token)).Length.ShouldBe(4);
    }

    [Fact]
    public async Task Doctor_HostedModel_IsAskedOneTinyQuestion()
    {
        await using var model = await StartModelAsync();
        WriteSettings(model.BaseAddress, ModelSimulatorOptions.DefaultKey);
        (await RunAsync("doctor")).Said.ShouldMatch("Deployment crmsync-mini");
        WriteSettings(model.BaseAddress, "another-key");
        var (exit, said) = await RunAsync("doctor");
        exit.ShouldBe(1, said);
        said.ShouldNotContain("another-key", Case.Sensitive, "a secret is never shown");
    }

    [Theory]
    [InlineData("crmsync-embedding", 0, "Answers with 1,536 numbers", 0)]
    [InlineData("crmsync-embedding", 64, "Answers with 64 numbers", 0)]
    [InlineData("crmsync-nowhere", 0, "does not exist", 1)]
    [InlineData("crmsync-embedding", 4096, "Must be less than or equal to 1536", 1)]
    public async Task Doctor_EmbeddingsDeployment_TellsWhetherItAnswersAndHowLong(string deployment, int dimensions, string sentence, int exits)
    {
        await using var model = await StartModelAsync();
        WriteSettings(model.BaseAddress, ModelSimulatorOptions.DefaultKey, deployment, dimensions);

        var (exit, said) = await RunAsync("doctor", "--json");

        exit.ShouldBe(exits, said);
        said.ShouldContain($"Deployment {deployment}");
        said.ShouldContain(sentence);
    }

    [Fact]
    public async Task Discover_Hosted_ReadsNotesByVectorsAndSaysWhatItCost()
    {
        await using var model = await StartModelAsync();
        WriteSettings(model.BaseAddress, ModelSimulatorOptions.DefaultKey, "crmsync-embedding", 64);
        await File.WriteAllLinesAsync(
            Path.Combine(_folder, "notes.jsonl"),
            SmallPlant.Notes(200, 25).Select(note => JsonSerializer.Serialize(new { account = note.Account, id = note.Id, subject = "", body = note.Text })), Token);

        var (exit, said) = await RunAsync("segments", "discover", "--in", "notes.jsonl", "--out", "a.csv", "--model", "m.bin", "--hosted");
        var again = await RunAsync("segments", "discover", "--in", "notes.jsonl", "--out", "b.csv", "--model", "n.bin", "--hosted");
        var calls = model.Calls.Total;
        var words = await RunAsync("segments", "discover", "--in", "notes.jsonl", "--out", "c.csv");

        exit.ShouldBe(0, said);
        said.ShouldContain("topics, made of vectors from text-embedding-3-small");
        said.ShouldMatch("Embeddings: 2,[0-9]{3} texts, [1-9][0-9]* calls, ");
        (await File.ReadAllBytesAsync(Path.Combine(_folder, "n.bin"), Token)).ShouldBe(await File.ReadAllBytesAsync(Path.Combine(_folder, "m.bin"), Token), again.Said);
        words.Exit.ShouldBe(0);
        model.Calls.Total.ShouldBe(calls, "nobody is called unless that is asked for");
    }

    [Fact]
    public async Task Discover_HostedWithoutADeploymentOrItsAnswer_SaysSoAndWritesNothing()
    {
        await using var model = await StartModelAsync();
        await File.WriteAllLinesAsync(
            Path.Combine(_folder, "notes.jsonl"),
            SmallPlant.Notes(60).Select(note => JsonSerializer.Serialize(new { account = note.Account, id = note.Id, subject = "", body = note.Text })), Token);
        string[] command = ["segments", "discover", "--in", "notes.jsonl", "--out", "a.csv", "--hosted"];

        WriteSettings(model.BaseAddress, ModelSimulatorOptions.DefaultKey);
        var without = await RunAsync(command);
        without.Exit.ShouldBe(2, without.Said);
        without.Said.ShouldContain("EmbeddingDeployment");
        WriteSettings(model.BaseAddress, "another-key", "crmsync-embedding");
        var refused = await RunAsync(command);
        refused.Exit.ShouldBe(1, refused.Said);
        refused.Said.ShouldContain("Nothing was written, because the notes got no vectors");
        File.Exists(Path.Combine(_folder, "a.csv")).ShouldBeFalse();
    }

    private static Task<ModelSimulator> StartModelAsync() =>
        ModelSimulator.StartAsync(new ModelSimulatorOptions { ErrorRate = 0, QuotasOn = false, Port = 0 }, TimeProvider.System, Token);

    private void WriteSettings(Uri endpoint, string key, string embedding = "", int dimensions = 0) => File.WriteAllText(
        Path.Combine(_folder, "appsettings.json"),
        JsonSerializer.Serialize(new
        {
            CrmSync = new
            {
                Ledger = new { File = Path.Combine(_folder, "ledger.db") },
                Classification = new
                {
                    // However sure a model is of two odd words, here it is not sure enough.
                    Thresholds = new Dictionary<string, double> { ["engagement"] = 0.9999 },
                    Hosted = new { Endpoint = $"{endpoint}", Key = key, Deployment = "crmsync-mini", EmbeddingDeployment = embedding, EmbeddingDimensions = dimensions },
                },
            },
        }));

    private async Task<(int Exit, string Said)> RunAsync(params string[] arguments)
    {
        await using var process = HostProcess.Start(_folder, arguments);
        var exit = await process.ExitAsync(Token);
        return (exit, process.Output);
    }
}
