using CrmSync.Pipeline.Jobs;
using CrmSync.Storage;
using CrmSync.Storage.Database;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public sealed class LedgerFaultTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-faults-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder, "ledger.db");

    [Fact]
    public async Task OpenAsync_SecondHost_IsToldThatAnotherIsAtWork()
    {
        await using var host = await OpenAsync(new LedgerOptions { File = File });
        var error = await FailAsync(new LedgerOptions { File = File });
        error.Code.ShouldBe("ledger.locked");
        error.Message.ShouldContain(File);
    }

    [Fact]
    public async Task OpenAsync_CommandBesideTheHost_ReadsAndStartsARun()
    {
        await using var world = await LedgerWorld.CreateAsync(await OpenAsync(new LedgerOptions { File = File }));
        await using var command = await OpenAsync(new LedgerOptions { File = File, Host = false });

        var (runId, _) = await command.StartAsync(
            new RunRequest(RunKind.PollFresh, world.ConnectionId, "command line", [new ScanPlan("calls", LedgerWorld.Start, LedgerWorld.Start)]), Token);

        (await world.RunAsync(runId!.Value)).RequestedBy.ShouldBe("command line");
        Should.Throw<LedgerException>(command.BecomeHost).Code.ShouldBe("ledger.locked");
        await world.DisposeAsync();
        command.BecomeHost();
        (await FailAsync(new LedgerOptions { File = File })).Code.ShouldBe("ledger.locked");
    }

    [Fact]
    public async Task WriteAsync_TwoWritersAtOnce_BothGetTheirTurn()
    {
        await using var host = await OpenAsync(new LedgerOptions { File = File });
        await using var command = await OpenAsync(new LedgerOptions { File = File, Host = false });
        await Task.WhenAll(Enumerable.Range(0, 100).Select(turn =>
            Task.Run(() => (turn % 2 is 0 ? host : command).BeatAsync($"node-{turn}", Token), Token)));
        await using var world = await LedgerWorld.CreateAsync(host);
        (await world.CountAsync("node")).ShouldBe(100);
    }

    [Fact]
    public async Task WriteAsync_AnotherProcessHoldsTheFile_SaysSo()
    {
        await using var ledger = await OpenAsync(new LedgerOptions { File = File, Patience = TimeSpan.FromMilliseconds(50) });
        await using var other = new SqliteConnection($"Data Source={File};Pooling=false");
        await other.OpenAsync(Token);
        await Dapper.SqlMapper.ExecuteAsync(other, "begin immediate");
        (await Should.ThrowAsync<LedgerException>(() => ledger.BeatAsync("node", Token))).Code.ShouldBe("ledger.locked");
        await Dapper.SqlMapper.ExecuteAsync(other, "rollback");
        await ledger.BeatAsync("node", Token);
    }

    [Fact]
    public async Task OpenAsync_FolderInsteadOfFile_SaysSo() =>
        (await FailAsync(new LedgerOptions { File = _folder })).Message.ShouldContain("which is a folder");

    [Fact]
    public async Task OpenAsync_FolderThatCannotBeMade_SaysSo()
    {
        await System.IO.File.WriteAllTextAsync(File, "", Token);
        (await FailAsync(new LedgerOptions { File = Path.Combine(File, "deeper", "ledger.db") })).Code.ShouldBe("ledger.path");
    }

    [Fact]
    public async Task OpenAsync_MissingFolder_IsMade()
    {
        await using var ledger = await OpenAsync(new LedgerOptions { File = Path.Combine(_folder, "a", "b", "ledger.db") });
        System.IO.File.Exists(Path.Combine(_folder, "a", "b", "ledger.db")).ShouldBeTrue();
    }

    [Fact]
    public async Task OpenAsync_ReadOnlyFile_SaysSo()
    {
        await System.IO.File.WriteAllTextAsync(File, "", Token);
        System.IO.File.SetAttributes(File, FileAttributes.ReadOnly);
        var error = await FailAsync(new LedgerOptions { File = File });
        System.IO.File.SetAttributes(File, FileAttributes.Normal);
        error.Code.ShouldBe("ledger.read_only");
    }

    [Fact]
    public async Task OpenAsync_SomethingElse_IsNotTakenForALedger()
    {
        await System.IO.File.WriteAllTextAsync(File, new string('x', 5_000), Token);
        (await FailAsync(new LedgerOptions { File = File })).Code.ShouldBe("ledger.not_a_ledger");
        (await System.IO.File.ReadAllTextAsync(File, Token)).ShouldBe(new string('x', 5_000));
    }

    [Fact]
    public async Task WriteAsync_FullDisk_SaysSoAndRollsBack()
    {
        await using var database = await SqliteDatabase.OpenAsync(new LedgerOptions { File = File }, TimeProvider.System, Token);
        await database.WriteAsync(null, session => session.ExecuteAsync("create table t (x blob); pragma max_page_count = 10"), Token);
        var error = await Should.ThrowAsync<LedgerException>(() =>
            database.WriteAsync(null, session => session.ExecuteAsync("insert into t values (zeroblob(100)), (zeroblob(900000))"), Token));
        error.Code.ShouldBe("ledger.disk_full");
        (await database.ReadAsync(session => session.QueryAsync("select count(*) from t", null, reader => reader.GetInt64(0)), Token)).ShouldBe([0]);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("ledger.db", "Host=localhost")]
    [InlineData(null, "Host=localhost;Nonsense=1")]
    [InlineData(null, "Database=x")]
    public async Task OpenAsync_OptionsThatMakeNoSense_AreRefused(string? file, string? connectionString) =>
        (await FailAsync(new LedgerOptions { File = file, ConnectionString = connectionString })).Code.ShouldBe("ledger.options");

    [Fact]
    public async Task OpenAsync_NoServerThere_SaysSoWithoutThePassword()
    {
        var error = await FailAsync(new LedgerOptions { ConnectionString = "Host=127.0.0.1;Port=1;Username=u;Password=open-sesame;Database=d" });
        error.Code.ShouldBe("ledger.unreachable");
        error.Message.ShouldContain("d on 127.0.0.1:1");
        error.ToString().ShouldNotContain("open-sesame");
    }

    [Fact]
    public async Task OpenAsync_WrongPassword_SaysSo()
    {
        PostgresServer.SkipUnlessThere();
        var builder = new NpgsqlConnectionStringBuilder(PostgresServer.AdminConnectionString) { Username = "nobody_known", Password = "wrong" };
        (await FailAsync(new LedgerOptions { ConnectionString = builder.ToString() })).Code.ShouldBe("ledger.credentials");
    }

    [Fact]
    public async Task OpenAsync_NoSuchDatabase_SaysSo()
    {
        PostgresServer.SkipUnlessThere();
        var builder = new NpgsqlConnectionStringBuilder(PostgresServer.AdminConnectionString) { Database = "no_such_database" };
        (await FailAsync(new LedgerOptions { ConnectionString = builder.ToString() })).Code.ShouldBe("ledger.no_database");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Task<Ledger> OpenAsync(LedgerOptions options) => Ledger.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, Token);

    private static Task<LedgerException> FailAsync(LedgerOptions options) => Should.ThrowAsync<LedgerException>(() => OpenAsync(options));
}
