using System.Net;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Access;

/// <summary>The console behind a reverse proxy, as the whole host is put together: whom it believes, and what follows from that.</summary>
public sealed class ProxyTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-proxy-").FullName;
    private Ledger? _ledger;
    private WebApplication? _host;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
        if (_ledger is not null)
            await _ledger.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task SignIn_BehindADeclaredProxyWithHttps_GetsACookieThatOnlyThisHostOverHttpsTakes()
    {
        using var browser = await StartAsync("127.0.0.1");
        Forward(browser, "https");

        using var answer = await browser.GetAsync("/sign-in", Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.WordsAsync());
        answer.Headers.GetValues("Set-Cookie").ShouldAllBe(cookie => cookie.Contains("secure"));

        var account = await People.AddAsync(_ledger!, ApiRole.Viewer);
        using var entered = await SendAsync(browser, await answer.WordsAsync(), answer, account.SignIn);
        entered.StatusCode.ShouldBe(HttpStatusCode.Redirect, await entered.WordsAsync());
        var session = entered.Headers.GetValues("Set-Cookie").Single(cookie => cookie.Contains("crmsync=", StringComparison.Ordinal));
        session.ShouldStartWith("__Host-crmsync=");
        session.ShouldContain("secure");
    }

    [Fact]
    public async Task SignIn_BehindADeclaredProxyWithoutHttps_IsRefused()
    {
        using var browser = await StartAsync("127.0.0.1");
        Forward(browser, "http");

        using var answer = await browser.GetAsync("/sign-in", Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await answer.WordsAsync()).ShouldContain("Nobody can sign in over a plain connection");
    }

    [Fact]
    public async Task SignIn_HeadersOfSomebodyWhoIsNotTheProxy_AreNotBelieved()
    {
        using var browser = await StartAsync("10.0.0.5");
        Forward(browser, "https");

        using var answer = await browser.GetAsync("/sign-in", Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, "the name comes from the forwarded header only if the proxy is believed");

        browser.DefaultRequestHeaders.Host = null;
        using var other = await browser.GetAsync("/sign-in", Token);
        other.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await other.WordsAsync()).ShouldContain("CrmSync:Console:Proxies");
    }

    private static void Forward(HttpClient browser, string scheme)
    {
        browser.DefaultRequestHeaders.Host = "inside.example";
        browser.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        browser.DefaultRequestHeaders.Add("X-Forwarded-Proto", scheme);
        browser.DefaultRequestHeaders.Add("X-Forwarded-Host", "crmsync.example.com");
    }

    /// <summary>Over plain HTTP a client's own jar keeps secure cookies back; the proxy would not, so they are handed on here.</summary>
    private static async Task<HttpResponseMessage> SendAsync(HttpClient browser, string page, HttpResponseMessage form, string name)
    {
        var token = page.Split("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"")[1].Split('"')[0];
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in")
        {
            Content = new FormUrlEncodedContent([new("name", name), new("password", People.Password), new("__RequestVerificationToken", token)]),
        };
        request.Headers.Add("Cookie", string.Join("; ", form.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0])));
        return await browser.SendAsync(request, Token);
    }

    private async Task<HttpClient> StartAsync(string proxy)
    {
        var settings = new ServiceSettings
        {
            Ledger = { File = Path.Combine(_folder, "ledger.db") },
            Console = { Port = FreePort.Take(), PublicAddress = "https://crmsync.example.com", Proxies = [proxy] },
        };
        _ledger = await HostFactory.OpenLedgerAsync(settings, asHost: true, Token);
        _host = HostFactory.Create(settings, _ledger, new HostShape { LogLevel = LogLevel.Error });
        await _host.StartAsync(Token);
        return new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri($"http://127.0.0.1:{settings.Console.Port}") };
    }
}
