using System.Globalization;
using CrmSync.Pipeline.Retention;
using CrmSync.Pipeline.Settings;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Service.Settings;

/// <summary>All settings that can be changed while hosts run, and those that the configuration fixes.</summary>
internal sealed class SettingBook(ServiceSettings settings, DayShares shares, TaxonomySet taxonomies)
{
    private const string At = ServiceSettings.Section;

    /// <summary>The areas in their order: slug, name, what is in it.</summary>
    public static IReadOnlyList<(string Slug, string Name, string Lead)> Areas { get; } =
    [
        ("thresholds", "Thresholds", "From which confidence on an answer counts"),
        ("budgets", "Budgets", "What may be spent in a day"),
        ("alerts", "Alerts", "From where on something is broken"),
        ("retention", "Retention", "How long rows are kept"),
    ];

    /// <summary>Those that can be changed.</summary>
    public IReadOnlyList<SettingEntry> All { get; } = [.. Thresholds(settings, taxonomies), .. Budgets(settings, shares), .. Alerts(settings), .. Retention(settings)];

    /// <summary>Those that only a restart with another configuration changes; no secrets.</summary>
    public IReadOnlyList<(string Name, string Value)> Fixed { get; } = FixedOf(settings);

    /// <summary>The entry of a key; null where there is none.</summary>
    public SettingEntry? Find(string? key) => All.FirstOrDefault(entry => entry.Key == key);

    private static IEnumerable<SettingEntry> Thresholds(ServiceSettings settings, TaxonomySet taxonomies) => taxonomies.All.Select(taxonomy =>
        new SettingEntry(
            SettingKeys.Threshold(taxonomy.Id), "thresholds", taxonomy.Name,
            "Answers that are less sure are not written: they wait for the hosted model or for review. Higher means fewer labels and fewer wrong ones.", "", 0, 1)
        {
            Configured = settings.Classification.Thresholds.TryGetValue(taxonomy.Id, out var configured) ? configured : null,
            ConfiguredIn = $"{At}:Classification:Thresholds:{taxonomy.Id}",
        });

    private static IEnumerable<SettingEntry> Budgets(ServiceSettings settings, DayShares shares)
    {
        foreach (var (key, configured) in shares.Configured)
        {
            yield return new SettingEntry(
                SettingKeys.DayShare(key), "budgets", $"Requests of {key}",
                "Our part of the requests that the CRM gives the whole account in a day; other applications live on the rest. Work waits when it is used up.", "of 1", 0, 1)
            {
                IsAboveLowest = true, Configured = configured, ConfiguredIn = $"{At}:Connections:{key}:Budget:DayShare",
            };
        }
        var hosted = settings.Classification.Hosted;
        if (hosted.IsConfigured)
        {
            yield return new SettingEntry(
                SettingKeys.HostedDailyBudget, "budgets", "Hosted model",
                "The most that a UTC day may cost over all nodes. Questions wait until midnight UTC when it is used up.", "USD a day", 0, 100_000)
            {
                IsAboveLowest = true, Configured = (double)hosted.DailyBudgetUsd, ConfiguredIn = $"{At}:Classification:Hosted:DailyBudgetUsd",
            };
        }
    }

    private static IEnumerable<SettingEntry> Alerts(ServiceSettings settings)
    {
        var alerts = settings.Alerts;
        yield return new SettingEntry(
            SettingKeys.AlertConnection, "alerts", "A connection fails", "For how long it must have failed, without a success in between.", "minutes", 1, 1_440)
        {
            Configured = alerts.ConnectionAfter.TotalMinutes, ConfiguredIn = $"{At}:Alerts:ConnectionAfter",
        };
        yield return new SettingEntry(
            SettingKeys.AlertRejected, "alerts", "The CRM refuses writes", "The part of an hour’s writes from which on it is told.", "of 1", 0, 1)
        {
            IsAboveLowest = true, Configured = alerts.RejectedShare, ConfiguredIn = $"{At}:Alerts:RejectedShare",
        };
        yield return new SettingEntry(SettingKeys.AlertBacklog, "alerts", "Work waits", "How long work of polls may wait.", "minutes", 1, 10_080)
        {
            Configured = alerts.Backlog.TotalMinutes, ConfiguredIn = $"{At}:Alerts:Backlog",
        };
        yield return new SettingEntry(
            SettingKeys.AlertMix, "alerts", "Labels spread otherwise", "Stability index against the four weeks before; 0.1 is no shift, 0.25 a clear one.", "", 0.05, 10)
        {
            Configured = alerts.MixShift, ConfiguredIn = $"{At}:Alerts:MixShift",
        };
    }

