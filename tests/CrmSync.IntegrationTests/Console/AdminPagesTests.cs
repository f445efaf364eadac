using System.Net;
using System.Text.RegularExpressions;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Alerts;
using CrmSync.Pipeline.Settings;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Storage.Reading;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Console;

/// <summary>Alerts, Audit, Settings, Taxonomies and a connection's desk, as a browser without script sees them.</summary>
public sealed class AdminPagesTests : IAsyncLifetime
{
    private ConsoleHost? _host;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ConsoleHost Host => _host!;

    private HttpClient Client => Host.Client;

    public async ValueTask InitializeAsync() => _host = await ConsoleHost.StartAsync(async seed =>
    {
        await seed.ConnectionsAsync();
        await seed.ActivitiesAsync(30, TimeSpan.FromMinutes(50));
    });

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    [Theory]
    [InlineData(ApiRole.Viewer, "/alerts", 200)]
    [InlineData(ApiRole.Viewer, "/taxonomies", 200)]
    [InlineData(ApiRole.Viewer, "/audit", 403)]
    [InlineData(ApiRole.Viewer, "/settings", 403)]
    [InlineData(ApiRole.Viewer, "/connections/hubspot-main", 403)]
    [InlineData(ApiRole.Operator, "/audit", 200)]
    [InlineData(ApiRole.Operator, "/settings", 200)]
    [InlineData(ApiRole.Operator, "/connections/hubspot-main", 200)]
    [InlineData(ApiRole.Operator, "/taxonomies/edit?taxonomy=stage", 403)]
    [InlineData(ApiRole.Admin, "/taxonomies/edit?taxonomy=stage", 200)]
    [InlineData(ApiRole.Admin, "/taxonomies/edit?taxonomy=none", 404)]
    [InlineData(ApiRole.Admin, "/connections/none", 404)]
    public async Task Get_ByRole_IsAnsweredOrRefused(ApiRole role, string path, int status)
    {
        using var browser = await BrowserAsync(role);
        using var answer = await browser.GetAsync(path, Token);
        ((int)answer.StatusCode).ShouldBe(status);
    }

