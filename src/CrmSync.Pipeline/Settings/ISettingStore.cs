namespace CrmSync.Pipeline.Settings;

/// <summary>Settings that people changed while hosts run; what is not in it is as the configuration says. Thread-safe.</summary>
public interface ISettingStore
{
    /// <summary>All that were changed.</summary>
    Task<IReadOnlyList<SettingRow>> ListSettingsAsync(CancellationToken cancellationToken);

    /// <summary>Changes one, unless somebody else did since it was looked at, and writes it down.</summary>
    Task<SettingOutcome> ChangeSettingAsync(SettingChange change, CancellationToken cancellationToken);
}

/// <summary>A setting that somebody changed.</summary>
/// <param name="Key">Its permanent key, such as <c>alert/rejected_share</c>.</param>
/// <param name="Value">Its value.</param>
/// <param name="By">Who.</param>
/// <param name="At">When, by the database's clock.</param>
public sealed record SettingRow(string Key, string Value, string By, DateTimeOffset At);

/// <summary>What somebody wants a setting to be.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Value">The new value; null where the configuration shall hold again.</param>
/// <param name="Seen">The ledger's value that the person saw; null where there was none.</param>
/// <param name="Configured">What holds without the ledger, for the audit.</param>
/// <param name="Actor">Who.</param>
/// <param name="Reason">Why; null where nobody said.</param>
public sealed record SettingChange(string Key, string? Value, string? Seen, string? Configured, string Actor, string? Reason);

/// <summary>What became of a change.</summary>
public enum SettingAnswer
{
    /// <summary>It holds now.</summary>
    Changed,

    /// <summary>It held before; nothing was stored.</summary>
    Unchanged,

    /// <summary>Refused: somebody else changed it since.</summary>
    Stale,
}

/// <summary>What became of a change, and what the ledger has now.</summary>
/// <param name="Answer">What became of it.</param>
/// <param name="Now">The ledger's row; null where the configuration holds.</param>
public sealed record SettingOutcome(SettingAnswer Answer, SettingRow? Now);
