using CrmSync.Connectors.HubSpot;
using CrmSync.Pipeline.Settings;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Service;

/// <summary>Who reads the settings that people change while hosts run.</summary>
public sealed class ChangedSettingsTests
{
    private readonly Store _store = new();
    private readonly ServiceSettings _settings = new()
    {
        Classification = { Thresholds = { ["engagement"] = 0.6 }, Hosted = { Endpoint = "https://x.openai.azure.com" } },
        Connections = [new ConnectionSettings { Key = "crm", Kind = "hubspot", HubSpot = new HubSpotOptions { Budget = { DayShare = 0.4 } } }],
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Thresholds_SetAndTakenBack_ChangeTheEdition()
    {
        var changed = new ChangedSettings(_store);
        var sut = new CascadeFactory(_settings.Classification, TaxonomySet.LoadShipped(), changed);
        sut.Edition.ShouldBe("");

        _store.Rows = [Row("threshold/stage", "0.8"), Row("threshold/none", "0.1"), Row("threshold/engagement", "7")];
        await changed.FollowAsync(Token);
        sut.Edition.ShouldBe("stage=0.8", "what is not in use, and what cannot be, means nothing");

        _store.Rows = [];
        await changed.FollowAsync(Token);
        sut.Edition.ShouldBe("");
    }

    [Fact]
    public async Task DayShare_SetAndTakenBack_IsWhatTheConnectorReads()
    {
        var shares = new DayShares(_settings);
        var changed = new ChangedSettings(_store, shares.Apply);
        var budget = _settings.Connections[0].HubSpot!.Budget;

        _store.Rows = [Row("budget/crm", "0.9")];
        await changed.FollowAsync(Token);
        budget.DayShare.ShouldBe(0.9);
        shares.Configured.ShouldHaveSingleItem().Configured.ShouldBe(0.4);

        _store.Rows = [Row("budget/crm", "2")];
        await changed.FollowAsync(Token);
        budget.DayShare.ShouldBe(0.4, "a share that cannot be is none");
    }

    [Fact]
    public async Task AlertLimits_Set_WinOverTheConfiguration()
    {
        var changed = new ChangedSettings(_store);
        var sut = new AlertLimits(_settings, changed);
        _store.Rows = [Row(SettingKeys.AlertBacklog, "90"), Row(SettingKeys.HostedDailyBudget, "2.5"), Row(SettingKeys.AlertMix, "nonsense")];
        await changed.FollowAsync(Token);

        sut.Current.Backlog.ShouldBe(TimeSpan.FromMinutes(90));
        sut.Current.HostedBudgetMicros.ShouldBe(2_500_000);
        sut.Current.MixShift.ShouldBe(0.25);
    }

    [Fact]
    public void Book_EverySetting_HasMeaningAndARangeThatHoldsItsDefault()
    {
        var book = new SettingBook(_settings, new DayShares(_settings), TaxonomySet.LoadShipped());

        book.All.Select(entry => entry.Key).ShouldBeUnique();
        book.All.ShouldAllBe(entry => entry.Meaning.EndsWith('.') && SettingBook.Areas.Any(area => area.Slug == entry.Area));
        foreach (var entry in book.All.Where(entry => entry.Configured is not null))
            entry.Read(ChangedSettings.Write(entry.Configured!.Value), out _).ShouldBeNull(entry.Key);
    }

    private static SettingRow Row(string key, string value) => new(key, value, "ada", DateTimeOffset.UnixEpoch);

    private sealed class Store : ISettingStore
    {
        public IReadOnlyList<SettingRow> Rows { get; set; } = [];

        public Task<IReadOnlyList<SettingRow>> ListSettingsAsync(CancellationToken cancellationToken) => Task.FromResult(Rows);

        public Task<SettingOutcome> ChangeSettingAsync(SettingChange change, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
