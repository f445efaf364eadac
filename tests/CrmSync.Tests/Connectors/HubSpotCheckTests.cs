using CrmSync.Pipeline.Model;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class HubSpotCheckTests : HubSpotBench
{
    private const string NoScope = """{"category":"MISSING_SCOPES","errors":[{"context":{"requiredGranularScopes":["a.scope"]}}]}""";

    [Fact]
    public async Task CheckAsync_ScopesMissing_AreNamedTypeByType()
    {
        Answers(
            ("account-info", 200, """{"portalId":33}"""), ("emails/search", 403, NoScope), ("notes/deals", 403, NoScope),
            ("companies/batch/update", 403, NoScope), ("batch/update", 400, """{"category":"VALIDATION_ERROR"}"""), ("owners", 403, NoScope),
            ("properties", 200, """{"name":"crmsync_version","results":[]}"""), ("", 200, None));

        var checks = (await Sut().CheckAsync(Token)).ToDictionary(check => check.Name);

        checks.Values.Where(check => check.State != HealthState.Pass).Select(check => (check.Name, check.State)).ShouldBe([
            ("Reading emails", HealthState.Fail), ("Links to deals", HealthState.Warn), ("Writing companies", HealthState.Warn), ("Briefs as notes", HealthState.Warn), ("Owners", HealthState.Warn),
        ]);
        checks["Reading emails"].Sentence.ShouldContain("a.scope");
        checks["Reading emails"].Fix.ShouldContain("sales-email-read");
        checks["Writing companies"].Fix.ShouldContain("crm.objects.companies.write");
        checks["Briefs as notes"].Fix.ShouldContain("crm.objects.companies.write");
        checks["API version"].Sentence.ShouldContain("2026-09");
        checks.Keys.ShouldContain("Quota");
        checks.Keys.ShouldContain("Clock");
        checks["Webhooks"].Sentence.ShouldContain("polling alone");
    }

    [Fact]
    public async Task CheckAsync_WritingProbe_NamesNoRecord()
    {
        Answers(("account-info", 200, """{"portalId":33}"""), ("", 200, None));

        await Sut().CheckAsync(Token);

        var probes = Crm.Sent.Where(request => request.PathAndQuery.EndsWith("/batch/update", StringComparison.Ordinal)).ToList();
        probes.Count.ShouldBe(3);
        probes.ShouldAllBe(request => request.Json.GetProperty("inputs").GetArrayLength() == 0);
        Crm.Sent.ShouldAllBe(request => request.Method == "GET" || request.Method == "POST");
    }

    [Fact]
    public async Task CheckAsync_TokenRefused_AsksNothingElse()
    {
        Answers(("", 401, "{}"));

        (await Sut().CheckAsync(Token)).ShouldHaveSingleItem().State.ShouldBe(HealthState.Fail);
        Crm.Sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task CheckAsync_WebhookSecretGiven_IsSaid()
    {
        Options.WebhookSecret = "s";
        Answers(("account-info", 200, """{"portalId":33}"""), ("", 200, None));

        (await Sut().CheckAsync(Token)).Single(check => check.Name == "Webhooks").Sentence.ShouldContain("signed notices are taken");
    }
}
