using System.Globalization;
using System.Text.Json;
using CrmSync.IntegrationTests.Console;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Commands;

/// <summary>The review queue as a file, there and back.</summary>
public sealed class ReviewCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-review-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string File(string name) => Path.Combine(_folder, name);

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Review_ExportFilledAndImported_StoresEveryAnswerOrNone()
    {
        await SeedAsync();
        (await RunAsync("review", "--export", File("queue.csv"), "--taxonomy", "engagement", "--texts")).Exit.ShouldBe(0);
        var lines = (await System.IO.File.ReadAllLinesAsync(File("queue.csv"), Token)).ToList();
        lines[0].ShouldBe("id,connection,object_type,object_id,content_hash,taxonomy,answer,status,confidence,why,subject,text,label");
        lines.Count.ShouldBeGreaterThan(3);

        // A plain file of ids, as a person might keep; the second line is wrong, so the first is not stored either.
        (await RunAsync("review", "--export", File("ids.csv"), "--taxonomy", "engagement")).Exit.ShouldBe(0);
        var ids = (await System.IO.File.ReadAllLinesAsync(File("ids.csv"), Token)).Skip(1).Take(2).Select(line => long.Parse(line.Split(',')[0], CultureInfo.InvariantCulture)).ToList();
        await System.IO.File.WriteAllTextAsync(File("answers.csv"), $"id,taxonomy,label\n{ids[0]},engagement,nd\n{ids[1]},engagement,nonsense\n", Token);
        var (refused, said) = await RunAsync("review", "--import", File("answers.csv"));
        refused.ShouldBe(1);
        said.ShouldContain("Line 3");
        said.ShouldContain("Nothing was stored");

        await System.IO.File.WriteAllTextAsync(File("answers.csv"), $"id,taxonomy,label\n{ids[0]},engagement,nd\n{ids[1]},engagement,engaged\n", Token);
        (await RunAsync("review", "--import", File("answers.csv"))).Said.ShouldContain("2 corrections stored");
        (await RunAsync("review", "--undo", "1")).Said.ShouldContain("taken back");
        (await RunAsync("review")).Said.ShouldContain("no drawn row is judged yet");
    }

    private async Task<(int Exit, string Said)> RunAsync(params string[] arguments)
    {
        await using var process = HostProcess.Start(_folder, arguments);
        var exit = await process.ExitAsync(Token);
        return (exit, process.Output);
    }

    private async Task SeedAsync()
    {
        await System.IO.File.WriteAllTextAsync(
            File("appsettings.json"), JsonSerializer.Serialize(new { CrmSync = new { Ledger = new { File = File("ledger.db") } } }), Token);
        await using var ledger = await Ledger.OpenAsync(new LedgerOptions { File = File("ledger.db") }, TimeProvider.System, NullLoggerFactory.Instance, Token);
        await using var db = new SqliteConnection($"Data Source={File("ledger.db")}");
        await db.OpenAsync(Token);
        var seed = new LedgerSeed(db, ConsoleHost.Now);
        await seed.ConnectionsAsync();
        await seed.ActivitiesAsync(40, TimeSpan.FromHours(1));
    }
}
