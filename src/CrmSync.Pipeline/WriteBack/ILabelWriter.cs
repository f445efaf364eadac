using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.WriteBack;

/// <summary>The writing half of a connector. Thread-safe.</summary>
public interface ILabelWriter
{
    /// <summary>How many records the CRM takes in one call (HubSpot 100, Salesforce 200).</summary>
    int BatchSize { get; }

    /// <summary>
    /// How many write batches of one connection may run at once on a node. Salesforce locks a task's account while it saves the task, so there batches take turns.
    /// </summary>
    int ParallelBatches => int.MaxValue;

    /// <summary>How many requests of reading and writing records the CRM's limits, or our share of them, allow in a second; for forecasts.</summary>
    double RequestsPerSecond => 10;

    /// <summary>What the companion properties are called in this CRM.</summary>
    IPropertyNames Names { get; }

    /// <summary>
    /// Reads the values that records hold now, by direct read and never by search.
    /// Records that do not exist (any more) are simply absent from the answer.
    /// </summary>
    /// <param name="objectType">Type of all the records.</param>
    /// <param name="ids">At most <see cref="BatchSize"/> ids.</param>
    /// <param name="properties">The CRM's property names.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<Result<IReadOnlyDictionary<string, RecordState>>> ReadAsync(
        string objectType, IReadOnlyList<string> ids, IReadOnlyList<string> properties, CancellationToken cancellationToken);

    /// <summary>
    /// Writes values, once: the connector does not repeat a write by itself. A failure of the whole call says by its category whether nothing
    /// was written (<see cref="FailureCategory.Retry"/>, Wait, Stop, Reject) or whether nobody knows (<see cref="FailureCategory.Unknown"/>).
    /// A record missing from the answer is unknown, too.
    /// </summary>
    Task<Result<IReadOnlyList<RecordWriteResult>>> WriteAsync(
        string objectType, IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken);

    /// <summary>
    /// Who set values that are not ours, where the CRM keeps a history. What the CRM does not tell is absent; asked for few records only, because histories are dear.
    /// </summary>
    /// <param name="objectType">Type of all the records.</param>
    /// <param name="ids">At most <see cref="BatchSize"/> ids.</param>
    /// <param name="property">The label property.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<Result<IReadOnlyDictionary<string, ValueOrigin>>> ReadOriginsAsync(
        string objectType, IReadOnlyList<string> ids, string property, CancellationToken cancellationToken);

    /// <summary>
    /// How many records one request reads the history of, of a type whose history tells at once; 0 where the CRM keeps none, or one that comes minutes later. There a
    /// value that somebody set between our read and our write cannot be found.
    /// </summary>
    int HistoryBatchSize(string objectType) => 0;

    /// <summary>
    /// The values that label properties held, newest first. Records and properties without a history are absent.
    /// </summary>
    /// <param name="objectType">Type of all the records.</param>
    /// <param name="ids">At most <see cref="HistoryBatchSize"/> ids.</param>
    /// <param name="properties">The label properties.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<Result<IReadOnlyDictionary<(string Id, string Property), IReadOnlyList<ValueSetting>>>> ReadHistoryAsync(
        string objectType, IReadOnlyList<string> ids, IReadOnlyList<string> properties, CancellationToken cancellationToken) =>
        Task.FromResult(Result.Success<IReadOnlyDictionary<(string Id, string Property), IReadOnlyList<ValueSetting>>>(
            new Dictionary<(string Id, string Property), IReadOnlyList<ValueSetting>>()));
}

/// <summary>A value that a property held.</summary>
/// <param name="Value">The value; null for blank.</param>
/// <param name="At">Since when; null where the CRM does not say.</param>
/// <param name="Actor">Who set it.</param>
/// <param name="Who">The CRM's id of the user or app; null where it does not say.</param>
public sealed record ValueSetting(string? Value, DateTimeOffset? At, ValueActor Actor, string? Who);

/// <summary>Where a value comes from.</summary>
/// <param name="Actor">Person, program, or unknown.</param>
/// <param name="At">When it was set; null where the CRM does not say.</param>
/// <param name="Who">The CRM's id of the user or app; null where it does not say. An id, never a name.</param>
public sealed record ValueOrigin(ValueActor Actor, DateTimeOffset? At, string? Who);

/// <summary>The values of one record now. Blank is null.</summary>
public sealed record RecordState(string ExternalId, IReadOnlyDictionary<string, string?> Values, DateTimeOffset? ModifiedAt);

/// <summary>Values to set on one record; null clears.</summary>
public sealed record RecordWrite(string ExternalId, IReadOnlyDictionary<string, string?> Values);

/// <summary>What became of one record of a write.</summary>
/// <param name="ExternalId">The record.</param>
/// <param name="Failure">Null when it was written.</param>
/// <param name="Values">The values as the CRM returned them, where it returned any (it may normalise what was sent).</param>
public sealed record RecordWriteResult(string ExternalId, Failure? Failure, IReadOnlyDictionary<string, string?>? Values = null);

/// <summary>How the properties beside a label are called (design §5). A label's own name comes from the taxonomy.</summary>
public interface IPropertyNames
{
    /// <summary>The value that we last wrote to the label.</summary>
    string Shadow(string label);

    /// <summary>Our confidence in the label, 0 to 1 with two decimals.</summary>
    string Confidence(string label);

    /// <summary>One sentence: why, once per record.</summary>
    string Reason { get; }

    /// <summary>When the record was last labelled.</summary>
    string LabelledAt { get; }

    /// <summary>Versions of taxonomy and model.</summary>
    string Version { get; }

    /// <summary>
    /// On a record that holds the label of one of its activities because activities cannot hold their own: the CRM's id of that activity, as "type/id".
    /// </summary>
    string SourceActivity { get; }

    /// <summary>An instant as this CRM takes it.</summary>
    string FormatInstant(DateTimeOffset instant);

    /// <summary>Longest text that <see cref="Reason"/> holds, in characters.</summary>
    int ReasonLength { get; }
}
