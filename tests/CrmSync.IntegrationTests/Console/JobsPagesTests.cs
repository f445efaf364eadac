using System.Net;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using CrmSync.Storage.Reading;
using CrmSync.Storage.Reading.Jobs;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Console;

/// <summary>The pages about jobs, as people without script see them.</summary>
public sealed class JobsPagesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/jobs", "every 15 seconds")]
    [InlineData("/jobs", "by Test Admin")]
    [InlineData("/jobs?handler=Live", "hubspot-main/poll-fresh")]
    [InlineData("/jobs/schedules/1", "Reads what changed a moment ago")]
    [InlineData("/jobs/schedules/2", "clocks go forward from 02:00 to 03:00: the run of 02:30 comes at 03:00.")]
    [InlineData("/jobs/schedules/2/delete", "Delete for good")]
    [InlineData("/jobs/schedules/new", "Europe/Berlin")]
    [InlineData("/jobs/schedules/new?handler=Outlook&recurrence=*/5 8-18 * * 1-5&zone=Europe/Berlin", "every 5 minutes during hours 8 to 18 on Monday to Friday")]
    [InlineData("/jobs/schedules/new?handler=Outlook&recurrence=61 * * * *&zone=UTC", "61")]
    [InlineData("/jobs/schedules/new?handler=Outlook&recurrence=every 30s&zone=Mars/Olympus", "is no time zone that this machine knows")]
    [InlineData("/jobs/runs", "Backfill 1")]
    [InlineData("/jobs/runs?handler=Live&state=running", "Fresh poll 3")]
    [InlineData("/jobs/runs?state=odd", "is no state of a run")]
    [InlineData("/jobs/runs?args=type=nothing", "No run matches")]
    [InlineData("/jobs/runs/1", "Rows in")]
    [InlineData("/jobs/runs/2", "81 % of the day's API requests are used")]
    [InlineData("/jobs/runs/3?handler=Live", "Cancel for good")]
    [InlineData("/jobs/queues", "CrmSync:Queues:WriteBack")]
    [InlineData("/jobs/queues?handler=Live", "node-1")]
    [InlineData("/jobs/letters", "1 rejected write")]
    [InlineData("/jobs/backfill", "Which connection?")]
    [InlineData("/jobs/backfill?step=2&connection=hubspot-main", "Which range and types of HubSpot Europe?")]
    [InlineData("/jobs/backfill?step=3&connection=hubspot-main&from=2026-01-01T00:00&to=2026-02-01T00:00", "This connection is not in this host's configuration.")]
    [InlineData("/jobs/backfill?step=3&connection=hubspot-main&from=2026-03-01T00:00&to=2026-02-01T00:00", "The range needs a begin that lies before its end.")]
    [InlineData("/jobs/backfill?step=5&connection=hubspot-main&from=2026-01-01T00:00&to=2026-02-01T00:00", "Start the backfill?")]
    public async Task Page_OfJobs_ShowsWhatIsThereAndNothingHostileAsMarkup(string path, string words)
    {
        await using var host = await StartAsync();
        using var answer = await host.Client.GetAsync(path, Token);
        var html = await answer.Content.ReadAsStringAsync(Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, html);
        WebUtility.HtmlDecode(html).ShouldContain(words);
        html.ShouldNotContain("<script>alert");
        html.ShouldNotContain("<i>check");
        html.ShouldNotContain("style=");
    }

    [Theory]
    [InlineData("/jobs/schedules/99")]
    [InlineData("/jobs/schedules/99/delete")]
    [InlineData("/jobs/runs/99")]
    public async Task Page_OfWhatIsNotThere_SaysSo(string path)
    {
        await using var host = await StartAsync();
        using var answer = await host.Client.GetAsync(path, Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.WordsAsync()).ShouldContain("There is no such");
    }

    [Theory]
    [InlineData("/jobs", HttpStatusCode.OK)]
    [InlineData("/jobs/runs/1", HttpStatusCode.OK)]
    [InlineData("/jobs/backfill", HttpStatusCode.OK)]
    [InlineData("/jobs/schedules/new", HttpStatusCode.Forbidden)]
    [InlineData("/jobs/schedules/1/delete", HttpStatusCode.Forbidden)]
    [InlineData("/jobs/letters/act?act=retry&what=writes&connection=hubspot-main&code=x", HttpStatusCode.Forbidden)]
    public async Task Page_OfAViewer_ReadsAndNeverActs(string path, HttpStatusCode expected)
    {
        await using var host = await StartAsync(ApiRole.Viewer);
        using var answer = await host.Client.GetAsync(path, Token);
        answer.StatusCode.ShouldBe(expected);
        (await answer.WordsAsync()).ShouldNotContain("Run now");
    }

    [Theory]
    [InlineData("/jobs/schedules/1?handler=Run")]
    [InlineData("/jobs/schedules/1?handler=Pause")]
    [InlineData("/jobs/schedules/1?handler=Save")]
    [InlineData("/jobs/schedules/1/delete")]
    [InlineData("/jobs/runs/3?handler=Change")]
    [InlineData("/jobs/runs/1?handler=Repeat")]
    [InlineData("/jobs/backfill?handler=Start")]
    public async Task Act_OfAReviewer_IsRefused(string address)
    {
        await using var host = await StartAsync(ApiRole.Reviewer);
        using var answer = await host.Client.SendFormAsync("/account", address, ("version", "1"), ("reason", "x"), ("to", "paused"));
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Schedule_CreatedChangedPausedResumedDeleted_IsDoneInThePersonsName()
    {
        await using var host = await StartAsync(ApiRole.Operator);
        var client = host.Client;
        const string form = "/jobs/schedules/new";

        using var unclear = await client.SendFormAsync(form, $"{form}?handler=Create", ("name", "Morning"), ("kind", "reconcile"), ("connection", "1"), ("recurrence", "99 * * * *"), ("zone", "UTC"));
        unclear.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await unclear.WordsAsync()).ShouldContain("value=\"Morning\"", Case.Sensitive, "what was typed stays");
        using var check = await client.SendFormAsync(form, $"{form}?handler=Check", ("name", "Morning"), ("kind", "reconcile"), ("connection", "1"), ("recurrence", "0 6 * * *"), ("zone", "Europe/Berlin"));
        (await check.WordsAsync()).ShouldContain("at 06:00 every day (Europe/Berlin)");
        using var made = await client.SendFormAsync(form, $"{form}?handler=Create", ("name", "Morning"), ("kind", "reconcile"), ("connection", "1"), ("recurrence", "0 6 * * *"), ("zone", "Europe/Berlin"));
        var here = made.Headers.Location!.ToString().Split('?')[0];
        (await client.GetStringAsync(here, Token)).ShouldContain("made by Test Operator");

        using var saved = await client.SendFormAsync(here, $"{here}?handler=Save", ("version", "1"), ("name", "Morning"), ("recurrence", "0 7 * * *"), ("zone", "Europe/Berlin"));
        saved.Headers.Location!.ToString().ShouldBe($"{here}?done=saved");
        using var late = await client.SendFormAsync(here, $"{here}?handler=Save", ("version", "1"), ("name", "Morning"), ("recurrence", "0 8 * * *"), ("zone", "Europe/Berlin"));
        late.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await late.WordsAsync()).ShouldContain("Somebody else changed this schedule meanwhile");

        using var silent = await client.SendFormAsync(here, $"{here}?handler=Pause", ("version", "2"), ("reason", " "));
        silent.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var paused = await client.SendFormAsync(here, $"{here}?handler=Pause", ("version", "2"), ("reason", "Audit of the CRM"), ("until", "2099-01-02T03:04"));
        paused.Headers.Location!.ToString().ShouldBe($"{here}?done=paused");
        var page = WebUtility.HtmlDecode(await client.GetStringAsync(here, Token));
        page.ShouldContain("by Test Operator");
        page.ShouldContain("Audit of the CRM");
        page.ShouldContain("2099-01-02T03:04:00.000Z");

        using var resumed = await client.SendFormAsync(here, $"{here}?handler=Resume", ("version", "3"));
        resumed.Headers.Location!.ToString().ShouldBe($"{here}?done=resumed");
        using var deleted = await client.SendFormAsync($"{here}/delete", $"{here}/delete", ("version", "4"));
        deleted.Headers.Location!.ToString().ShouldBe("/jobs?done=deleted");

        var acts = await new AuditQueries(host.Ledger).ListAsync(new AuditFilter { Subject = "hubspot-main/morning" }, new PageRequest(null, null), Token);
        acts.Rows.Select(row => $"{row.Actor} {row.Action}").ShouldBe(
            ["Test Operator schedule.delete", "Test Operator schedule.resume", "Test Operator schedule.pause", "Test Operator schedule.save", "Test Operator schedule.create"]);
    }

    [Fact]
    public async Task Run_PausedResumedAndCancelled_FollowsAndRepeatsNothingUnknown()
    {
        await using var host = await StartAsync(ApiRole.Operator);
        foreach (var (to, state) in new[] { ("paused", "Paused"), ("running", "Running"), ("cancelled", "Cancelled") })
        {
            using var answer = await host.Client.SendFormAsync("/jobs/runs/3", "/jobs/runs/3?handler=Change", ("to", to));
            answer.Headers.Location!.ToString().ShouldBe($"/jobs/runs/3?done={to}");
            (await host.Client.GetStringAsync("/jobs/runs/3", Token)).ShouldContain($">{state}</span>");
        }

        using var late = await host.Client.SendFormAsync("/jobs/runs/3", "/jobs/runs/3?handler=Change", ("to", "paused"));
        late.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        using var repeat = await host.Client.SendFormAsync("/jobs/runs/3", "/jobs/runs/3?handler=Repeat");
        repeat.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await repeat.WordsAsync()).ShouldContain("left nothing behind that says what it read");
    }

    [Fact]
    public async Task Letters_RetriedAll_AsksFirstAndBecomesARunWithItsFilter()
    {
        await using var host = await StartAsync(ApiRole.Operator);
        const string address = "/jobs/letters/act?act=retry&what=writes&connection=hubspot-main&code=%3Cscript%3E";
        (await host.Client.GetStringAsync("/jobs/letters", Token)).ShouldContain(WebUtility.HtmlEncode("act=retry&what=writes&connection=hubspot-main&code=%3Cscript%3E"));
        var asked = WebUtility.HtmlDecode(await host.Client.GetStringAsync(address, Token));
        asked.ShouldContain("Retry 1 rejected write?");

        using var answer = await host.Client.SendFormAsync(
            address, "/jobs/letters/act", ("act", "retry"), ("what", "writes"), ("connection", "hubspot-main"), ("code", "<script>"), ("reason", "the field is back"));

        var run = long.Parse(answer.Headers.Location!.ToString().Split('/', '?')[3], System.Globalization.CultureInfo.InvariantCulture);
        var card = (await new RunHistory(host.Ledger).FindAsync(run, Token)).ShouldNotBeNull();
        (card.Kind, card.RequestedBy, card.Arguments).ShouldBe(("retry", "Test Operator", "target=intent outcome=rejected code=<script>"));
        using var odd = await host.Client.GetAsync("/jobs/letters/act?act=explode", Token);
        odd.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Jobs_OnAnEmptyLedger_SayWhatIsMissing()
    {
        await using var host = await ConsoleHost.StartAsync();
        (await host.Client.GetStringAsync("/jobs", Token)).ShouldContain("No schedule yet");
        (await host.Client.GetStringAsync("/jobs/runs", Token)).ShouldContain("No run has done anything yet");
        (await host.Client.GetStringAsync("/jobs/queues", Token)).ShouldContain("No host has given a sign of life");
        (await host.Client.GetStringAsync("/jobs/letters", Token)).ShouldContain("There are no dead letters");
        (await host.Client.GetStringAsync("/jobs/backfill", Token)).ShouldContain("There is no connection yet");
    }

    private static Task<ConsoleHost> StartAsync(ApiRole role = ApiRole.Admin) => ConsoleHost.StartAsync(
        async seed =>
        {
            await seed.ConnectionsAsync();
            await seed.SchedulesAsync();
            await seed.ProblemsAsync();
            await seed.HostileAsync(7);
        },
        role: role);
}
