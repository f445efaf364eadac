using System.Diagnostics;
using System.Globalization;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

/// <summary>Activities per second through storage alone: pages of 1,000, two decisions and two written labels each. Run by hand.</summary>
public sealed class LedgerThroughput(PostgresServer server, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    private const int Pages = 20;
    private const int PageSize = 1_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Sqlite()
    {
        var folder = Directory.CreateTempSubdirectory("crmsync-throughput-").FullName;
        try
        {
            await MeasureAsync(await Ledger.OpenAsync(
                new LedgerOptions { File = Path.Combine(folder, "ledger.db") }, TimeProvider.System, NullLoggerFactory.Instance, Token));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact(Explicit = true)]
    public async Task Postgres() => await MeasureAsync(await server.OpenEmptyAsync(Token));

    private static CrmActivity[] Page(int page) => [.. Enumerable.Range(page * PageSize, PageSize).Select(id => LedgerWorld.Activity(
        id.ToString(CultureInfo.InvariantCulture),
        string.Create(CultureInfo.InvariantCulture, $"Activity {id}. ") + string.Concat(Enumerable.Repeat("Thanks for the call, we will look at the offer. ", 12)),
        0,
        new Association("contact", "contacts", string.Create(CultureInfo.InvariantCulture, $"{id % 997}")),
        new Association("company", "companies", string.Create(CultureInfo.InvariantCulture, $"{id % 97}"))))];

    private async Task MeasureAsync(Ledger ledger)
    {
        await using var world = await LedgerWorld.CreateAsync(ledger);
        var pages = Enumerable.Range(0, Pages).Select(Page).ToList();
        var scan = await world.StartScanAsync();
        var work = (await ledger.ReadScanAsync(scan.Id, Token))!;
        var classify = new List<BatchRef>();
        var write = new List<BatchRef>();
        var spent = new TimeSpan[3];

        var processor = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        for (var page = 0; page < Pages; page++)
        {
            var last = page == Pages - 1;
            classify.AddRange((await world.CommitAsync(scan, new LedgerChange
            {
                Activities = pages[page], Scan = new ScanProgress(work.ScanId, last ? null : "next", last, PageSize, 0),
                Ending = last ? new BatchEnding.Completed() : null,
            })).NewBatches);
        }

        spent[0] = Stopwatch.GetElapsedTime(started);
        started = Stopwatch.GetTimestamp();
        foreach (var batch in classify)
        {
            write.AddRange(await world.DecideAsync(
                batch, item => [LedgerWorld.Decision(item, "ENGAGED"), LedgerWorld.Decision(item, "demo", taxonomy: "stage")]));
        }

        spent[1] = Stopwatch.GetElapsedTime(started);
        started = Stopwatch.GetTimestamp();
        foreach (var batch in write)
        {
            var claimed = await world.ClaimAsync(batch.Id);
            var intents = await ledger.ReadIntentsAsync(batch.Id, Token);
            await world.CommitAsync(claimed, new LedgerChange { Intents = [.. intents.Select(intent => new IntentChange(intent.IntentId, IntentStatus.Sending))] });
            await world.CommitAsync(claimed, new LedgerChange
            {
                Intents = [.. intents.Select(intent => new IntentChange(intent.IntentId, IntentStatus.Applied) { ValueAfter = intent.Value })],
                Ending = new BatchEnding.Completed(),
            });
        }

        spent[2] = Stopwatch.GetElapsedTime(started);
        processor = Environment.CpuUsage.TotalTime - processor;
        (await world.CountAsync("intent where status = 'applied'")).ShouldBe(2L * Pages * PageSize);
        var total = spent.Aggregate((sum, part) => sum + part);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{ledger.Dialect}: {Pages * PageSize / total.TotalSeconds:0} activities/s (scan {Rate(spent[0]):0}/s, classify {Rate(spent[1]):0}/s, write {Rate(spent[2]):0}/s), {Rate(processor):0} per second of processor time"));
    }

    private static double Rate(TimeSpan spent) => Pages * PageSize / spent.TotalSeconds;
}
