using System.Net;
using System.Text.RegularExpressions;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.Segments.Review;
using Dapper;
using Microsoft.Data.Sqlite;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Console;

/// <summary>What was learned about segments, as a person without script reads it.</summary>
public sealed class MetricsPageTests : IAsyncLifetime
{
    private const string Hostile = "<script>alert(1)</script>\u202Egnp";

    private ConsoleHost? _host;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Client => _host!.Client;

    public async ValueTask InitializeAsync()
    {
        var folder = Directory.CreateTempSubdirectory("crmsync-metrics-").FullName;
        _host = await ConsoleHost.StartAsync(
            async seed =>
            {
                await seed.ConnectionsAsync();
                await seed.CompaniesAsync([.. Enumerable.Range(1, 80).Select(number => $"Company {number}")]);
            },
            folder: folder);
        await SegmentSeed.ProposeAsync(_host.Ledger, Token);
        await _host.Ledger.DecideAsync(new SegmentOrder("bill-payment-entities", "ada"), SegmentState.Approved, Token);
        await using var db = new SqliteConnection($"Data Source={Path.Combine(folder, "ledger.db")}");
        await db.OpenAsync(Token);
        foreach (var day in Enumerable.Range(0, 6))
            await StoreAsync(db, ConsoleHost.Now.AddDays(-7 * day), 19 - day);
        await db.ExecuteAsync(
            """
            insert into segment_event (kind, state, segment_id, other_id, cosine, reason, at) values
              ('converging', 'open', 1, 2, 0.71, 'The two speak of nearly the same: merge them?', @at), ('drifted', 'open', 1, null, 0.6, @hostile, @at), ('born', 'seen', 2, null, null, 'Seen long ago.', @at)
            """,
            new { at = ConsoleHost.Now.ToUnixTimeMilliseconds(), hostile = Hostile });
    }

    public ValueTask DisposeAsync() => _host!.DisposeAsync();

    private static Task StoreAsync(SqliteConnection db, DateTimeOffset at, int won)
    {
        var curve = KaplanMeier.Of([.. Enumerable.Range(1, 30).Select(day => new Spell(day, day % 4 != 0))]);
        var metrics = new SegmentMetrics(
            "bill-payment-entities", "Bill payment, entities", at,
            new SegmentNumbers
            {
                Accounts = 60, OpenDeals = 9, Wins = new Share(won, 47), Stages = [new StageNumbers(Hostile, 0, curve), new StageNumbers("Rare", 1, KaplanMeier.Of([new Spell(3, true)]))],
                Amounts = [new AmountNumbers("EUR", 19, new Middle(24_000, 18_000, 31_500, 19))], Answered = new Share(30, 50), Met = new Share(4, 9),
            },
            new Share(110, 470))
        {
            Pack = new PackMetrics(3, new KnowledgeCounts(40, 2, 5, 9, 12, 7, 60), [new LineMetrics("objections-1", PackSection.Objections, "price", Hostile, 24, at, new LineRecord("x", new Share(11, 12), new Share(0, 12)))])
            {
                Effect = new PackEffect(at.AddDays(-90), new RateChange(new Share(11, 47), new Share(19, 47)), new RateChange(new Share(3, 50), new Share(30, 50)), new RateChange(new Share(1, 5), new Share(2, 40))),
                Briefs = 24, Closed = 24,
            },
        };
        return db.ExecuteAsync(
            "insert into segment_metrics (segment_id, day, at, accounts, won, closed, rest_won, rest_closed, content) values (1, @day, @at, 60, @won, 47, 110, 470, @content)",
            new { day = at.ToUnixTimeMilliseconds() / 86_400_000, at = at.ToUnixTimeMilliseconds(), won, content = SegmentMetricsFile.Write(metrics) });
    }

