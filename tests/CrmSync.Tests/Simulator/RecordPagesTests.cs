using System.Diagnostics;
using System.Text;
using CrmSync.Simulator;
using CrmSync.Simulator.Pages;
using CrmSync.Simulator.Seed;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Simulator;

public sealed class RecordPagesTests : IAsyncDisposable
{
    private const string Hostile = "</textarea></bdi><script>alert(1)</script><img src=x onerror=\"alert(2)\">'\"&lt;\0\uD800";
    private const string Origin = "http://localhost:5081";
    private static readonly DateTimeOffset Now = new(2026, 11, 18, 13, 20, 0, TimeSpan.Zero);
    private readonly FakeCrm _crm = new("hubspot", new StandingClock(Now));

    public ValueTask DisposeAsync() => _crm.DisposeAsync();

    [Fact]
    public async Task List_Seeded_ShowsNewestFirstWithPaging()
    {
        _crm.Load(SeedWorldBuilder.Build(new() { Crm = "hubspot", Now = Now, Activities = 60 }));

        var first = await Get("/");
        var last = await Get("/?page=99");

        first.Body.ShouldContain("<h1>Activities</h1>");
        first.Body.ShouldContain("1 to 25 of 60");
        first.Body.ShouldContain(">Simulated HubSpot<");
        last.Body.ShouldContain("51 to 60 of 60");
        last.Body.ShouldContain("Page 3 of 3");
        foreach (var record in _crm.ListActivities(0, 25))
            first.Body.ShouldContain($"/records/{record.ObjectType}/{record.Id}\"");
    }

    [Fact]
    public async Task List_Empty_SaysSo() => (await Get("/")).Body.ShouldContain("No activities yet");

    [Theory]
    [InlineData("/", false)]
    [InlineData("/?live=1", true)]
    public async Task List_Live_RefreshesOnlyWhenAsked(string path, bool refreshes) =>
        (await Get(path)).Body.Contains("http-equiv=\"refresh\" content=\"5\"", StringComparison.Ordinal).ShouldBe(refreshes);

    [Fact]
    public async Task List_Labelled_ShowsLabelsWithConfidence()
    {
        Put(Record() with
        {
            Properties = new Dictionary<string, string?>
            {
                ["trueai_engaged"] = "NOT ENGAGED",
                ["trueai_engaged_confidence"] = "0.973",
                ["crmsync_stage"] = "Closed Won",
                ["crmsync_stage_confidence"] = "odd",
            },
        });

        var page = (await Get("/")).Body;

        page.ShouldContain("chip quiet\">NOT ENGAGED <span class=\"confidence\" title=\"Confidence\">97 %");
        page.ShouldContain("chip won\">Closed Won <span class=\"confidence\" title=\"Confidence\">odd");
    }

    [Theory]
    [InlineData("ENGAGED", "ENGAGED", false)]
    [InlineData("ENGAGED", "ND", true)]
    [InlineData("ENGAGED", null, true)]
    [InlineData(null, "ND", false)]
    public async Task List_LabelDiffersFromWhatCrmSyncWrote_SaysByHandInsteadOfConfidence(string? written, string? now, bool byHand)
    {
        Put(Record() with
        {
            Properties = new Dictionary<string, string?>
            {
                ["trueai_engaged"] = now,
                ["trueai_engaged_auto"] = written,
                ["trueai_engaged_confidence"] = "0.9",
            },
        });

        var page = (await Get("/")).Body;

        page.Contains("by hand", StringComparison.Ordinal).ShouldBe(byHand);
        page.Contains("90 %", StringComparison.Ordinal).ShouldBe(!byHand);
    }

