using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CrmSync.Connectors;
using CrmSync.Connectors.Http;
using CrmSync.IntegrationTests.Console;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth.SignOn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Access;

/// <summary>Single sign-on against a small provider of our own that checks what a real one checks: code, secret, redirect address, PKCE.</summary>
public sealed class SignOnTests : IAsyncLifetime
{
    private readonly FakeProvider _provider = new();
    private ConsoleHost? _host;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ConsoleHost Host => _host!;

    public async ValueTask InitializeAsync()
    {
        var address = await _provider.StartAsync();
        // The browser throws a cookie away that has run out by the real time.
        _host = await ConsoleHost.StartAsync(time: TimeProvider.System, role: null, configure: services =>
        {
            services.AddOutboundGate(new OutboundOptions { Allow = ["127.0.0.1"] });
            services.AddSignOn(new SignOnSettings
            {
                Enabled = true, Name = "Example login", ClientId = "crmsync", ClientSecret = FakeProvider.Secret,
                AuthorizationEndpoint = $"{address}authorize", TokenEndpoint = $"{address}token", UserInformationEndpoint = $"{address}user",
                Groups = { ["RevOps"] = ApiRole.Reviewer, ["Platform"] = ApiRole.Admin },
            });
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Theory]
    [InlineData("""["Everyone","RevOps"]""", "/review", ApiRole.Reviewer)]
    [InlineData("\"RevOps\"", "/review", ApiRole.Reviewer)]
    [InlineData("""["RevOps","Platform"]""", "/people", ApiRole.Admin)]
    public async Task SignOn_PersonOfAMappedGroup_GetsInWithTheHighestRoleAndWhereItWanted(string groups, string path, ApiRole role)
    {
        _provider.User = $$"""{"sub":"42","name":"Grace Hopper","groups":{{groups}}}""";
        using var answer = await EnterAsync(path);

        answer.Headers.Location!.ToString().ShouldBe(path);
        (await Host.Client.GetStringAsync(path, Token)).ShouldContain("Grace Hopper");
        var account = (await Host.Ledger.ListAccountsAsync(Token)).ShouldHaveSingleItem();
        (account.SignIn, account.Role, account.Origin).ShouldBe(("sso:42", role, AccountOrigin.SignOn));
        (await Host.Ledger.FindSignInAsync("sso:42", Token)).ShouldNotBeNull().PasswordHash.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"sub":"42","name":"Grace Hopper","groups":["Everyone"]}""", "None of your groups has a role here")]
    [InlineData("""{"sub":"42","name":"Grace Hopper"}""", "None of your groups has a role here")]
    [InlineData("""{"sub":"42","groups":{"RevOps":true}}""", "None of your groups has a role here")]
    [InlineData("""{"name":"Grace Hopper","groups":["RevOps"]}""", "did not say who you are")]
    [InlineData("""["RevOps"]""", "did not say who you are")]
    [InlineData("no json", "did not work this time")]
    public async Task SignOn_AnswerThatNamesNobodyWithARole_LetsNobodyIn(string user, string sentence)
    {
        _provider.User = user;
        using var answer = await EnterAsync("/log");

        answer.Headers.Location!.ToString().ShouldStartWith("/sign-in?refused=");
        (await (await Host.Client.GetAsync(answer.Headers.Location, Token)).WordsAsync()).ShouldContain(sentence);
        (await Host.Client.GetAsync("/log", Token)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await Host.Ledger.AnyAccountAsync(Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task SignOn_DisabledPerson_StaysOut()
    {
        await People.AddAsync(Host.Ledger, ApiRole.Admin);
        _provider.User = """{"sub":"42","name":"Grace Hopper","groups":["RevOps"]}""";
        (await EnterAsync("/")).Dispose();
        var account = (await Host.Ledger.FindSignInAsync("sso:42", Token)).ShouldNotBeNull().Account;
        await Host.Ledger.SetEnabledAsync(account.Id, false, "test", Token);

        using var answer = await EnterAsync("/", People.Browser(Host.Address));
        answer.Headers.Location!.ToString().ShouldBe("/sign-in?refused=disabled");
    }

    [Fact]
    public async Task SignOn_ReturnWithoutTheBrowserThatBegan_LetsNobodyIn()
    {
        _provider.User = """{"sub":"42","name":"Grace Hopper","groups":["RevOps"]}""";
        using var begun = await Host.Client.SendFormAsync("/sign-in", "/sign-in?handler=Company", ("return", "/"));
        using var back = await Host.Client.GetAsync(begun.Headers.Location, Token);
        using var stranger = People.Browser(Host.Address);

        using var answer = await stranger.GetAsync(back.Headers.Location, Token);
        answer.Headers.Location!.ToString().ShouldBe("/sign-in?refused=failed");
    }

    [Fact]
    public async Task SignOn_ReturnAddressElsewhere_LeadsHome()
    {
        _provider.User = """{"sub":"42","name":"Grace Hopper","groups":["RevOps"]}""";
        using var answer = await EnterAsync("//evil.example");

        answer.Headers.Location!.ToString().ShouldBe("/");
    }

    private async Task<HttpResponseMessage> EnterAsync(string path, HttpClient? browser = null)
    {
        browser ??= Host.Client;
        using var begun = await browser.SendFormAsync("/sign-in", "/sign-in?handler=Company", ("return", path));
        begun.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        using var back = await browser.GetAsync(begun.Headers.Location, Token);
        back.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        back.Headers.Location!.AbsolutePath.ShouldBe("/sign-on/return");
        return await browser.GetAsync(back.Headers.Location, Token);
    }

    private sealed class FakeProvider : IAsyncDisposable
    {
        public const string Secret = "the client's secret";
        private readonly ConcurrentDictionary<string, (string Challenge, string Redirect)> _codes = new();
        private WebApplication? _app;

        /// <summary>What the user-info endpoint answers.</summary>
        public string User { get; set; } = "{}";

        public async Task<string> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            _app = builder.Build();
            _app.MapGet("/authorize", (HttpRequest request) =>
            {
                var query = request.Query;
                if (query["response_type"] != "code" || query["client_id"] != "crmsync" || query["code_challenge_method"] != "S256" || query["scope"] != "openid profile email")
                    return Results.BadRequest();
                var code = Guid.NewGuid().ToString("N");
                _codes[code] = (query["code_challenge"]!, query["redirect_uri"]!);
                return Results.Redirect(QueryHelpers.AddQueryString(query["redirect_uri"]!, new Dictionary<string, string?> { ["code"] = code, ["state"] = query["state"] }));
            });
            _app.MapPost("/token", async (HttpRequest request) =>
            {
                var form = await request.ReadFormAsync();
                var challenge = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
                return form["client_secret"] == Secret && _codes.TryRemove(form["code"].ToString(), out var known) && known == (challenge, form["redirect_uri"].ToString())
                    ? Results.Text(JsonSerializer.Serialize(new { access_token = "token of access", token_type = "Bearer" }), "application/json")
                    : Results.BadRequest();
            });
            _app.MapGet("/user", (HttpRequest request) => request.Headers.Authorization == "Bearer token of access" ? Results.Text(User, "application/json") : Results.Unauthorized());
            await _app.StartAsync();
            return _app.Urls.First() + "/";
        }

        public async ValueTask DisposeAsync()
        {
            if (_app is not null)
                await _app.DisposeAsync();
        }
    }
}
