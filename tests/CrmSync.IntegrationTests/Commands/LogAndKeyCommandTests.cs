using System.Text.Json;
using CrmSync.IntegrationTests.Console;
using CrmSync.IntegrationTests.Storage;
using CrmSync.IntegrationTests.Testing;
using Microsoft.Data.Sqlite;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Commands;

/// <summary>The write-back log and the API's keys on the command line.</summary>
public sealed class LogAndKeyCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-log-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Log_ShownAndExported_TellsReasonAndFix()
    {
        await SeedAsync(60);

        var shown = await RunAsync("log", "--filter", "outcome=kept", "--limit", "3");
        shown.Exit.ShouldBe(0);
        shown.Said.ShouldContain("Kept theirs");
        shown.Said.ShouldContain("write.not_ours");
        shown.Said.ShouldContain("Nothing to do: the value stays.");

        var json = await RunAsync("log", "--filter", "outcome=applied", "--limit", "2", "--json");
        JsonElement.Parse(json.Said).GetArrayLength().ShouldBe(2);

        (await RunAsync("log", "--export", "all.csv")).Said.ShouldContain("rows are in all.csv");
        (await RunAsync("log", "--export", "all.jsonl")).Exit.ShouldBe(0);
        var csv = await File.ReadAllLinesAsync(Path.Combine(_folder, "all.csv"), Token);
        var lines = await File.ReadAllLinesAsync(Path.Combine(_folder, "all.jsonl"), Token);
        csv[0].ShouldStartWith("id,connection,recordType,recordId,property,");
        lines.Length.ShouldBe(csv.Length - 1);
        Directory.GetFiles(_folder, "*.partial").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--filter", "outcom=kept", "There is no filter \"outcom\"")]
    [InlineData("--limit", "0", "1 to 1000")]
    [InlineData("--limit", "1000000", "--export FILE gives everything")]
    [InlineData("--format", "csv", "--format is for --export")]
    [InlineData("--export", "nowhere/x.csv", "does not exist; make it first")]
    public async Task Log_WrongUse_IsOneSentence(string option, string value, string part)
    {
        await SeedAsync(1);

        var (exit, said) = await RunAsync("log", option, value);

        exit.ShouldBe(2);
        said.ShouldContain(part);
        said.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Keys_MadeListedAndRevoked_ShowTheKeyOnce()
    {
        await SeedAsync(1);

        var made = await RunAsync("keys", "create", "--name", "report", "--role", "Viewer", "--days", "7");
        made.Exit.ShouldBe(0);
        var key = made.Said.Split('\n').Single(line => line.StartsWith("crmsync_", StringComparison.Ordinal)).Trim();
        var listed = await RunAsync("keys");
        var revoked = await RunAsync("keys", "revoke", "1");
        var after = await RunAsync("keys", "list");

        listed.Said.ShouldContain(key[..16]);
        listed.Said.ShouldNotContain(key[17..]);
        listed.Said.ShouldContain("good until");
        revoked.Said.ShouldContain("opens nothing");
        after.Said.ShouldContain("revoked");
        (await RunAsync("keys", "revoke", "9")).Exit.ShouldBe(2);
        (await RunAsync("keys", "create", "--name", "x", "--role", "king")).Said.ShouldContain("viewer, reviewer, operator or admin");
        (await RunAsync("keys", "create", "--name", "x", "--role", "2")).Exit.ShouldBe(2);
        (await RunAsync("keys", "create", "--name", "x", "--role", "admin", "--days", "0")).Exit.ShouldBe(2);
    }

    private async Task<(int Exit, string Said)> RunAsync(params string[] arguments)
    {
        await using var process = HostProcess.Start(_folder, arguments);
        var exit = await process.ExitAsync(Token);
        return (exit, process.Output);
    }

    private async Task SeedAsync(int activities)
    {
        var file = Path.Combine(_folder, "ledger.db");
        await File.WriteAllTextAsync(Path.Combine(_folder, "appsettings.json"), JsonSerializer.Serialize(new { CrmSync = new { Ledger = new { File = file } } }), Token);
        await using var ledger = await EmptyLedger.OpenAsync(file, Token);
        await using var db = new SqliteConnection($"Data Source={file}");
        await db.OpenAsync(Token);
        var seed = new LedgerSeed(db, ConsoleHost.Now);
        await seed.ConnectionsAsync();
        await seed.ActivitiesAsync(activities, TimeSpan.FromHours(1));
    }
}
