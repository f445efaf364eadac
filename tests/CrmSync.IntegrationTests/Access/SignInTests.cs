using System.Net;
using CrmSync.IntegrationTests.Console;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Access;

/// <summary>Coming in, staying in and being put out, as a browser without script sees it.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    private readonly MovingTime _time = new();
    private ConsoleHost? _host;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ConsoleHost Host => _host!;

    public async ValueTask InitializeAsync() => _host = await ConsoleHost.StartAsync(time: _time, role: null);

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    [Theory]
    [InlineData("/")]
    [InlineData("/log?outcome=applied")]
    [InlineData("/activities/1?handler=Raw")]
    [InlineData("/people")]
    [InlineData("/nowhere")]
    [InlineData("/?handler=Live")]
    public async Task Get_WithoutASession_LeadsToTheDoorAndBackAfterwards(string path)
    {
        using var answer = await Host.Client.GetAsync(path, Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.ToString().ShouldBe(path == "/" ? "/sign-in" : $"/sign-in?return={Uri.EscapeDataString(path)}");
        var account = await People.AddAsync(Host.Ledger, ApiRole.Admin);
        using var entered = await Host.Client.SendFormAsync("/sign-in", "/sign-in", ("name", account.SignIn.ToUpperInvariant()), ("password", People.Password), ("return", path));
        entered.Headers.Location!.ToString().ShouldBe(path);
    }

    [Fact]
    public async Task Endpoints_All_AskForARoleOrSayThatTheyAreOpen()
    {
        var loader = Host.Services.GetRequiredService<PageLoader>();
        List<string> open = [], closed = [];
        foreach (var endpoint in Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            // What a page asks for is known once it is loaded, which the first request does.
            var page = endpoint.Metadata.GetMetadata<PageActionDescriptor>();
            var metadata = page is null ? [.. endpoint.Metadata] : (await loader.LoadAsync(page, endpoint.Metadata)).EndpointMetadata ?? [];
            if (metadata.OfType<IAllowAnonymous>().Any())
                open.Add(page?.ViewEnginePath ?? endpoint.RoutePattern.RawText!);
            else if (!metadata.OfType<IAuthorizeData>().Any())
                closed.Add(page?.ViewEnginePath ?? endpoint.RoutePattern.RawText!);
        }

        open.Distinct().ShouldBe(["/SignIn", "/Invitation", "/Trouble", "/Refused", "/assets/{file}"], ignoreOrder: true);
        closed.Where(path => path != "{*path}").ShouldBeEmpty("the last way of all leads to the page NotFound, which asks itself");
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/sign-in?return=/")]
    [InlineData("/\t/evil.example")]
    public async Task SignIn_ReturnAddressElsewhere_LeadsHome(string back)
    {
        var account = await People.AddAsync(Host.Ledger, ApiRole.Viewer);
        using var answer = await Host.Client.SendFormAsync($"/sign-in?return={Uri.EscapeDataString(back)}", "/sign-in", ("name", account.SignIn), ("password", People.Password), ("return", back));

        answer.Headers.Location!.ToString().ShouldBe("/");
    }

    [Fact]
    public async Task SignIn_WrongNameWrongPasswordDisabledPerson_AreAnsweredAlike()
    {
        await People.AddAsync(Host.Ledger, ApiRole.Admin);
        var known = await People.AddAsync(Host.Ledger, ApiRole.Viewer);
        var disabled = await People.AddAsync(Host.Ledger, ApiRole.Viewer, "2");
        await Host.Ledger.SetEnabledAsync(disabled.Id, false, "test", Token);

        var pages = new List<string>();
        foreach (var (name, password) in new[] { (known.SignIn, "wrong password"), ("nobody@example.com", People.Password), (disabled.SignIn, People.Password) })
        {
            using var answer = await Host.Client.SendFormAsync("/sign-in", "/sign-in", ("name", name), ("password", password));
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            var page = await answer.WordsAsync();
            page.ShouldContain(SignInDesk.Wrong);
            pages.Add(System.Text.RegularExpressions.Regex.Replace(page.Replace(name, "NAME", StringComparison.Ordinal), "value=\"CfDJ[^\"]+\"", ""));
        }
        pages.Distinct().ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SignIn_TooManyTries_LocksTheNameWhetherSomebodyHasItOrNot(bool known)
    {
        var account = await People.AddAsync(Host.Ledger, ApiRole.Viewer);
        var name = known ? account.SignIn : "nobody@example.com";
        for (var i = 0; i < 5; i++)
            (await Host.Client.SendFormAsync("/sign-in", "/sign-in", ("name", name), ("password", "wrong"))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        using var answer = await Host.Client.SendFormAsync("/sign-in", "/sign-in", ("name", name), ("password", People.Password));
        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await answer.WordsAsync()).ShouldContain("too many tries");
    }

    [Fact]
    public async Task SignIn_WithoutTheFormsToken_IsRefusedInWords()
    {
        var account = await People.AddAsync(Host.Ledger, ApiRole.Viewer);
        using var form = new FormUrlEncodedContent([new("name", account.SignIn), new("password", People.Password)]);
        using var answer = await Host.Client.PostAsync("/sign-in", form, Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.WordsAsync()).ShouldContain("The form could not be taken");
    }

    [Fact]
    public async Task SignIn_Cookie_IsHiddenFromScriptAndFromOtherSites()
    {
        var account = await People.AddAsync(Host.Ledger, ApiRole.Viewer);
        using var answer = await Host.Client.SendFormAsync("/sign-in", "/sign-in", ("name", account.SignIn), ("password", People.Password));

        var cookie = answer.Headers.GetValues("Set-Cookie").Single(text => text.StartsWith("crmsync=", StringComparison.Ordinal));
        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=lax");
        cookie.ShouldContain("path=/");
        cookie.ShouldNotContain("domain");
        cookie.ShouldNotContain("expires", Case.Insensitive, "it ends with the browser");
    }

    [Theory]
    [InlineData(ApiRole.Viewer, "/log", 200)]
    [InlineData(ApiRole.Viewer, "/review", 403)]
    [InlineData(ApiRole.Reviewer, "/review", 200)]
    [InlineData(ApiRole.Operator, "/people", 403)]
    [InlineData(ApiRole.Admin, "/people", 200)]
    public async Task Get_ByRole_IsAnsweredOrRefusedInWords(ApiRole role, string path, int status)
    {
        await Host.Client.SignInAsync(await People.AddAsync(Host.Ledger, role));
        using var answer = await Host.Client.GetAsync(path, Token);

        ((int)answer.StatusCode).ShouldBe(status);
        if (status == 403)
            (await answer.WordsAsync()).ShouldContain($"This takes the role {(path == "/people" ? "admin" : "reviewer")}. You are signed in as {Roles.NameOf(role)}.");
    }

    [Fact]
    public async Task Post_HandlerAboveTheRole_IsRefusedAndDoesNothing()
    {
        await Host.Client.SignInAsync(await People.AddAsync(Host.Ledger, ApiRole.Operator));
        foreach (var address in new[] { "/evaluation?handler=Promote&model=1", "/evaluation?handler=Back", "/people?handler=Invite&role=admin", "/evaluation?handler=Nonsense", "/log" })
        {
            using var answer = await Host.Client.SendFormAsync("/account", address);
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden, address);
        }
        (await Host.Ledger.ListInvitationsAsync(Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task DemoDoor_OutsideADemo_IsNotThere()
    {
        using var answer = await Host.Client.SendFormAsync("/sign-in", "/demo/sign-in", ("role", "admin"));

        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
        (await Host.Client.GetStringAsync("/sign-in", Token)).ShouldNotContain("Look around");
        (await Host.Ledger.AnyAccountAsync(Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task Session_WithoutARequestForEightHours_Ends()
    {
        await Host.Client.SignInAsync(await People.AddAsync(Host.Ledger, ApiRole.Viewer));
        for (var i = 0; i < 4; i++)
        {
            _time.Advance(TimeSpan.FromHours(6));
            (await StatusAsync()).ShouldBe(HttpStatusCode.OK, "each request begins the eight hours anew");
        }
        _time.Advance(TimeSpan.FromHours(8) + TimeSpan.FromSeconds(1));
        (await StatusAsync()).ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Session_ThatOnlyRefreshesItself_IsNotProlonged()
    {
        await Host.Client.SignInAsync(await People.AddAsync(Host.Ledger, ApiRole.Viewer));
        _time.Advance(TimeSpan.FromHours(5));
        (await StatusAsync("/?handler=Live")).ShouldBe(HttpStatusCode.OK);
        _time.Advance(TimeSpan.FromHours(4));
        (await StatusAsync()).ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Session_AfterSevenDays_EndsHoweverBusy()
    {
        await Host.Client.SignInAsync(await People.AddAsync(Host.Ledger, ApiRole.Viewer));
        for (var hours = 0; hours < 7 * 24 - 6; hours += 6)
        {
            _time.Advance(TimeSpan.FromHours(6));
            (await StatusAsync()).ShouldBe(HttpStatusCode.OK);
        }
        _time.Advance(TimeSpan.FromHours(6));
        (await StatusAsync()).ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Session_AccountChangedElsewhere_EndsWithinAMinute()
    {
        await People.AddAsync(Host.Ledger, ApiRole.Admin);
        var account = await People.AddAsync(Host.Ledger, ApiRole.Viewer);
        await Host.Client.SignInAsync(account);
        (await StatusAsync()).ShouldBe(HttpStatusCode.OK);

        await Host.Ledger.SetEnabledAsync(account.Id, false, "a command", Token);
        (await StatusAsync()).ShouldBe(HttpStatusCode.OK, "the ledger is not asked at every request");
        _time.Advance(TimeSpan.FromSeconds(61));
        (await StatusAsync()).ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Session_AccountChangedHere_EndsAtOnce()
    {
        await Host.Client.SignInAsync(await People.AddAsync(Host.Ledger, ApiRole.Admin));
        var account = await People.AddAsync(Host.Ledger, ApiRole.Viewer);
        using var other = await People.Browser(Host.Address).SignInAsync(account);
        (await StatusAsync(browser: other)).ShouldBe(HttpStatusCode.OK);

        using var answer = await Host.Client.SendFormAsync("/people", "/people?handler=Role", ("id", $"{account.Id}"), ("role", "operator"));
        answer.Headers.Location!.ToString().ShouldBe("/people?done=role");
        (await StatusAsync(browser: other)).ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Session_LedgerGone_IsSaidInASentence()
    {
        await Host.Client.SignInAsync(await People.AddAsync(Host.Ledger, ApiRole.Viewer));
        (await StatusAsync()).ShouldBe(HttpStatusCode.OK);
        _time.Advance(TimeSpan.FromMinutes(2));
        Host.BreakLedger();

        using var answer = await Host.Client.GetAsync("/log", Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await answer.WordsAsync()).ShouldContain("This page could not be drawn");
    }

    [Fact]
    public async Task SignOut_Button_EndsTheSession()
    {
        await Host.Client.SignInAsync(await People.AddAsync(Host.Ledger, ApiRole.Viewer));
        using var answer = await Host.Client.SendFormAsync("/log", "/account?handler=Out");

        answer.Headers.Location!.ToString().ShouldBe("/sign-in?done=out");
        (await StatusAsync()).ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task SignOut_CopiedCookie_OpensNothingAndOtherSessionsGoOn()
    {
        var account = await People.AddAsync(Host.Ledger, ApiRole.Viewer);
        using var entered = await Host.Client.SendFormAsync("/sign-in", "/sign-in", ("name", account.SignIn), ("password", People.Password));
        var cookie = entered.Headers.GetValues("Set-Cookie").Single(text => text.StartsWith("crmsync=", StringComparison.Ordinal)).Split(';')[0];
        using var elsewhere = await People.Browser(Host.Address).SignInAsync(account);
        using var thief = People.Browser(Host.Address);
        thief.DefaultRequestHeaders.Add("Cookie", cookie);
        (await StatusAsync(browser: thief)).ShouldBe(HttpStatusCode.OK, "the copy is good while the session lasts");

        (await Host.Client.SendFormAsync("/log", "/account?handler=Out")).Dispose();

        (await StatusAsync(browser: thief)).ShouldBe(HttpStatusCode.Redirect);
        (await StatusAsync(browser: elsewhere)).ShouldBe(HttpStatusCode.OK);
        _time.Advance(TimeSpan.FromMinutes(2));
        (await StatusAsync(browser: thief)).ShouldBe(HttpStatusCode.Redirect, "the ledger remembers it");
    }

    [Theory]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("X-Forwarded-For", "10.0.0.1")]
    public async Task SignIn_BehindAProxyThatNobodyNamed_IsRefusedWithASentence(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in") { Headers = { { header, value } } };
        using var answer = await Host.Client.SendAsync(request, Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await answer.WordsAsync()).ShouldContain("CrmSync:Console:Proxies");
    }

    private async Task<HttpStatusCode> StatusAsync(string path = "/codes", HttpClient? browser = null)
    {
        using var answer = await (browser ?? Host.Client).GetAsync(path, Token);
        return answer.StatusCode;
    }

    private sealed class MovingTime : TimeProvider
    {
        private DateTimeOffset _now = ConsoleHost.Now;

        public void Advance(TimeSpan by) => _now += by;

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