    [Fact]
    public async Task Page_OfASegment_TellsFiguresWithIntervalsAndTheirLimits()
    {
        var page = await WordsAsync("/metrics");

        page.ShouldContain("40 % (19 of 47, 28 to 55 %)");
        page.ShouldContain("23 % (110 of 470, 20 to 27 %)");
        page.ShouldContain("+17 points");
        page.ShouldContain("+17 points (−1.8 to +34): inconclusive; about 117 per side would be clear");
        page.ShouldContain(PackEffect.Caution);
        page.ShouldContain("+54 points");
        page.ShouldContain("too few (5 of 10) before");
        page.ShouldContain("24,000 EUR (18,000 to 31,500, 19 deals)");
        page.ShouldContain("too few (9 of 10)", Case.Sensitive, "nine meetings are no rate");
        page.ShouldContain("resonated");
        page.ShouldContain("60 times in 24 briefs");
        Regex.Count(page, "chart-stay").ShouldBe(1, "a stage with one deal has no curve");
        page.ShouldContain("too few (1 of 10)");
        page.ShouldContain("Win rate. 30 % on 17 Oct, 40 % on 21 Nov");
        page.ShouldContain("The same as a table");
        (await Client.GetStringAsync("/metrics", Token)).ShouldNotContain("<script>alert");
    }

    [Fact]
    public async Task Page_OfAnEmptyLedger_SaysHowFiguresCome()
    {
        await using var empty = await ConsoleHost.StartAsync(seed => seed.ConnectionsAsync());
        var page = WebUtility.HtmlDecode(await empty.Client.GetStringAsync("/metrics", Token));
        page.ShouldContain("No segment is approved");
        page.ShouldContain("crmsync segments learn");
    }

    [Fact]
    public async Task Page_OfASegmentThatWasNotLearnedFrom_SaysSo()
    {
        await _host!.Ledger.DecideAsync(new SegmentOrder("small-one", "ada"), SegmentState.Approved, Token);
        var page = await WordsAsync("/metrics?segment=small-one");
        page.ShouldContain("not learned from yet; the next nightly run");
        page.ShouldContain("This segment was not learned from yet.");
    }

    [Fact]
    public async Task Events_SeenAndKeptApart_AreGoneAndStandInTheAudit()
    {
        var page = await WordsAsync("/metrics");
        page.ShouldContain("The two speak of nearly the same: merge them?");
        page.ShouldNotContain("Seen long ago.");
        using var seen = await Client.SendFormAsync("/metrics", "/metrics?handler=Settle", ("happened", "2"), ("pair", "false"));
        seen.Headers.Location!.ToString().ShouldBe("/metrics?done=seen");
        using var apart = await Client.SendFormAsync("/metrics", "/metrics?handler=Settle", ("happened", "1"), ("pair", "true"));
        apart.Headers.Location!.ToString().ShouldBe("/metrics?done=apart");

        (await WordsAsync("/metrics")).ShouldNotContain("What the last searches saw");
        (await WordsAsync("/audit")).ShouldContain("segment.event.dismissed");
    }

    [Fact]
    public async Task Merge_OfAProposedPair_IsTheExistingMergeWithItsVersion()
    {
        (await WordsAsync("/metrics")).ShouldContain("Merge “Small one” into “Bill payment, entities”");
        using (var stale = await Client.SendFormAsync("/metrics", "/metrics?handler=Merge", ("happened", "1"), ("seen", "9")))
            stale.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        using var merged = await Client.SendFormAsync("/metrics", "/metrics?handler=Merge", ("happened", "1"), ("seen", "1"));

        merged.Headers.Location!.ToString().ShouldBe("/metrics?done=merged");
        (await WordsAsync("/segments/small-one")).ShouldContain("part of Bill payment, entities");
        (await WordsAsync("/metrics")).ShouldNotContain("merge them?");
        using var again = await Client.SendFormAsync("/metrics", "/metrics?handler=Merge", ("happened", "1"), ("seen", "1"));
        again.StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Viewer_ReadsAndDecidesNothing()
    {
        using var viewer = await People.Browser(_host!.Address).SignInAsync(await People.AddAsync(_host.Ledger, ApiRole.Viewer));
        (await viewer.GetStringAsync("/metrics", Token)).ShouldNotContain("/metrics?handler=");
        using var answer = await viewer.SendFormAsync("/account", "/metrics?handler=Merge", ("happened", "1"), ("seen", "1"));
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private async Task<string> WordsAsync(string path) => WebUtility.HtmlDecode(await Client.GetStringAsync(path, Token));
}
