using System.Text.Json;
using CrmSync.IntegrationTests.Storage;
using CrmSync.IntegrationTests.Testing;
using Microsoft.Data.Sqlite;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Commands;

/// <summary>Briefs and conversations on the command line, without any key.</summary>
public sealed class TalkCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-talk-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Brief_OfAnAccount_IsPrintedAndWrittenAsMarkdownAndJson()
    {
        var ids = await SeedAsync();

        var said = await RunAsync("brief", "brackwater 3");
        said.Exit.ShouldBe(0, said.Said);
        said.Said.ShouldContain("Segment: Bill payment. 2 of 2 notes speak of it, 0.1 expected. Pack version 1");
        said.Said.ShouldContain("Ask how many tools the quibblefern runs in.");
        said.Said.ShouldContain("(heard here)");
        said.Said.ShouldNotContain(TalkSeed.ColdCanary);

        var json = await RunAsync("brief", "hubspot-main:3", "--json", "--tokens", "300");
        var root = JsonElement.Parse(json.Said);
        root.GetProperty("account").GetString().ShouldBe($"{ids[3]}");
        root.GetProperty("budget").GetInt32().ShouldBe(300);
        root.GetProperty("tokens").GetInt32().ShouldBeLessThanOrEqualTo(300);

        (await RunAsync("brief", "brackwater 3", "--markdown", "--out", "brief.md")).Said.ShouldContain("tokens; written to brief.md.");
        (await File.ReadAllTextAsync(Path.Combine(_folder, "brief.md"), Token)).ShouldStartWith("# Brackwater 3");

        var several = await RunAsync("brief", "brackwater");
        several.Exit.ShouldBe(2);
        several.Said.ShouldContain("'brackwater' may mean Brackwater 1 (hubspot-main:1), Brackwater 2 (hubspot-main:2)");
        var small = await RunAsync("brief", "brackwater 3", "--tokens", "100");
        small.Exit.ShouldBeOneOf(0, 1);
        var none = await RunAsync("brief", "other house 13");
        none.Exit.ShouldBe(1);
        none.Said.ShouldContain("No segment fits 'Other House 13': it has no activities.");
    }

    [Fact]
    public async Task Brief_OfAProspect_FindsTheSegmentByTheTextAndKeepsNoneOfIt()
    {
        await SeedAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder, "prospect.txt"), "Their cold chain had an excursion, says Marmaduke (marmaduke@prospect.example). Another excursion followed.", Token);

        var said = await RunAsync("brief", "--text", "prospect.txt");

        said.Exit.ShouldBe(0, said.Said);
        said.Said.ShouldContain("Segment: Cold chain. 2 of 2 passages of the text speak of it");
        said.Said.ShouldNotContain(TalkSeed.BillsCanary);
        (await ListAsync("select coalesce(content, '') from brief where company_id is null")).ShouldHaveSingleItem().ShouldNotContain("armaduke");
        await File.WriteAllTextAsync(Path.Combine(_folder, "prospect.txt"), "They like the weather.", Token);
        var nothing = await RunAsync("brief", "--text", "prospect.txt");
        nothing.Exit.ShouldBe(1);
        nothing.Said.ShouldContain("No segment fits the text about the prospect. Say more about its problem");
    }

    [Fact]
    public async Task Ask_WithoutAKey_FindsAndCitesAndKeepsTheThread()
    {
        await SeedAsync();

        var said = await RunAsync("ask", TalkSeed.Bills, "Who juggles bill payment tools without a consolidated view, mail ada@brackwater.example?");
        said.Exit.ShouldBe(0, said.Said);
        said.Said.ShouldContain("[1]");
        said.Said.ShouldContain("says the quibblefern.");
        said.Said.ShouldNotContain(TalkSeed.ColdCanary);

        var json = JsonElement.Parse((await RunAsync("ask", TalkSeed.Bills, "--history", "--json")).Said);
        json.GetArrayLength().ShouldBe(6);
        var asked = json.EnumerateArray().ElementAt(4);
        asked.GetProperty("role").GetString().ShouldBe("person");
        asked.GetProperty("text").GetString().ShouldEndWith("mail [email 1]?");
        json.EnumerateArray().Last().GetProperty("citations").EnumerateArray().Select(citation => citation.GetProperty("kind").GetString()).ShouldContain("activity");
        (await RunAsync("ask", TalkSeed.Cold, "--history")).Said.ShouldNotContain("quibblefern");

        var unknown = await RunAsync("ask", "nothing", "Why?");
        unknown.Exit.ShouldBe(1);
        unknown.Said.ShouldContain("There is no segment 'nothing'.");
    }

    private async Task<(int Exit, string Said)> RunAsync(params string[] arguments)
    {
        await using var process = HostProcess.Start(_folder, arguments);
        var exit = await process.ExitAsync(Token);
        return (exit, process.Output);
    }

    private async Task<IReadOnlyDictionary<int, long>> SeedAsync()
    {
        var file = Path.Combine(_folder, "ledger.db");
        await File.WriteAllTextAsync(Path.Combine(_folder, "appsettings.json"), JsonSerializer.Serialize(new { CrmSync = new { Ledger = new { File = file } } }), Token);
        await using var ledger = await EmptyLedger.OpenAsync(file, Token);
        return await TalkSeed.PlantAsync(ledger);
    }

    private async Task<IReadOnlyList<string>> ListAsync(string sql)
    {
        await using var db = new SqliteConnection($"Data Source={Path.Combine(_folder, "ledger.db")}");
        return [.. await Dapper.SqlMapper.QueryAsync<string>(db, sql)];
    }
}