    [Theory]
    [InlineData("hubspot")]
    [InlineData("salesforce")]
    public async Task Show_Labelled_ShowsEveryLabelPropertyAndItsHistory(string kind)
    {
        var crm = new FakeCrm(kind, new StandingClock(Now));
        crm.Put(Record());
        string[] names = kind == "hubspot"
            ? ["trueai_engaged", "trueai_engaged_confidence", "crmsync_stage", "crmsync_stage_confidence", "crmsync_reason",
                "crmsync_version"]
            : ["TrueAI_Engaged__c", "TrueAI_Engaged_Confidence__c", "CrmSync_Stage__c", "CrmSync_Stage_Confidence__c",
                "CrmSync_Reason__c", "CrmSync_Version__c"];
        foreach (var (index, name) in names.Index())
            crm.Set("notes", "1", name, $"value {index}", "app");
        crm.Set("notes", "1", names[0], null, "person");

        var page = (await Send(crm, "GET", "/records/notes/1")).Body;

        foreach (var (index, name) in names.Index())
        {
            page.ShouldContain($"<code>{name}</code>");
            page.ShouldContain($"value {index}");
        }

        page.ShouldContain("<bdi>cleared</bdi>");
        page.ShouldContain("<span class=\"by\">person</span>");
        page.ShouldContain("<time datetime=\"2026-11-18T13:20:00+00:00\">18 Nov 2026 13:20 UTC</time>");
    }

    [Fact]
    public async Task Pages_HostileText_IsTextEverywhere()
    {
        Put(Record() with
        {
            Subject = Hostile,
            Body = "<p>" + Hostile,
            Owner = Hostile,
            Company = Hostile,
            Contact = Hostile,
            Deal = Hostile,
            Properties = LabelProperties.Of("hubspot").All.Append(Hostile).ToDictionary(p => p, _ => (string?)Hostile),
        });
        _crm.Set("notes", "1", "crmsync_reason", Hostile, "app");

        foreach (var path in (string[])["/", "/records/notes/1"])
        {
            var page = (await Get(path)).Body;
            page.ShouldContain("&lt;script&gt;");
            page.ShouldNotContain("<script", Case.Insensitive);
            page.ShouldNotContain("<img", Case.Insensitive);
            page.ShouldNotContain("\"alert");
            page.ShouldNotContain("\0");
            page.Split("</textarea>").Length.ShouldBe(path == "/" ? 1 : 2);
        }
    }

