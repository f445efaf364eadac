using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Alerts;

/// <summary>A way to tell people. Thread-safe.</summary>
public interface IAlertChannel
{
    /// <summary>Permanent key from the configuration.</summary>
    string Key { get; }

    /// <summary>What it is and where it leads, for a list; without secrets.</summary>
    string Description { get; }

    /// <summary>The kinds that it wants; empty for all.</summary>
    IReadOnlyList<AlertKind> Kinds { get; }

    /// <summary>When it is not used; null where it always is.</summary>
    QuietHours? Quiet { get; }

    /// <summary>Tells. The same message may come twice after a crash; its id says so.</summary>
    Task<Result<bool>> SendAsync(AlertMessage message, CancellationToken cancellationToken);
}

/// <summary>What is told. Names connections and counts, no person and no text of a record.</summary>
/// <param name="Id">Of the change; equal ids are one and the same.</param>
/// <param name="Key">What is watched.</param>
/// <param name="Kind">Kind.</param>
/// <param name="State">How it is now.</param>
/// <param name="Sentence">What was found.</param>
/// <param name="Fix">The way out; may be empty.</param>
/// <param name="At">When it changed.</param>
public sealed record AlertMessage(long Id, string Key, AlertKind Kind, AlertState State, string Sentence, string Fix, DateTimeOffset At);
