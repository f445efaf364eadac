using System.Net;
using System.Text.RegularExpressions;
using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Testing;

/// <summary>People of tests, and browsers without script that they sit at.</summary>
internal static partial class People
{
    public const string Password = "a quiet password of tests";

    /// <summary>For hosts whose tests are not about the strength of hashes: a strong one for each would take half of their time.</summary>
    public static readonly Passwords QuickPasswords = new(rounds: 1);

    private static readonly string Hash = QuickPasswords.Hash(Password);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Makes an account by an invitation, such as "admin@example.com", called "Test Admin".</summary>
    public static async Task<Account> AddAsync(IAccountStore accounts, ApiRole role, string suffix = "")
    {
        var name = Roles.NameOf(role) + suffix;
        var token = Guid.NewGuid().ToString("N");
        await accounts.InviteAsync(new NewInvitation(token, InvitationKind.Person, role, null, "", TimeSpan.FromHours(1)), "test", Token);
        var (outcome, account) = await accounts.AcceptInvitationAsync(token, new NewAccount($"{name}@example.com", $"Test {role}{suffix}", Hash), Token);
        outcome.ShouldBe(AccountOutcome.Done);
        return account!;
    }

    /// <summary>A browser with cookies and without redirects.</summary>
    public static HttpClient Browser(Uri address) => new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address };

    /// <summary>Types name and password at the door.</summary>
    public static async Task<HttpClient> SignInAsync(this HttpClient browser, Account account)
    {
        using var answer = await browser.SendFormAsync("/sign-in", "/sign-in", ("name", account.SignIn), ("password", Password));
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, await answer.Content.ReadAsStringAsync(Token));
        return browser;
    }

    /// <summary>Opens a page with a form and sends the form that it has to an address.</summary>
    public static async Task<HttpResponseMessage> SendFormAsync(this HttpClient browser, string page, string address, params (string Name, string Value)[] fields)
    {
        var html = await (await browser.GetAsync(page, Token)).Content.ReadAsStringAsync(Token);
        var token = WebUtility.HtmlDecode(FormToken().Match(html).Groups[1].Value);
        token.ShouldNotBeEmpty($"{page} has a form: {html}");
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)).Append(new("__RequestVerificationToken", token)));
        return await browser.PostAsync(address, form, Token);
    }

    /// <summary>The words of an answer, entities decoded.</summary>
    public static async Task<string> WordsAsync(this HttpResponseMessage answer) => WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Token));

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex FormToken();
}
