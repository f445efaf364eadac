using System.Net;
using System.Text.RegularExpressions;
using CrmSync.IntegrationTests.Console;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Access;

/// <summary>Invitations, one's own account, other people's accounts.</summary>
public sealed partial class PeoplePagesTests : IAsyncLifetime
{
    private ConsoleHost? _host;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ConsoleHost Host => _host!;

    public async ValueTask InitializeAsync() => _host = await ConsoleHost.StartAsync(role: null);

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    [Fact]
    public async Task FirstAdmin_LinkOnTheTerminal_MakesTheFirstAccountAndThenOpensNothing()
    {
        using var terminal = new StringWriter();
        await FirstAdmin.InviteAsync(Host.Services, Host.Address, terminal, Token);
        await FirstAdmin.InviteAsync(Host.Services, Host.Address, terminal, Token);
        var links = Link().Matches(terminal.ToString()).Select(match => new Uri(match.Value).AbsolutePath).ToList();
        links.Count.ShouldBe(2, "every start prints one while there is no account");

        (await Host.Client.GetStringAsync(links[0], Token)).ShouldContain("admin");
        using var made = await AcceptAsync(links[0], "ada@example.com", "Ada Lovelace", People.Password);
        made.Headers.Location!.ToString().ShouldBe("/");
        (await Host.Client.GetStringAsync("/people", Token)).ShouldContain("Ada Lovelace", Case.Sensitive, "whoever accepts is signed in");

        (await Host.Client.GetAsync(links[0], Token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Host.Client.GetAsync(links[1], Token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var later = new StringWriter();
        await FirstAdmin.InviteAsync(Host.Services, Host.Address, later, Token);
        later.ToString().ShouldBeEmpty();
    }

    [Fact]
    public async Task FirstAdmin_OutputThatGoesIntoALog_HoldsNoLink()
    {
        await FirstAdmin.InviteAsync(Host.Services, Host.Address, terminal: null, Token);

        (await Host.Ledger.ListInvitationsAsync(Token)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a", "Eve Person", "a quiet password", "a quiet password", "3 to 100 characters")]
    [InlineData("eve smith", "Eve Person", "a quiet password", "a quiet password", "without spaces")]
    [InlineData("eve@example.com", "E\u202Eve", "a quiet password", "a quiet password", "cannot be seen")]
    [InlineData("eve@example.com", "Console", "a quiet password", "a quiet password", "stands for the service itself")]
    [InlineData("eve@example.com", "Eve Person", "short", "short", "at least 12 characters")]
    [InlineData("eve@example.com", "Eve Person", "aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", "repeats itself")]
    [InlineData("eve@example.com", "Eve Person", "EVE is my own name", "EVE is my own name", "holds the sign-in name")]
    [InlineData("eve@example.com", "Eve Person", "a quiet password", "another password", "differ")]
    public async Task Invitation_WhatWillNotDo_IsSaidAndTheLinkStaysGood(string signIn, string name, string password, string again, string sentence)
    {
        var path = (await InvitationLinks.CreateAsync(Host.Ledger, InvitationKind.Person, ApiRole.Reviewer, null, "", TimeSpan.FromHours(1), "test", Token))!;

        using var refused = await AcceptAsync(path, signIn, name, password, again);
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var page = await refused.WordsAsync();
        page.ShouldContain(sentence);
        page.ShouldNotContain(password, Case.Sensitive, "a password is never shown again");
        using var made = await AcceptAsync(path, "eve@example.com", "Eve Person", People.Password);
        made.StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task People_AnAdminsWork_IsDoneByButtonsAndEnteredUnderTheAdminsName()
    {
        var admin = await People.AddAsync(Host.Ledger, ApiRole.Admin);
        await Host.Client.SignInAsync(admin);

        using var invited = await Host.Client.SendFormAsync("/people", "/people?handler=Invite", ("role", "reviewer"), ("note", "for <b>Bob</b>"));
        var page = await invited.Content.ReadAsStringAsync(Token);
        page.ShouldContain("for &lt;b&gt;Bob&lt;/b&gt;");
        var link = new Uri(Link().Match(page).Value).AbsolutePath;
        (await Host.Client.GetStringAsync("/people", Token)).ShouldNotContain(link, Case.Sensitive, "it is shown once");
        using var bobs = People.Browser(Host.Address);
        using (await AcceptAsync(link, "bob@example.com", "Bob", People.Password, browser: bobs))
            (await bobs.GetAsync("/review", Token)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var bob = (await Host.Ledger.FindSignInAsync("bob@example.com", Token)).ShouldNotBeNull().Account;

        (await PostAsync("Enable", ("id", $"{bob.Id}"), ("enabled", "false"))).Headers.Location!.ToString().ShouldBe("/people?done=disabled");
        (await bobs.GetAsync("/review", Token)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        await PostAsync("Enable", ("id", $"{bob.Id}"), ("enabled", "true"));
        var reset = new Uri(Link().Match(await (await PostAsync("Reset", ("id", $"{bob.Id}"))).Content.ReadAsStringAsync(Token)).Value).AbsolutePath;
        using (var set = await bobs.SendFormAsync(reset, reset, ("password", "a louder password"), ("again", "a louder password")))
            set.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await bobs.GetAsync("/review", Token)).StatusCode.ShouldBe(HttpStatusCode.OK);

        foreach (var (handler, fields) in new (string, (string, string)[])[] { ("Role", [("id", $"{admin.Id}"), ("role", "viewer")]), ("Enable", [("id", $"{admin.Id}"), ("enabled", "false")]) })
        {
            using var refused = await PostAsync(handler, fields);
            refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
            (await refused.WordsAsync()).ShouldContain("This is the last admin who can sign in");
        }
        await using var db = await Host.Ledger.OpenReadAsync(Token);
        var acts = await Dapper.SqlMapper.QueryAsync<string>(db, "select actor || ' ' || action from audit where actor = 'Test Admin' order by id");
        acts.ShouldBe(["Test Admin account.create", "Test Admin account.sign_in", "Test Admin invitation.create", "Test Admin account.disable", "Test Admin account.enable", "Test Admin account.reset"]);
    }

    [Fact]
    public async Task Account_NameAndPassword_AreChangedByTheirOwner()
    {
        await Host.Client.SignInAsync(await People.AddAsync(Host.Ledger, ApiRole.Viewer));
        using var elsewhere = await People.Browser(Host.Address).SignInAsync((await Host.Ledger.FindSignInAsync("viewer@example.com", Token))!.Account);

        (await Host.Client.SendFormAsync("/account", "/account?handler=Name", ("name", "Grace  Hopper"))).Headers.Location!.ToString().ShouldBe("/account?done=name");
        (await Host.Client.GetStringAsync("/account?done=name", Token)).ShouldContain("<b>Grace Hopper</b>");

        using (var wrong = await Host.Client.SendFormAsync("/account", "/account?handler=Password", ("current", "not mine"), ("password", "a louder password"), ("again", "a louder password")))
            (await wrong.WordsAsync()).ShouldContain("The current password is not right.");
        (await Host.Client.SendFormAsync("/account", "/account?handler=Password", ("current", People.Password), ("password", "a louder password"), ("again", "a louder password")))
            .Headers.Location!.ToString().ShouldBe("/account?done=password");
        (await Host.Client.GetAsync("/account", Token)).StatusCode.ShouldBe(HttpStatusCode.OK, "the browser that changed it stays in");
        (await elsewhere.GetAsync("/account", Token)).StatusCode.ShouldBe(HttpStatusCode.Redirect, "the others do not");

        (await Host.Client.SendFormAsync("/account", "/account?handler=End")).Headers.Location!.ToString().ShouldBe("/sign-in?done=everywhere");
        (await Host.Client.GetAsync("/account", Token)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Keys_AfterARestart_KeepSessionsAndForms()
    {
        var folder = Directory.CreateTempSubdirectory("crmsync-restart-").FullName;
        var first = await ConsoleHost.StartAsync(role: null, folder: folder);
        var account = await People.AddAsync(first.Ledger, ApiRole.Viewer);
        using var answer = await first.Client.SendFormAsync("/sign-in", "/sign-in", ("name", account.SignIn), ("password", People.Password));
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(text => text.StartsWith("crmsync=", StringComparison.Ordinal)).Split(';')[0];
        await first.StopAsync();

        await using var second = await ConsoleHost.StartAsync(role: null, folder: folder);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/account") { Headers = { { "Cookie", cookie } } };
        using var page = await second.Client.SendAsync(request, Token);
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private Task<HttpResponseMessage> PostAsync(string handler, params (string, string)[] fields) => Host.Client.SendFormAsync("/people", $"/people?handler={handler}", fields);

    private Task<HttpResponseMessage> AcceptAsync(string path, string signIn, string name, string password, string? again = null, HttpClient? browser = null) =>
        (browser ?? Host.Client).SendFormAsync(path, path, ("name", signIn), ("person", name), ("password", password), ("again", again ?? password));

    [GeneratedRegex("http://[0-9a-z.:]+/invitation/[A-Za-z0-9_-]{43}", RegexOptions.NonBacktracking)]
    private static partial Regex Link();
}
