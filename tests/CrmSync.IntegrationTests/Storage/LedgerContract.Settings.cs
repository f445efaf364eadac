using CrmSync.Pipeline.Alerts;
using CrmSync.Pipeline.Settings;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Storage.Reading;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task ChangeSettingAsync_StaleForm_IsRefusedWithWhatHolds()
    {
        (await SetAsync("alert/mix_shift", "0.4", null, "ada")).Answer.ShouldBe(SettingAnswer.Changed);
        var refused = await SetAsync("alert/mix_shift", "0.5", null, "bob");
        refused.Answer.ShouldBe(SettingAnswer.Stale);
        refused.Now.ShouldNotBeNull().ShouldSatisfyAllConditions(row => row.Value.ShouldBe("0.4"), row => row.By.ShouldBe("ada"));
        (await SetAsync("alert/mix_shift", "0.4", "0.4", "bob")).Answer.ShouldBe(SettingAnswer.Unchanged);
        (await SetAsync("alert/mix_shift", null, "0.4", "bob")).Now.ShouldBeNull();

        (await Ledger.ListSettingsAsync(Token)).ShouldBeEmpty();
        var acts = (await new AuditQueries(Ledger).ListAsync(new AuditFilter { Action = "setting" }, new PageRequest(null, null), Token)).Rows;
        acts.Select(act => (act.Actor, act.Subject, act.Before, act.After, act.Reason)).ShouldBe(
            [("bob", "alert/mix_shift", "0.4", "0.25 (configuration)", "because"), ("ada", "alert/mix_shift", "0.25", "0.4", "because")]);
    }

    [Fact]
    public async Task ChangeSettingAsync_TwoAtOnce_OneIsTold()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 6).Select(number => Task.Run(() => SetAsync("budget/x", $"0.{number}", null, $"p{number}"), Token)));

        outcomes.Count(outcome => outcome.Answer is SettingAnswer.Changed).ShouldBe(1);
        outcomes.Count(outcome => outcome.Answer is SettingAnswer.Stale).ShouldBe(5);
    }

    [Fact]
    public async Task AdoptAsync_NewVersion_WinsOnceAndIsKept()
    {
        var stage = TaxonomySet.LoadShipped()["stage"];
        await Ledger.EnterAsync([stage], Token);
        var second = TaxonomyFile.Parse(stage.Text.Replace("\"version\": \"1\"", "\"version\": \"2\"", StringComparison.Ordinal), "second");
        var other = TaxonomyFile.Parse(second.Text.Replace("Follow-Up", "Following up", StringComparison.Ordinal), "other");

        (await Ledger.AdoptAsync(second, "1", "ada", "clearer", Token)).ShouldBe(AdoptAnswer.Adopted);
        (await Ledger.AdoptAsync(TaxonomyFile.Parse(stage.Text.Replace("\"version\": \"1\"", "\"version\": \"3\"", StringComparison.Ordinal), "third"), "1", "bob", null, Token)).ShouldBe(AdoptAnswer.Stale);
        (await Ledger.AdoptAsync(other, "2", "bob", null, Token)).ShouldBe(AdoptAnswer.VersionTaken);

        (await Ledger.ReadAdoptedAsync(Token)).ShouldHaveSingleItem().ShouldBe(KeyValuePair.Create("stage", "2"));
        (await Ledger.ListTaxonomiesAsync(Token)).Count(version => version.Id == "stage").ShouldBe(2);
        (await new AuditQueries(Ledger).ListAsync(new AuditFilter { Action = "taxonomy.adopt" }, new PageRequest(null, null), Token)).Rows.ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(act => act.Before.ShouldBe("1"), act => act.After.ShouldBe("2"), act => act.Reason.ShouldBe("clearer"));
    }

    [Fact]
    public async Task Alerts_Silenced_AreToldWhenTheSilenceEndsAndNotWhenItIsFineAgain()
    {
        var ops = new FakeChannel("ops");
        await SaveAsync(AlertState.Fine, ops);
        (await Ledger.SilenceAlertAsync("connection/hubspot-main", TimeProvider.System.GetUtcNow().AddHours(1), "ada", "maintenance", Token)).ShouldBeTrue();
        await SaveAsync(AlertState.Broken, ops);
        await SendAsync(ops);
        ops.Sent.ShouldBeEmpty();
        (await Ledger.AcknowledgeAlertAsync("connection/hubspot-main", "bob", null, Token)).ShouldBeTrue();
        (await Ledger.AcknowledgeAlertAsync("connection/hubspot-main", "carl", null, Token)).ShouldBeFalse("somebody looks after it already");
        (await Ledger.ListAlertsAsync(Token)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            thing => thing.SeenBy.ShouldBe("bob"), thing => thing.SilencedBy.ShouldBe("ada"), thing => thing.SilencedUntil.ShouldNotBeNull());

        (await Ledger.SilenceAlertAsync("connection/hubspot-main", null, "ada", null, Token)).ShouldBeTrue();
        await SendAsync(ops);
        ops.Sent.ShouldHaveSingleItem().State.ShouldBe(AlertState.Broken);
        await SaveAsync(AlertState.Fine, ops);
        (await Ledger.ListAlertsAsync(Token)).ShouldHaveSingleItem().SeenBy.ShouldBeNull();
        (await Ledger.SilenceAlertAsync("nothing", null, "ada", null, Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task AlertHistory_Paged_GivesEveryChangeOnceNewestFirst()
    {
        var ops = new FakeChannel("ops");
        await SaveAsync(AlertState.Fine, ops);
        for (var i = 0; i < 5; i++)
            await SaveAsync(i % 2 == 0 ? AlertState.Broken : AlertState.Fine, ops);
        var queries = new AlertQueries(Ledger);

        var first = await queries.PageAsync(new PageRequest(null, null, 2), Token);
        var second = await queries.PageAsync(new PageRequest(first.Older, null, 2), Token);
        var third = await queries.PageAsync(new PageRequest(second.Older, null, 2), Token);

        var all = first.Rows.Concat(second.Rows).Concat(third.Rows).Select(one => one.Id).ToList();
        all.Count.ShouldBe(5);
        all.ShouldBe(all.OrderDescending());
        third.Older.ShouldBeNull();
        (await queries.PageAsync(new PageRequest(null, third.Newer, 2), Token)).Rows.Select(one => one.Id).ShouldBe(second.Rows.Select(one => one.Id));
        first.Rows[0].Deliveries.ShouldHaveSingleItem().Channel.ShouldBe("ops");
    }

    private Task<SettingOutcome> SetAsync(string key, string? value, string? seen, string actor) =>
        Ledger.ChangeSettingAsync(new SettingChange(key, value, seen, "0.25", actor, "because"), Token);
}
