using System.Data.Common;
using CrmSync.Storage;
using CrmSync.Storage.Reading;
using Microsoft.Data.Sqlite;
using Npgsql;
using Shouldly;
using Xunit;
using CrmSync.IntegrationTests.Storage;

namespace CrmSync.IntegrationTests.Console;

/// <summary>What pages may rely on, whichever database the ledger lives in.</summary>
public abstract partial class LedgerReaderContract
{
    private static readonly DateTimeOffset Now = ConsoleHost.Now;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract Task<(Ledger Ledger, DbConnection Writer)> OpenAsync();

    [Fact]
    public async Task Overview_OfAFilledLedger_CountsWhatIsThere()
    {
        await using var world = await FillAsync(120);
        var snapshot = await world.Reader.Overview.ReadAsync(Token);

        snapshot.Connections.Select(item => item.Connection.Key).ShouldBe(["hubspot-main", "salesforce-main"]);
        snapshot.Connections[0].Behind(Now).ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.Zero);
        snapshot.Flow.Stored.Count.ShouldBe(60);
        snapshot.Flow.Stored.Sum().ShouldBe(await world.Seed.CountAsync($"activity where content_changed_at >= {snapshot.Flow.From.ToUnixTimeMilliseconds()}"));
        snapshot.Flow.Decided.Sum().ShouldBe(await world.Seed.CountAsync($"decision where decided_at >= {snapshot.Flow.From.ToUnixTimeMilliseconds()}"));
        snapshot.Labels.Sum(count => count.Count).ShouldBe(240);
        snapshot.Runs[0].Status.ShouldBe("running");
        snapshot.Problems.ShouldContain(problem => problem.Kind == ProblemKind.DeadBatch && problem.Code == "salesforce.field_missing");
        snapshot.Batches.Sum(batch => batch.Count).ShouldBe(2);
    }

    [Fact]
    public async Task Overview_ReadAgainLater_ForgetsTheFirstMinuteAndKeepsTheOthers()
    {
        await using var world = await FillAsync(120);
        var first = await world.Reader.Overview.ReadAsync(Token);
        world.Time.Now = Now.AddMinutes(5);
        var second = await world.Reader.Overview.ReadAsync(Token);

        second.Flow.From.ShouldBe(first.Flow.From.AddMinutes(5));
        second.Flow.Decided.Take(55).ShouldBe(first.Flow.Decided.Skip(5));
    }

    [Theory]
    [InlineData("")]
    [InlineData("outcome=applied")]
    [InlineData("label=stage:demo")]
    [InlineData("connection=salesforce-main&outcome=applied&label=engagement")]
    [InlineData("from=2026-11-21T11:10Z&to=2026-11-21T11:30Z")]
    [InlineData("record=40000007")]
    [InlineData("code=write.not_ours&run=1")]
    public async Task WriteLog_PagedToItsEnd_GivesEveryMatchOnceNewestFirst(string query)
    {
        await using var world = await FillAsync(120);
        var filter = Filter(query);
        var whole = await world.Reader.WriteLog.PageAsync(filter, new PageRequest(null, null, 1000), Token);
        List<WriteLogRow> paged = [];
        var page = await world.Reader.WriteLog.PageAsync(filter, new PageRequest(null, null, 7), Token);
        page.Newer.ShouldBeNull();
        for (paged.AddRange(page.Rows); page.Older is { } older; paged.AddRange(page.Rows))
            page = await world.Reader.WriteLog.PageAsync(filter, new PageRequest(older, null, 7), Token);

        paged.Select(row => row.Id).ShouldBe(whole.Rows.Select(row => row.Id));
        paged.Select(row => (row.UpdatedAt, row.Id)).ShouldBe(paged.Select(row => (row.UpdatedAt, row.Id)).OrderDescending());
        (await world.Reader.WriteLog.CountAsync(filter, Token)).Value.ShouldBe(paged.Count);
        (query.Length > 0 || paged.Count == await world.Seed.CountAsync("intent")).ShouldBeTrue();
        paged.Count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task WriteLog_OlderThenNewer_ComesBackToTheSameRows()
    {
        await using var world = await FillAsync(60);
        var first = await world.Reader.WriteLog.PageAsync(WriteLogFilter.All, new PageRequest(null, null, 10), Token);
        var second = await world.Reader.WriteLog.PageAsync(WriteLogFilter.All, new PageRequest(first.Older, null, 10), Token);
        var back = await world.Reader.WriteLog.PageAsync(WriteLogFilter.All, new PageRequest(null, second.Newer, 10), Token);

        back.Rows.Select(row => row.Id).ShouldBe(first.Rows.Select(row => row.Id));
        back.Newer.ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("type=call")]
    [InlineData("label=stage:negotiation")]
    [InlineData("answer=abstained")]
    [InlineData("connection=hubspot-main&state=decided")]
    public async Task Activities_PagedToTheirEnd_GiveEveryMatchOnce(string query)
    {
        await using var world = await FillAsync(120);
        var filter = ActivityFilter.Parse(Pairs(query), out var faults);
        faults.ShouldBeEmpty();
        List<ActivityRow> paged = [];
        var page = await world.Reader.Activities.PageAsync(filter, new PageRequest(null, null, 9), Token);
        for (paged.AddRange(page.Rows); page.Older is { } older; paged.AddRange(page.Rows))
            page = await world.Reader.Activities.PageAsync(filter, new PageRequest(older, null, 9), Token);

        paged.Select(row => row.Id).ShouldBeUnique();
        paged.ShouldNotBeEmpty();
        paged.ShouldAllBe(row => filter.Type == null || row.Type == filter.Type);
        paged.ShouldAllBe(row => filter.Label == null || row.Answers.Any(answer => answer.Label == filter.Label));
        (query.Length > 0 || paged.Count == 120).ShouldBeTrue();
    }

    [Fact]
    public async Task Story_OfAWrittenActivity_HoldsItsWholeWay()
    {
        await using var world = await FillAsync(40);
        var written = (await world.Reader.WriteLog.PageAsync(Filter("outcome=applied"), new PageRequest(null, null, 1), Token)).Rows.ShouldHaveSingleItem();
        var story = (await world.Reader.Stories.FindAsync(written.ActivityId, Token)).ShouldNotBeNull();

        story.Decisions.Count.ShouldBe(2);
        story.Links.Select(link => link.Role).ShouldBe(["company", "contact"]);
        story.Intents.ShouldContain(intent => intent.Id == written.Id);
        story.Outcomes.ShouldContain(outcome => outcome.IntentId == written.Id && outcome.Status == "applied");
        (await world.Reader.Stories.FindAsync(999, Token)).ShouldBeNull();
    }

    private static WriteLogFilter Filter(string query)
    {
        var filter = WriteLogFilter.Parse(Pairs(query), out var faults);
        faults.ShouldBeEmpty();
        return filter;
    }

    private static IEnumerable<KeyValuePair<string, string?>> Pairs(string query) =>
        query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=', 2)).Select(part => KeyValuePair.Create(part[0], (string?)part[1]));

    private async Task<World> FillAsync(int activities)
    {
        var (ledger, writer) = await OpenAsync();
        var seed = new LedgerSeed(writer, Now);
        await seed.ConnectionsAsync();
        await seed.ActivitiesAsync(activities, TimeSpan.FromMinutes(50));
        await seed.ProblemsAsync();
        return new World(ledger, writer, seed);
    }

    private sealed class World(Ledger ledger, DbConnection writer, LedgerSeed seed) : IAsyncDisposable
    {
        public MovableTime Time { get; } = new();

        public LedgerSeed Seed => seed;

        public LedgerReader Reader => field ??= new LedgerReader(ledger, Time);

        public async ValueTask DisposeAsync()
        {
            await writer.DisposeAsync();
            await ledger.DisposeAsync();
        }
    }

    private sealed class MovableTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = LedgerReaderContract.Now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}

public sealed class SqliteLedgerReaderTests : LedgerReaderContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-reading-").FullName;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private protected override async Task<(Ledger Ledger, DbConnection Writer)> OpenAsync()
    {
        var file = Path.Combine(_folder, "ledger.db");
        var ledger = await EmptyLedger.OpenAsync(file, Token);
        var writer = new SqliteConnection($"Data Source={file}");
        await writer.OpenAsync(Token);
        return (ledger, writer);
    }
}

public sealed class PostgresLedgerReaderTests(PostgresServer server) : LedgerReaderContract, IClassFixture<PostgresServer>
{
    private protected override async Task<(Ledger Ledger, DbConnection Writer)> OpenAsync()
    {
        var ledger = await server.OpenEmptyAsync(Token);
        var writer = new NpgsqlConnection(server.ConnectionString);
        await writer.OpenAsync(Token);
        return (ledger, writer);
    }
}