    [Theory]
    [InlineData(ApiRole.Viewer, "/alerts?handler=Seen")]
    [InlineData(ApiRole.Viewer, "/alerts?handler=Silence")]
    [InlineData(ApiRole.Operator, "/settings")]
    [InlineData(ApiRole.Operator, "/taxonomies?handler=Relabel")]
    [InlineData(ApiRole.Operator, "/taxonomies/edit?handler=Apply&taxonomy=stage")]
    [InlineData(ApiRole.Reviewer, "/connections/hubspot-main?handler=Mode")]
    [InlineData(ApiRole.Reviewer, "/connections/hubspot-main?handler=Check")]
    public async Task Post_BelowTheRole_IsRefused(ApiRole role, string address)
    {
        using var browser = await BrowserAsync(role);
        using var answer = await browser.SendFormAsync("/account", address);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Alerts_Broken_SaysMeaningAndWayOutAndTakesActs()
    {
        (await Client.GetStringAsync("/alerts", Token)).ShouldContain("Nothing is watched yet");
        var verdict = new AlertVerdict("connection/hubspot-main", AlertKind.Connection, 1, AlertState.Broken, "HubSpot <b>does not</b> answer.", "Look at the token.");
        await Host.Ledger.SaveVerdictsAsync([verdict], [], Token);

        var page = await (await Client.GetAsync("/alerts", Token)).WordsAsync();
        page.ShouldContain("Look at the token.");
        page.ShouldContain("The CRM cannot be read or written.");
        (await Client.GetStringAsync("/alerts", Token)).ShouldNotContain("<b>does not</b>");

        (await PostAsync("/alerts", "/alerts?handler=Seen", ("key", verdict.Key))).ShouldBe("/alerts?done=seen");
        using (var refused = await Client.SendFormAsync("/alerts", "/alerts?handler=Silence", ("key", verdict.Key), ("hours", "8"), ("reason", " ")))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await refused.WordsAsync()).ShouldContain("A silence needs a reason");
        }
        (await PostAsync("/alerts", "/alerts?handler=Silence", ("key", verdict.Key), ("hours", "8"), ("reason", "known outage"))).ShouldBe("/alerts?done=silenced");
        (await Client.GetStringAsync("/alerts", Token)).ShouldContain("Test Admin looks after it");
        (await ActsAsync("alert")).Select(act => (act.Actor, act.Action, act.Reason)).ShouldBe([("Test Admin", "alert.silence", "known outage"), ("Test Admin", "alert.acknowledge", null)]);
    }

    [Fact]
    public async Task Audit_FiltersAreTheUrlAndTheFileHoldsTheSame()
    {
        await Host.Ledger.ChangeSettingAsync(new SettingChange("alert/mix_shift", "0.5", null, "0.25", "=HYPERLINK(1)", "why not"), Token);

        var page = await (await Client.GetAsync("/audit?action=setting", Token)).WordsAsync();
        page.ShouldContain("alert/mix_shift");
        page.ShouldNotContain("account.sign_in");
        (await (await Client.GetAsync("/audit?actor=nobody", Token)).WordsAsync()).ShouldContain("No act matches");
        (await (await Client.GetAsync("/audit?from=yesterday", Token)).WordsAsync()).ShouldContain("is no time for \"from\"");
        using var file = await Client.GetAsync("/audit?handler=Export&action=setting", Token);
        file.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        var lines = (await file.Content.ReadAsStringAsync(Token)).Trim().Split('\n');
        lines[0].ShouldBe("id,at,actor,action,subject,before,after,reason");
        lines.Length.ShouldBe(2);
        lines[1].ShouldContain("'=HYPERLINK(1)");
        (await Client.GetAsync("/audit?handler=Export&nonsense=1", Token)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Settings_Change_HoldsAtOnceAndAStaleFormIsRefused()
    {
        var page = await Client.GetStringAsync("/settings", Token);
        page.ShouldContain("CrmSync:Alerts:RejectedShare");
        page.ShouldNotContain("ClientSecret");

        (await PostAsync("/settings", "/settings", ("key", SettingKeys.AlertRejected), ("value", " 0.2 "), ("seen", ""), ("reason", "noisy"))).ShouldStartWith("/settings?done=");
        Host.Services.GetRequiredService<IAlertLimits>().Current.RejectedShare.ShouldBe(0.2);
        (await PostAsync("/settings", "/settings", ("key", SettingKeys.DayShare("hubspot-main")), ("value", "0.3"), ("seen", ""))).ShouldStartWith("/settings?done=");
        (await Client.GetStringAsync("/settings", Token)).ShouldContain("Set by Test Admin");

        using var stale = await Client.SendFormAsync("/settings", "/settings", ("key", SettingKeys.AlertRejected), ("value", "0.3"), ("seen", ""));
        stale.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await stale.WordsAsync()).ShouldContain("Test Admin set it to 0.2");

        (await PostAsync("/settings", "/settings", ("key", SettingKeys.AlertRejected), ("value", ""), ("seen", "0.2"))).ShouldStartWith("/settings?done=");
        Host.Services.GetRequiredService<IAlertLimits>().Current.RejectedShare.ShouldBe(0.05);
    }

    [Theory]
    [InlineData(SettingKeys.AlertRejected, "1,5", "is no number")]
    [InlineData(SettingKeys.AlertRejected, "0", "is out of range; give above 0 to 1")]
    [InlineData("retention/audit", "2.5", "is not a whole number")]
    [InlineData("threshold/stage", "NaN", "is no number")]
    [InlineData("threshold/none", "0.5", "There is no such setting")]
    public async Task Settings_ValueThatCannotBe_IsRefusedInASentence(string key, string value, string sentence)
    {
        using var answer = await Client.SendFormAsync("/settings", "/settings", ("key", key), ("value", value), ("seen", ""));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.WordsAsync()).ShouldContain(sentence);
        (await Host.Ledger.ListSettingsAsync(Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Taxonomies_EditedAsANewVersion_ArePreviewedAppliedAndCompared()
    {
        await Host.Ledger.EnterAsync(TaxonomySet.LoadShipped().All, Token);
        (await Client.GetStringAsync("/taxonomies", Token)).ShouldContain("crmsync_stage");
        var fields = Fields(await Client.GetStringAsync("/taxonomies/edit?taxonomy=stage", Token));
        fields["version"].ShouldBe("2");
        fields["definition-0"] = "What the first label covers now.";

        using var preview = await Client.SendFormAsync("/taxonomies/edit?taxonomy=stage", "/taxonomies/edit?handler=Preview&taxonomy=stage", Pairs(fields));
        preview.StatusCode.ShouldBe(HttpStatusCode.OK, await preview.WordsAsync());
        var words = await preview.WordsAsync();
        words.ShouldContain("What version 2 would change");
        words.ShouldContain("Put version 2 into use");
        (await Host.Ledger.ReadAdoptedAsync(Token)).ShouldBeEmpty("nothing is stored yet");

        fields["reason"] = "clearer";
        (await PostAsync("/taxonomies/edit?taxonomy=stage", "/taxonomies/edit?handler=Apply&taxonomy=stage", Pairs(fields))).ShouldStartWith("/taxonomies?done=stage");
        (await Host.Ledger.ReadAdoptedAsync(Token))["stage"].ShouldBe("2");
        var compared = await (await Client.GetAsync("/taxonomies?taxonomy=stage&from=1&to=2", Token)).WordsAsync();
        compared.ShouldContain("What the first label covers now.");
        (await ActsAsync("taxonomy")).ShouldHaveSingleItem().Reason.ShouldBe("clearer");
    }

    [Fact]
    public async Task Taxonomies_DraftThatCannotBe_IsRefusedInSentences()
    {
        var fields = Fields(await Client.GetStringAsync("/taxonomies/edit?taxonomy=engagement", Token));

        using (var same = await Client.SendFormAsync("/taxonomies", "/taxonomies/edit?handler=Preview&taxonomy=engagement", Pairs(fields)))
            (await same.WordsAsync()).ShouldContain("says the same as the one in use");
        fields["version"] = "1";
        fields["value-0"] = fields["value-1"];
        fields["colour-0"] = "red";
        using var refused = await Client.SendFormAsync("/taxonomies", "/taxonomies/edit?handler=Apply&taxonomy=engagement", Pairs(fields));
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var words = await refused.WordsAsync();
        words.ShouldContain("CRM values are unique");
        words.ShouldContain("is no colour");
        fields["seen"] = "0";
        using var stale = await Client.SendFormAsync("/taxonomies", "/taxonomies/edit?handler=Apply&taxonomy=engagement", Pairs(fields));
        stale.StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Connection_PausedWithReason_GoesBackByItselfOrByHand()
    {
        using (var refused = await Client.SendFormAsync("/connections/hubspot-main", "/connections/hubspot-main?handler=Mode", ("mode", "paused"), ("hours", "4")))
            (await refused.WordsAsync()).ShouldContain("A pause needs a reason");
        (await PostAsync("/connections/hubspot-main", "/connections/hubspot-main?handler=Mode", ("mode", "paused"), ("hours", "0"), ("reason", "CRM migration"))).ShouldEndWith("done=mode");
        (await Client.GetStringAsync("/connections/hubspot-main", Token)).ShouldContain("CRM migration");
        (await PostAsync("/connections/hubspot-main", "/connections/hubspot-main?handler=Mode", ("mode", "resume"), ("hours", "0"))).ShouldEndWith("done=mode");
        (await ActsAsync("connection")).Select(act => (act.Actor, act.After)).ShouldBe([("Test Admin", "on"), ("Test Admin", "paused")]);
        using var again = await Client.SendFormAsync("/connections/hubspot-main", "/connections/hubspot-main?handler=Mode", ("mode", "nonsense"), ("hours", "0"));
        again.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static Dictionary<string, string> Fields(string page)
    {
        var main = page[page.IndexOf("<main", StringComparison.Ordinal)..];
        var fields = new Dictionary<string, string>();
        foreach (Match input in Regex.Matches(main, "<input[^>]*>"))
        {
            var name = Regex.Match(input.Value, " name=\"([^\"]+)\"").Groups[1].Value;
            if (name.Length > 0 && name != "__RequestVerificationToken" && !input.Value.Contains("checkbox", StringComparison.Ordinal))
                fields[name] = WebUtility.HtmlDecode(Regex.Match(input.Value, " value=\"([^\"]*)\"").Groups[1].Value);
        }
        foreach (Match area in Regex.Matches(main, "<textarea[^>]* name=\"([^\"]+)\"[^>]*>([^<]*)</textarea>"))
            fields[area.Groups[1].Value] = WebUtility.HtmlDecode(area.Groups[2].Value);
        return fields;
    }

    private static (string, string)[] Pairs(Dictionary<string, string> fields) => [.. fields.Select(pair => (pair.Key, pair.Value))];

    private async Task<HttpClient> BrowserAsync(ApiRole role) => await People.Browser(Host.Address).SignInAsync(await People.AddAsync(Host.Ledger, role, "2"));

    private async Task<string> PostAsync(string page, string address, params (string Name, string Value)[] fields)
    {
        using var answer = await Client.SendFormAsync(page, address, fields);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, await answer.WordsAsync());
        return answer.Headers.Location!.ToString();
    }

    private async Task<IReadOnlyList<AuditRow>> ActsAsync(string action) =>
        (await new AuditQueries(Host.Ledger).ListAsync(new AuditFilter { Action = action }, new PageRequest(null, null), Token)).Rows;
}
