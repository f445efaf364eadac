using System.Net;
using System.Text.RegularExpressions;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Honesty;
using CrmSync.Service.Console;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Console;

public sealed class HonestyPagesTests(HonestyPagesTests.Filled filled) : IClassFixture<HonestyPagesTests.Filled>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/pipeline")]
    [InlineData("/pipeline?kind=disagrees&owner=ada%40tallyfern.example&month=2026-12&connection=hubspot-main&currency=EUR")]
    [InlineData("/pipeline?list=stale&days=1")]
    [InlineData("/pipeline?team=nobody")]
    [InlineData("/pipeline/groups")]
    [InlineData("/pipeline/groups?by=team")]
    [InlineData("/pipeline/groups?by=region&currency=USD")]
    [InlineData("/pipeline/groups?by=month")]
    [InlineData("/pipeline/lists?days=7")]
    [InlineData("/pipeline/reps")]
    [InlineData("/pipeline/stages")]
    [InlineData("/pipeline/print")]
    public async Task Get_AnyPage_IsDrawnUnderTheStrictPolicyAndHostileTextIsText(string path)
    {
        using var response = await filled.Host.Client.GetAsync(path, Token);
        var html = await response.Content.ReadAsStringAsync(Token);

        response.StatusCode.ShouldBe(HttpStatusCode.OK, html);
        response.Headers.GetValues("Content-Security-Policy").ShouldBe([SecurityHeaders.Policy]);
        html.ShouldNotContain("<script>");
        html.ShouldNotContain(" style=");
        // A choice's value is nothing that anybody reads, and must name the team as the CRM does.
        Regex.Replace(html, "value=\"[^\"]*\"", "").ShouldNotContain('\u202E');
        Regex.Count(html, "<h1").ShouldBe(1);
        html.ShouldNotContain("There is no filter", Case.Sensitive);
    }

    [Fact]
    public async Task Get_UnknownFilter_IsNamedAndLeftOut()
    {
        var html = await filled.Host.Client.GetStringAsync("/pipeline?kind=odd&month=13&colour=red", Token);
        html.ShouldContain("&quot;odd&quot; is no kind");
        html.ShouldContain("&quot;13&quot; is no month");
        html.ShouldContain("There is no filter &quot;colour&quot;");
    }

    [Fact]
    public async Task Deals_LongerThanAPage_AreReadToTheirEndByTheirLinks()
    {
        var seen = new HashSet<string>();
        for (var path = "/pipeline"; path is not null;)
        {
            var html = await filled.Host.Client.GetStringAsync(path, Token);
            foreach (Match match in Regex.Matches(html, "crm.example/deals/([0-9]+)"))
                seen.Add(match.Groups[1].Value);
            path = Regex.Match(html, "href=\"(/pipeline[^\"]*before=[^\"]+)\"") is { Success: true } next ? WebUtility.HtmlDecode(next.Groups[1].Value) : null;
        }

        seen.Count.ShouldBe(Filled.Deals);
    }

    [Fact]
    public async Task Export_BothFormats_HoldEveryDealOfTheFilter()
    {
        var csv = await filled.Host.Client.GetStringAsync("/pipeline?handler=Export&format=csv", Token);
        csv.TrimEnd().Split('\n').Length.ShouldBe(Filled.Deals + 1);
        csv.ShouldStartWith("dealId,connection,recordType,recordId,name,");
        using var lines = await filled.Host.Client.GetAsync("/pipeline?handler=Export&format=jsonl&currency=USD", Token);
        lines.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-ndjson");
        (await lines.Content.ReadAsStringAsync(Token)).TrimEnd().Split('\n').ShouldAllBe(line => line.Contains("\"currency\":\"USD\""));
        (await filled.Host.Client.GetAsync("/pipeline?handler=Export&format=csv&kind=odd", Token)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Stages_MeaningSet_AsksForRoleIsAuditedAndComparesAgain()
    {
        await using var host = await ConsoleHost.StartAsync(Filled.SeedAsync, role: ApiRole.Operator);
        await new HonestyBook(host.Ledger, TimeProvider.System).UpdateAsync(TimeSpan.FromMinutes(1), Token);
        Task<HttpResponseMessage> Set(HttpClient client, string stage, string meaning) =>
            client.SendFormAsync("/pipeline/stages", "/pipeline/stages", ("connection", "1"), ("pipeline", "default"), ("stage", stage), ("meaning", meaning));

        var answer = await Set(host.Client, "s4", "negotiation");
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await host.Client.GetStringAsync(answer.Headers.Location!, Token)).ShouldContain("The stage has a new meaning.");
        (await host.Ledger.IsDueAsync(DealJudge.Version, Token)).ShouldBeTrue("its deals are compared again");
        (await Set(host.Client, "s4", "odd")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await Set(host.Client, "nowhere", "demo")).StatusCode.ShouldBe(HttpStatusCode.Conflict);

        using var viewer = await People.Browser(host.Address).SignInAsync(await People.AddAsync(host.Ledger, ApiRole.Viewer));
        (await viewer.GetStringAsync("/pipeline/stages", Token)).ShouldNotContain("<select name=\"meaning\"");
        (await Set(viewer, "s4", "demo")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Pages_EmptyLedger_SayWhatIsMissing()
    {
        await using var host = await ConsoleHost.StartAsync();
        foreach (var path in new[] { "/pipeline", "/pipeline/groups", "/pipeline/lists", "/pipeline/reps", "/pipeline/stages", "/pipeline/print" })
            (await host.Client.GetAsync(path, Token)).StatusCode.ShouldBe(HttpStatusCode.OK, path);
        (await host.Client.GetStringAsync("/pipeline", Token)).ShouldContain("No deal has been compared yet");
    }

    public sealed class Filled : IAsyncLifetime
    {
        public const int Deals = 130;

        internal ConsoleHost Host { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Host = await ConsoleHost.StartAsync(SeedAsync);
            var book = new HonestyBook(Host.Ledger, TimeProvider.System);
            await book.UpdateAsync(TimeSpan.FromMinutes(1), CancellationToken.None);
            await book.CountLooseAsync(CancellationToken.None);
        }

        public ValueTask DisposeAsync() => Host.DisposeAsync();

        internal static async Task SeedAsync(LedgerSeed seed)
        {
            await seed.ConnectionsAsync();
            await seed.ActivitiesAsync(400, TimeSpan.FromDays(80));
            await seed.DealsAsync(Deals);
        }
    }
}
