using CrmSync.Pipeline.Jobs;

namespace CrmSync.Pipeline.WriteBack.Previews;

/// <summary>What a write would come to, judged by what the record holds. Stored in lower case.</summary>
public enum PreviewVerdict
{
    /// <summary>The value would be written.</summary>
    Write,

    /// <summary>The record holds the value already.</summary>
    Unchanged,

    /// <summary>Somebody else's value stands there and would stay.</summary>
    Kept,

    /// <summary>The record is not in the CRM any more.</summary>
    Gone,
}

/// <summary>What one waiting write would change.</summary>
/// <param name="IntentId">The write.</param>
/// <param name="DecisionId">The decision behind it when it was looked at.</param>
/// <param name="Value">What it meant to write then; null clears.</param>
/// <param name="Verdict">What it would come to.</param>
/// <param name="ValueNow">What the record holds.</param>
/// <param name="ShadowNow">What its shadow holds.</param>
/// <param name="Origin">Who set a value that would be kept, where the CRM tells.</param>
public sealed record PreviewRow(
    long IntentId, long DecisionId, string? Value, PreviewVerdict Verdict, string? ValueNow, string? ShadowNow, ValueOrigin? Origin);

/// <summary>What a step of a preview found.</summary>
/// <param name="Rows">Looked at in this step.</param>
/// <param name="Position">The highest id of a page that is dealt with whole; null while one is under way.</param>
public sealed record PreviewStep(IReadOnlyList<PreviewRow> Rows, long? Position);

/// <summary>Waiting writes that a preview has not looked at yet.</summary>
/// <param name="Intents">The writes; empty at the end.</param>
/// <param name="Position">The highest id among them; the end of the act where there is none.</param>
public sealed record PreviewPage(IReadOnlyList<IntentWork> Intents, long Position);

/// <summary>What previews read from the ledger; what they find is saved by <see cref="LedgerChange.Preview"/>. Thread-safe.</summary>
public interface IPreviewStore
{
    /// <summary>
    /// The next pending intents that match a preview's filter, or belong to its sample, behind its position, without those that it has looked at.
    /// </summary>
    /// <param name="runId">The preview.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    Task<PreviewPage> ReadPreviewPageAsync(long runId, int limit, CancellationToken cancellationToken);
}
