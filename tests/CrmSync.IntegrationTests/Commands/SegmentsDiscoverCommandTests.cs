using System.Text.Json;
using CrmSync.IntegrationTests.Testing;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Commands;

/// <summary><c>segments discover</c> as a script calls it: its files, what it says, its exit code.</summary>
public sealed class SegmentsDiscoverCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-segments-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<(int Exit, string Said)> RunAsync(params string[] arguments)
    {
        await using var process = HostProcess.Start(_folder, ["segments", "discover", .. arguments]);
        var exit = await process.ExitAsync(Token);
        return (exit, process.Output);
    }

    [Fact]
    public async Task Discover_PlantedFile_WritesEveryAccountOnceAndTheSameAgain()
    {
        var random = new Random(2);
        string[] signal = ["separate bill payment logins", "no consolidated payment view", "entity controllers reconcile payments", "bill payment tool per subsidiary"];
        string[] other = ["left a voicemail", "wants a demo", "asked for references", "budget is frozen", "legal has comments", "renewal in autumn", "training is booked", "trial ends friday"];
        var rows = Enumerable.Range(0, 2_400).Select(i =>
        {
            var account = i % 200;
            var from = account < 40 && random.Next(2) == 0 ? signal : other;
            return JsonSerializer.Serialize(new { account = $"acc{account}", id = $"{i}", subject = "Note", body = $"{from[random.Next(from.Length)]} {(char)('a' + random.Next(26))}{(char)('a' + random.Next(26))}o" });
        });
        await File.WriteAllLinesAsync(Path.Combine(_folder, "notes.jsonl"), [.. rows, "{broken"], Token);

        var (exit, said) = await RunAsync("--in", "notes.jsonl", "--out", "a.csv", "--report", "r.json", "--model", "m.bin");
        var again = await RunAsync("--in", "notes.jsonl", "--out", "b.csv");

        exit.ShouldBe(0, said);
        said.ShouldContain("1 segments, ");
        said.ShouldContain("Line 2401: it is not valid JSON");
        var lines = await File.ReadAllLinesAsync(Path.Combine(_folder, "a.csv"), Token);
        lines[0].ShouldBe("account,segment");
        lines.Length.ShouldBe(201);
        lines.Count(line => line.EndsWith(",s01", StringComparison.Ordinal)).ShouldBeInRange(25, 45);
        again.Exit.ShouldBe(0);
        (await File.ReadAllBytesAsync(Path.Combine(_folder, "b.csv"), Token)).ShouldBe(await File.ReadAllBytesAsync(Path.Combine(_folder, "a.csv"), Token));
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "r.json"), Token));
        report.RootElement.GetProperty("schema").GetString().ShouldBe("crmsync/segment-report/1");
        report.RootElement.GetProperty("segments")[0].GetProperty("members")[0].GetProperty("reason").GetString()!.ShouldContain("notes speak of it");
        File.Exists(Path.Combine(_folder, "m.bin")).ShouldBeTrue();
    }

    [Fact]
    public async Task Discover_FewAccounts_SaysSoAndWritesEmptyCells()
    {
        await File.WriteAllLinesAsync(Path.Combine(_folder, "notes.jsonl"), Enumerable.Range(0, 10).Select(i => $$"""{"account":"a{{i}}","id":"{{i}}","subject":"","body":"Hello there"}"""), Token);

        var (exit, said) = await RunAsync("--in", "notes.jsonl", "--out", "a.csv");

        exit.ShouldBe(0, said);
        said.ShouldContain("only 10 accounts");
        (await File.ReadAllLinesAsync(Path.Combine(_folder, "a.csv"), Token)).Skip(1).ShouldAllBe(line => line.EndsWith(','));
    }

    [Theory]
    [InlineData("does not exist", "--in", "nowhere.jsonl", "--out", "a.csv")]
    [InlineData("--out", "--in", "nowhere.jsonl")]
    public async Task Discover_WrongUse_EndsWithTwo(string sentence, params string[] arguments)
    {
        var (exit, said) = await RunAsync(arguments);

        exit.ShouldBe(2, said);
        said.ShouldContain(sentence);
    }
}
