namespace CrmSync.Pipeline.Settings;

/// <summary>Keys of settings; permanent.</summary>
public static class SettingKeys
{
    /// <summary>What a day of the hosted model may cost, in US dollars.</summary>
    public const string HostedDailyBudget = "hosted/daily_budget_usd";

    /// <summary>Minutes for which a connection must have failed.</summary>
    public const string AlertConnection = "alert/connection_minutes";

    /// <summary>Share of an hour's writes that the CRM refused.</summary>
    public const string AlertRejected = "alert/rejected_share";

    /// <summary>Minutes for which work of polls may wait.</summary>
    public const string AlertBacklog = "alert/backlog_minutes";

    /// <summary>Index of a shift of labels.</summary>
    public const string AlertMix = "alert/mix_shift";

    /// <summary>Prefix of <see cref="Threshold"/>.</summary>
    public const string Thresholds = "threshold/";

    /// <summary>Prefix of <see cref="Retention"/>.</summary>
    public const string Retentions = "retention/";

    /// <summary>Prefix of <see cref="Taxonomy"/>.</summary>
    public const string Taxonomies = "taxonomy/";

    /// <summary>The version of a taxonomy that a person put into use.</summary>
    public static string Taxonomy(string taxonomy) => Taxonomies + taxonomy;

    /// <summary>From which confidence on an answer of a taxonomy counts.</summary>
    public static string Threshold(string taxonomy) => Thresholds + taxonomy;

    /// <summary>A connection's part of the CRM's daily requests.</summary>
    public static string DayShare(string connection) => $"budget/{connection}";

    /// <summary>Days for which rows of a table are kept.</summary>
    public static string Retention(string table) => Retentions + table;
}