    private static IEnumerable<SettingEntry> Retention(ServiceSettings settings)
    {
        var options = settings.ToRetention();
        return RetentionRules.All.Select(rule => new SettingEntry(
            SettingKeys.Retention(rule.Table), "retention", rule.Table, $"{rule.What} 0 keeps them. What is older goes with the next daily purge and does not come back.", "days", 0, RetentionRules.MostDays)
        {
            IsWhole = true, Configured = options.DaysOf(rule), ConfiguredIn = $"{At}:Retention:{rule.Table}",
        });
    }

    private static IReadOnlyList<(string, string)> FixedOf(ServiceSettings settings)
    {
        var hosted = settings.Classification.Hosted;
        return
        [
            ($"{At}:Ledger", settings.Ledger.ConnectionString.Length > 0 ? "PostgreSQL" : "SQLite, one process"),
            ($"{At}:Node", settings.Node.Length > 0 ? settings.Node : "the machine’s name"),
            ($"{At}:Console:Listen", $"{settings.Console.Listen}, port {settings.Console.Port.ToString(CultureInfo.InvariantCulture)}"),
            ($"{At}:Console:PublicAddress", Or(settings.Console.PublicAddress, "none")),
            ($"{At}:Console:Proxies", Or(string.Join(", ", settings.Console.Proxies), "none")),
            ($"{At}:SignIn:IdleSession", $"{settings.SignIn.IdleSession}"),
            ($"{At}:SignIn:LongestSession", $"{settings.SignIn.LongestSession}"),
            ($"{At}:SignOn", settings.SignOn.Enabled ? $"on, {settings.SignOn.Name}" : "off"),
            ($"{At}:Polling:Settle", $"{settings.Polling.Settle}"),
            ($"{At}:Polling:Overlap", $"{settings.Polling.Overlap}"),
            ($"{At}:WriteBack:RaceCheck", $"{settings.WriteBack.RaceCheck}"),
            ($"{At}:WriteBack:SettleNotesAfter", $"{settings.WriteBack.SettleNotesAfter}"),
            ($"{At}:Queues", string.Create(CultureInfo.InvariantCulture, $"Poll {settings.Queues.Poll}, Classify {settings.Queues.Classify}, Ask {settings.Queues.Ask}, WriteBack {settings.Queues.WriteBack}, Background {settings.Queues.Background}")),
            ($"{At}:Classification:TaxonomyFolder", Or(settings.Classification.TaxonomyFolder, "the shipped taxonomies")),
            ($"{At}:Classification:Steps", Or(string.Join(", ", settings.Classification.Steps), "as shipped")),
            ($"{At}:Classification:Hosted:Endpoint", hosted.IsConfigured ? hosted.Endpoint : "none: no text leaves this machine"),
            ($"{At}:Classification:Hosted:EmbeddingDeployment", Or(hosted.EmbeddingDeployment, "none: segments are found by words alone")),
            ($"{At}:Classification:Hosted:RemovePersonalData", hosted.RemovePersonalData ? "true" : "false"),
            ($"{At}:Api:RequestsPerMinute", settings.Api.RequestsPerMinute.ToString(CultureInfo.InvariantCulture)),
            ($"{At}:Outbound:Allow", Or(string.Join(", ", settings.Outbound.Allow), "the open internet only")),
            ($"{At}:Connections", Or(string.Join(", ", settings.Connections.Select(connection => connection.Key)), "none")),
        ];
    }

    private static string Or(string text, string none) => text.Length > 0 ? text : none;
}