    [Fact]
    public async Task Show_HtmlBody_ReadsAsTextAndKeepsTheStoredForm()
    {
        Put(Record() with { Body = "<div>Hello&nbsp;Tilda<br>call me at <b>3</b></div><style>p{}</style> a.b <c.d@x.example>" });

        var page = (await Get("/records/notes/1")).Body;

        page.ShouldContain("Hello&#xA0;Tilda\ncall me at 3");
        page.ShouldContain("&lt;c.d@x.example&gt;</div>");
        page.ShouldContain("<pre>&lt;div&gt;Hello");
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/records/notes/1")]
    [InlineData("GET", "/records/notes/none")]
    [InlineData("GET", "/pages/site.css")]
    [InlineData("POST", "/records/notes/1")]
    public async Task Pages_Any_CarryTheStrictPolicyAndNoScript(string method, string path)
    {
        Put(Record());

        var answer = await Send(_crm, method, path, "http://elsewhere.example");

        answer.Headers["Content-Security-Policy"].ShouldBe(
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
        answer.Headers["X-Content-Type-Options"].ShouldBe("nosniff");
        answer.Body.ShouldNotContain("<script");
        answer.Body.ShouldNotContain(" style=");
        answer.Body.ShouldNotContain("onclick");
    }

    [Fact]
    public async Task Show_NoSuchRecord_404WithAWayBack()
    {
        var answer = await Get("/records/notes/404");
        answer.Status.ShouldBe(404);
        answer.Body.ShouldContain("<a href=\"/\">");
    }

    [Fact]
    public async Task Change_OwnForm_EditsTextAsAPerson()
    {
        Put(Record());

        var answer = await Post("/records/notes/1", Origin, "change=text&subject=New+%3Cname%3E&body=one%0D%0Atwo");

        answer.Status.ShouldBe(302);
        answer.Headers["Location"].ShouldBe("/records/notes/1?saved=text");
        var record = _crm.Find("notes", "1")!;
        (record.Subject, record.Body).ShouldBe(("New <name>", "one\ntwo"));
        (await Get("/records/notes/1?saved=text")).Body.ShouldContain("Text saved.");
    }

    [Fact]
    public async Task Change_OnlySubject_KeepsTheBodyAsStored()
    {
        Put(Record() with { Body = "one\r\ntwo\rthree" });
        (await Post("/records/notes/1", Origin, "change=text&subject=New&body=one%0D%0Atwo%0D%0Athree")).Status.ShouldBe(302);
        (_crm.Find("notes", "1")!.Subject, _crm.Find("notes", "1")!.Body).ShouldBe(("New", "one\r\ntwo\rthree"));
    }

    [Theory]
    [InlineData("trueai_engaged", "ND", "ND")]
    [InlineData("crmsync_stage", "Closed+Lost", "Closed Lost")]
    [InlineData("trueai_engaged", "", null)]
    public async Task Change_OwnForm_SetsOrClearsALabelAsAPerson(string property, string sent, string? stored)
    {
        Put(Record());

        (await Post("/records/notes/1", Origin, $"change=label&property={property}&value={sent}")).Status.ShouldBe(302);

        _crm.History("notes", "1", property).ShouldHaveSingleItem().ShouldBe(new SimulatedChange(stored, Now, "person"));
    }

    [Theory]
    [InlineData("change=label&property=hs_owner&value=ND")]
    [InlineData("change=label&property=trueai_engaged&value=Maybe")]
    [InlineData("change=label&property=trueai_engaged")]
    [InlineData("change=everything")]
    [InlineData("")]
    public async Task Change_OtherProperties_400AndNothingChanges(string form)
    {
        var before = Put(Record());
        (await Post("/records/notes/1", Origin, form)).Status.ShouldBe(400);
        _crm.Find("notes", "1").ShouldBe(before);
    }

    [Theory]
    [InlineData("http://elsewhere.example")]
    [InlineData("http://localhost:9999")]
    [InlineData("null")]
    [InlineData(null)]
    public async Task Change_FromAnotherSite_403AndNothingChanges(string? origin)
    {
        var before = Put(Record());
        var answer = await Post("/records/notes/1", origin, "change=text&subject=x&body=y");
        answer.Status.ShouldBe(403);
        _crm.Find("notes", "1").ShouldBe(before);
    }

    [Theory]
    [InlineData("rebound.example", 421)]
    [InlineData("10.0.0.5", 421)]
    [InlineData("127.0.0.1", 200)]
    [InlineData("[::1]", 200)]
    public async Task Pages_HostName_OnlyLoopbackIsAnswered(string host, int status) =>
        (await Send(_crm, "GET", "/", host: host)).Status.ShouldBe(status);

    [Fact]
    public void PlainText_UnclosedTags_LinearTime()
    {
        // Two million openings without an end: quadratic work would take hours.
        var body = "<p>" + string.Concat(Enumerable.Repeat("<div ", 400_000));
        PlainText.Of(body).Length.ShouldBeGreaterThan(100_000);
    }

    private static SimulatedRecord Record() => new(
        "notes", "1", "note", "Subject", "Body", Now, Now, "Marit Oldenkamp", "Larkford Foods", "Tilda Moss", "Larkford Foods – pilot",
        new Dictionary<string, string?>(), null);

    private SimulatedRecord Put(SimulatedRecord record) => _crm.Put(record);

    private Task<Answer> Get(string path) => Send(_crm, "GET", path);

    private Task<Answer> Post(string path, string? origin, string form) => Send(_crm, "POST", path, origin, form: form);

    private static async Task<Answer> Send(
        FakeCrm crm, string method, string path, string? origin = null, string host = "localhost", string? form = null)
    {
        using var diagnostics = new DiagnosticListener("pages");
        await using var services = new ServiceCollection()
            .AddLogging().AddRouting().AddSingleton(diagnostics).AddSingleton<DiagnosticSource>(diagnostics).BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        app.UseRouting();
        app.UseEndpoints(routes => RecordPages.Map(routes, crm));
        var context = new DefaultHttpContext { RequestServices = services };
        var parts = path.Split('?');
        context.Request.Method = method;
        context.Request.Scheme = "http";
        context.Request.Host = new HostString(host, 5081);
        context.Request.Path = parts[0];
        context.Request.QueryString = parts.Length > 1 ? new("?" + parts[1]) : default;
        if (origin is not null)
            context.Request.Headers.Origin = origin;
        if (form is not null)
        {
            context.Request.ContentType = "application/x-www-form-urlencoded";
            context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(form));
        }

        using var body = new MemoryStream();
        context.Response.Body = body;
        await app.Build()(context);
        return new(
            context.Response.StatusCode, Encoding.UTF8.GetString(body.ToArray()),
            context.Response.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase));
    }

    private sealed record Answer(int Status, string Body, Dictionary<string, string> Headers);
}
