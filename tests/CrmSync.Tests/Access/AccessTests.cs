using System.Net;
using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using CrmSync.Service.Auth.SignOn;
using CrmSync.Service.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Access;

public sealed class AccessTests
{
    [Theory]
    [InlineData("/log?outcome=applied", "/log?outcome=applied")]
    [InlineData("/", "/")]
    [InlineData(null, "/")]
    [InlineData("", "/")]
    [InlineData("log", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("/a\nb", "/")]
    [InlineData("\\\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/Sign-In", "/")]
    public void Local_Address_IsAPathOfThisHostOrHome(string? address, string expected) => SafeReturn.Local(address).ShouldBe(expected);

    [Theory]
    [InlineData("http", "127.0.0.1", "localhost", null, true)]
    [InlineData("http", "::1", "[::1]", null, true)]
    [InlineData("https", "203.0.113.7", "crm.example", null, true)]
    [InlineData("http", "203.0.113.7", "crm.example", null, false)]
    [InlineData("http", "203.0.113.7", "localhost", null, false)]
    [InlineData("http", "127.0.0.1", "crm.example", null, false)]
    [InlineData("http", "127.0.0.1", "localhost", "X-Forwarded-Proto", false)]
    [InlineData("http", "127.0.0.1", "localhost", "Forwarded", false)]
    [InlineData("http", null, "localhost", null, false)]
    public async Task SecureDoor_Connection_IsServedOnlyWhereNobodyReadsAlong(string scheme, string? remote, string host, string? header, bool served)
    {
        foreach (var path in new[] { "/sign-in", "/invitation/abc", "/Sign-In", "/demo/sign-in", "/sign-on/return" })
        {
            var context = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
            (context.Request.Scheme, context.Request.Host, context.Request.Path) = (scheme, new HostString(host), path);
            context.Connection.RemoteIpAddress = remote is null ? null : IPAddress.Parse(remote);
            if (header is not null)
                context.Request.Headers[header] = "https";
            var reached = false;
            await new SecureDoor(_ => { reached = true; return Task.CompletedTask; }).InvokeAsync(context);
            reached.ShouldBe(served, path);
            context.Response.StatusCode.ShouldBe(served ? 200 : 403);
        }
    }

    [Fact]
    public void SessionCookies_UnderHttps_HaveTheHostPrefixAndTakeNoOther()
    {
        var cookies = new SessionCookies();
        var context = new DefaultHttpContext { Request = { Scheme = "https" } };
        context.Request.Headers.Cookie = "crmsync=planted";
        cookies.GetRequestCookie(context, "crmsync").ShouldBeNull();
        context.Request.Headers.Cookie = "__Host-crmsync=ours";
        cookies.GetRequestCookie(context, "crmsync").ShouldBe("ours");
        cookies.AppendResponseCookie(context, "crmsync", "value", new CookieOptions { Secure = true, Path = "/", HttpOnly = true });
        context.Response.Headers.SetCookie.ToString().ShouldStartWith("__Host-crmsync=value; path=/; secure; httponly");
    }

    [Fact]
    public void Verify_NoHash_TakesTheSameWorkAsAWrongPassword()
    {
        var passwords = new Passwords();
        var hash = passwords.Hash("a quiet password");
        hash.ShouldNotContain("quiet");
        passwords.Hash("a quiet password").ShouldNotBe(hash, "each has a salt of its own");
        passwords.Verify(hash, "a quiet password", out var better).ShouldBeTrue();
        better.ShouldBeNull();
        passwords.Verify(hash, "another password", out _).ShouldBeFalse();
        passwords.Verify(null, "a quiet password", out _).ShouldBeFalse();
        passwords.Verify(hash, new string('x', 100_000), out _).ShouldBeFalse();
        passwords.Verify(hash, null, out _).ShouldBeFalse();
        long Ticks(string? stored)
        {
            var start = TimeProvider.System.GetTimestamp();
            passwords.Verify(stored, "another password", out _);
            return TimeProvider.System.GetElapsedTime(start).Ticks;
        }

        // Medians of interleaved runs on a shared machine: a hash that was left out would differ by a factor of thousands.
        var pairs = Enumerable.Range(0, 9).Select(_ => (Known: Ticks(hash), Unknown: Ticks(null))).ToList();
        var ratio = (double)pairs.Select(pair => pair.Unknown).Order().ElementAt(4) / pairs.Select(pair => pair.Known).Order().ElementAt(4);
        ratio.ShouldBeInRange(0.2, 5);
    }

    [Fact]
    public void Verify_HashOfFewerRounds_IsRightAndHashedHarder()
    {
        var weak = new Microsoft.AspNetCore.Identity.PasswordHasher<object>(
            Microsoft.Extensions.Options.Options.Create(new Microsoft.AspNetCore.Identity.PasswordHasherOptions { IterationCount = 1000 })).HashPassword(new object(), "a quiet password");
        var passwords = new Passwords();
        passwords.Verify(weak, "a quiet password", out var better).ShouldBeTrue();
        passwords.Verify(better.ShouldNotBeNull(), "a quiet password", out var again).ShouldBeTrue();
        again.ShouldBeNull();
    }

    [Theory]
    [InlineData("  Ada@Example.COM ", "ada@example.com")]
    [InlineData("ＡＤＡ", "ada")]
    [InlineData(null, "")]
    public void Fold_Name_IsComparable(string? text, string expected) => AccountRules.Fold(text).ShouldBe(expected);

    // A fact of its own: a theory's text travels in UTF-8, which has no lone surrogates.
    [Fact]
    public void Fold_LoneSurrogate_IsNoName() => AccountRules.Fold("a\uD800b").ShouldBe("");

    [Fact]
    public void HashOf_Token_KnowsItsForm()
    {
        InvitationLinks.HashOf(null).ShouldBeNull();
        InvitationLinks.HashOf("short").ShouldBeNull();
        InvitationLinks.HashOf(new string('ä', 43)).ShouldBeNull();
        InvitationLinks.HashOf(new string('a', 43)).ShouldNotBeNull().Length.ShouldBe(64);
    }

    [Fact]
    public void Settings_Defaults_AreTheDesigns()
    {
        var settings = Bind();
        var options = new AccessOptions();
        settings.SignIn.Apply(options);
        (options.IdleSession, options.LongestSession).ShouldBe((TimeSpan.FromHours(8), TimeSpan.FromDays(7)));
        settings.SignOn.Enabled.ShouldBeFalse();
        settings.Console.ListenAddress.ShouldBeNull("this machine alone");
        settings.Console.ProxyNetworks.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Console:Listen", "everywhere", "CrmSync:Console:Listen is 'everywhere'")]
    [InlineData("Console:Proxies:0", "my-proxy", "CrmSync:Console:Proxies has 'my-proxy'")]
    [InlineData("Console:PublicAddress", "http://crm.example", "CrmSync:Console:PublicAddress")]
    [InlineData("Console:Hosts:0", "crm.example:80", "CrmSync:Console:Hosts has")]
    [InlineData("SignIn:LongestSession", "01:00:00", "CrmSync:SignIn:LongestSession")]
    [InlineData("SignIn:Tries", "0", "CrmSync:SignIn:Tries is 0")]
    [InlineData("SignOn:Enabled", "true", "CrmSync:SignOn:Groups is empty")]
    [InlineData("SignOn:Enabled", "true", "CrmSync:SignOn:TokenEndpoint is ''")]
    public void Settings_ThatWillNotDo_AreNamed(string name, string value, string sentence) =>
        Should.Throw<SettingsException>(() => Bind((name, value))).Message.ShouldContain(sentence);

    [Fact]
    public void Proxies_AddressOrNetwork_AreBoth() =>
        Bind(("Console:Proxies:0", "10.0.0.5"), ("Console:Proxies:1", "fd00::/8")).Console.ProxyNetworks.Select(network => network.ToString()).ShouldBe(["10.0.0.5/32", "fd00::/8"]);

    [Fact]
    public void SignOnSettings_PlainHttpEndpoint_IsRefused() => new SignOnSettings
    {
        Enabled = true, AuthorizationEndpoint = "https://id.example/a", TokenEndpoint = "http://id.example/t", UserInformationEndpoint = "https://id.example/u", ClientId = "x", ClientSecret = "y",
        Groups = { ["g"] = ApiRole.Viewer },
    }.Faults("CrmSync:SignOn").ShouldHaveSingleItem().ShouldContain("TokenEndpoint");

    private static ServiceSettings Bind(params (string Name, string Value)[] values) =>
        SettingsReader.Bind(new ConfigurationBuilder().AddInMemoryCollection(values.Select(pair => KeyValuePair.Create($"CrmSync:{pair.Name}", (string?)pair.Value))).Build());
}
