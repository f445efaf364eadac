namespace CrmSync.Pipeline.Retention;

/// <summary>A table whose rows grow old.</summary>
/// <param name="Table">Its name in the ledger, in settings and on the command line.</param>
/// <param name="Days">How many days its rows are kept unless somebody says otherwise; 0 keeps them.</param>
/// <param name="What">What it holds and what is never removed, for an operator.</param>
public sealed record RetentionRule(string Table, int Days, string What);

/// <summary>All tables that a purge looks after.</summary>
public static class RetentionRules
{
    /// <summary>The most days that can be asked for: a hundred years.</summary>
    public const int MostDays = 36_500;

    /// <summary>In the order in which they are purged.</summary>
    public static IReadOnlyList<RetentionRule> All { get; } =
    [
        new("run_log", 90, "What runs said about themselves."),
        new("outcome", 365, "Steps of writes that a newer confirmed write has taken the place of; those of the newest are kept."),
        new("preview", 30, "What previews of finished runs showed."),
        new("act_left_out", 180, "What operators' acts did not touch, and why."),
        new("completeness_item", 90, "Ids that a comparison with the CRM found; those of the newest result of each type are kept."),
        new("ask", 90, "Questions to the hosted model that are closed."),
        new("alert_event", 365, "Alerts that were told; the newest of each is kept."),
        new("batch", 30, "Batches that have ended, of runs that have ended."),
        new("segment_metrics", 1_095, "Figures of segments, one row per segment and day; the newest of each is kept."),
        new("brief", 0, "Briefs that people were given. Without them nobody learns which of their lines went with wins."),
        new("thread_message", 0, "Questions to segments' specialists and their answers."),
        new("audit", 2_555, "Who changed what."),
        new("activity_text", 0, "Subjects and bodies of activities that are decided about. Without them nobody can judge or re-label them; labels stay."),
    ];

    /// <summary>The rule of a table; null where no purge looks after it.</summary>
    public static RetentionRule? Find(string table) => All.FirstOrDefault(rule => rule.Table == table);

    /// <summary>What is wrong with settings by table, each a sentence.</summary>
    public static IEnumerable<string> Faults(IReadOnlyDictionary<string, int> days)
    {
        foreach (var (table, value) in days)
        {
            if (Find(table) is null)
                yield return $"{table} is no table that a purge looks after; name one of {string.Join(", ", All.Select(rule => rule.Table))}.";
            else if (value is < 0 or > MostDays)
                yield return $"{table} is {value}; give days from 1 to {MostDays}, or 0 to keep all.";
        }
    }
}

/// <summary>How long a table's rows are kept.</summary>
/// <param name="Rule">The table.</param>
/// <param name="Days">Days; 0 keeps them.</param>
/// <param name="SetBy">Who set it in the ledger; null where the configuration or the default holds.</param>
/// <param name="SetAt">When.</param>
public sealed record RetentionSetting(RetentionRule Rule, int Days, string? SetBy, DateTimeOffset? SetAt)
{
    /// <summary>When rows of this table were last removed; null where they never were.</summary>
    public DateTimeOffset? LastPurgeAt { get; init; }

    /// <summary>How many went then.</summary>
    public long LastRemoved { get; init; }
}

/// <summary>How long rows are kept where the ledger says nothing: the configuration's days by table, else the defaults.</summary>
public sealed record RetentionOptions
{
    /// <summary>Days by table; 0 keeps all. A table that is not named has its default.</summary>
    public IReadOnlyDictionary<string, int> Days { get; init; } = new Dictionary<string, int>();

    /// <summary>The days of a table.</summary>
    public int DaysOf(RetentionRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return Days.TryGetValue(rule.Table, out var days) ? days : rule.Days;
    }
}
