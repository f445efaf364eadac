using CrmSync.Connectors;
using CrmSync.Connectors.HubSpot;
using CrmSync.Pipeline.Model;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class HubSpotTokenTests : HubSpotBench
{
    private int _tokens;

    public HubSpotTokenTests() => Options = new HubSpotOptions
    {
        ClientId = "client-1",
        ClientSecret = "client-secret",
        RefreshToken = "refresh-0",
    };

    [Fact]
    public async Task FirstCall_RefreshToken_IsTradedByForm()
    {
        Grants();
        var sut = Sut();

        (await ReadAsync(sut)).Succeeded.ShouldBeTrue();

        Crm.Sent[0].PathAndQuery.ShouldBe("/oauth/2026-09/token");
        Crm.Sent[0].Authorization.ShouldBeNull();
        Crm.Sent[0].Body.ShouldBe("grant_type=refresh_token&client_id=client-1&client_secret=client-secret&refresh_token=refresh-0");
        Crm.Sent[1].Authorization.ShouldBe("Bearer access-1");
    }

    [Fact]
    public async Task Calls_OverTime_RenewAtFourFifthsWithTheRotatedToken()
    {
        Grants();
        var stores = ConnectorStores.InProcess(Clock);
        var sut = Sut(stores);
        await ReadAsync(sut);
        Clock.Advance(TimeSpan.FromMinutes(23));
        await ReadAsync(sut);
        Clock.Advance(TimeSpan.FromMinutes(2));
        await ReadAsync(sut);

        Sent("oauth").ShouldBe(2);
        Crm.Sent[^2].Body.ShouldEndWith("refresh_token=refresh-1");
        (await stores.Credentials.ReadAsync("hubspot-test", Token))!.RefreshToken.ShouldBe("refresh-2");
        // Another node begins with what is stored, not with what the configuration names.
        await ReadAsync(Sut(stores));
        Crm.Sent[^1].Authorization.ShouldBe("Bearer access-2");
        Sent("oauth").ShouldBe(2);
    }

    [Fact]
    public async Task AnyCall_TokenRefused_IsRenewedOnceAndThenStops()
    {
        Crm.Otherwise = request => request.PathAndQuery.StartsWith("/oauth", StringComparison.Ordinal)
            ? Grant()
            : ScriptedCrm.Answer(request.Authorization == "Bearer access-2" ? 200 : 401, None);
        var sut = Sut();
        (await ReadAsync(sut)).Succeeded.ShouldBeTrue();

        Crm.Otherwise = request => request.PathAndQuery.StartsWith("/oauth", StringComparison.Ordinal) ? Grant() : ScriptedCrm.Answer(401, "{}");
        (await ReadAsync(sut)).Failure!.Code.ShouldBe("hubspot.token_refused");
        // The second token was made because the first one was refused; a third one would be refused as well.
        Sent("oauth").ShouldBe(2);
    }

    [Theory]
    [InlineData("""{"error":"invalid_grant","error_description":"refresh token refresh-0 is invalid"}""", "hubspot.grant_dead")]
    [InlineData("""{"status":"BAD_REFRESH_TOKEN","message":"missing or invalid refresh token"}""", "hubspot.grant_dead")]
    [InlineData("""{"error":"invalid_client"}""", "hubspot.app_refused")]
    [InlineData("{}", "hubspot.app_refused")]
    public async Task AnyCall_GrantRefused_StopsWithoutSecretsAndWithoutHammering(string body, string code)
    {
        Answers(("oauth", 400, body));
        var sut = Sut();
        var failure = (await ReadAsync(sut)).Failure!;
        await ReadAsync(sut);

        (failure.Category, failure.Code).ShouldBe((FailureCategory.Stop, code));
        $"{failure} {failure.RemoteMessage}".ShouldNotContain("refresh-0");
        $"{failure} {failure.RemoteMessage}".ShouldNotContain("client-secret");
        Crm.Sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task AnyCall_StoredGrantDeadButANewOneConfigured_TakesTheNewOne()
    {
        Grants();
        var stores = ConnectorStores.InProcess(Clock);
        await ReadAsync(Sut(stores));
        Clock.Advance(TimeSpan.FromHours(1));
        Options.RefreshToken = "refresh-of-new-installation";
        Crm.Otherwise = request => !request.PathAndQuery.StartsWith("/oauth", StringComparison.Ordinal) ? ScriptedCrm.Answer(200, None)
            : request.Body.EndsWith("refresh-of-new-installation", StringComparison.Ordinal) ? Grant()
            : ScriptedCrm.Answer(400, """{"error":"invalid_grant"}""");

        (await ReadAsync(Sut(stores))).Succeeded.ShouldBeTrue();
    }

    [Theory]
    [InlineData(503, "hubspot.unavailable", 3)]
    [InlineData(200, "http.unreadable_answer", 1)]
    public async Task AnyCall_TokenEndpointInTrouble_IsTriedLater(int status, string code, int requests)
    {
        Answers(("oauth", status, "<html>"));

        var failure = (await ReadAsync(Sut())).Failure!;

        (failure.Category, failure.Code).ShouldBe((FailureCategory.Retry, code));
        Crm.Sent.Count.ShouldBe(requests);
    }

    [Fact]
    public async Task AnyCall_RenewalInTroubleForAnother_WaitsWithoutCountingATry()
    {
        Answers(("oauth", 200, "<html>"));
        var sut = Sut();
        (await ReadAsync(sut)).Failure!.Category.ShouldBe(FailureCategory.Retry);

        var failure = (await ReadAsync(sut)).Failure!;

        (failure.Category, failure.Code).ShouldBe((FailureCategory.Wait, "http.unreadable_answer"));
        failure.NotBefore.ShouldNotBeNull();
        Crm.Sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task AnyCall_VersionOfTheTokenEndpointUnknown_TriesTheFallBack()
    {
        Crm.Otherwise = request => request.PathAndQuery.Contains("oauth/2026-09", StringComparison.Ordinal) ? ScriptedCrm.Answer(404, "")
            : request.PathAndQuery.Contains("oauth/2026-03", StringComparison.Ordinal) ? Grant()
            : ScriptedCrm.Answer(200, None);

        (await ReadAsync(Sut())).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public void Create_HalfACredential_SaysWhatIsMissing()
    {
        Options = new HubSpotOptions { ClientId = "client-1", Token = "pat-na1-x" };
        Should.Throw<ArgumentException>(() => Sut()).Message.ShouldSatisfyAllConditions(
            message => message.ShouldContain("both a Token and a ClientId"), message => message.ShouldContain("no ClientSecret"));
        Options = new HubSpotOptions { RefreshToken = "refresh-0" };
        Should.Throw<ArgumentException>(() => Sut()).Message.ShouldContain("no ClientId");
    }

    [Fact]
    public async Task CheckAsync_ScopesThatCameWithTheToken_AreNamed()
    {
        Crm.Otherwise = request => request.PathAndQuery.StartsWith("/oauth", StringComparison.Ordinal)
            ? ScriptedCrm.Answer(200, """{"access_token":"a","expires_in":1800,"scopes":["crm.objects.contacts.read"]}""")
            : ScriptedCrm.Answer(200, """{"portalId":33,"results":[]}""");

        var scopes = (await Sut().CheckAsync(Token)).Single(check => check.Name == "Scopes");

        scopes.State.ShouldBe(HealthState.Warn);
        scopes.Sentence.ShouldContain("sales-email-read");
        scopes.Sentence.ShouldNotContain("crm.objects.contacts.read");
    }

    private static Task<Result<IReadOnlyDictionary<string, CrmSync.Pipeline.WriteBack.RecordState>>> ReadAsync(HubSpotConnector sut) =>
        sut.Writer.ReadAsync("notes", ["1"], ["l"], Token);

    private void Grants() => Crm.Otherwise = request =>
        request.PathAndQuery.StartsWith("/oauth", StringComparison.Ordinal) ? Grant() : ScriptedCrm.Answer(200, None);

    private HttpResponseMessage Grant()
    {
        _tokens++;
        return ScriptedCrm.Answer(200, $$"""{"access_token":"access-{{_tokens}}","refresh_token":"refresh-{{_tokens}}","expires_in":1800,"token_type":"bearer"}""");
    }
}
