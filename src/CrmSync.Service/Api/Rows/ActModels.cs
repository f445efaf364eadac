using CrmSync.Storage.Reading;

namespace CrmSync.Service.Api.Rows;

/// <summary>An act over all that matches a filter.</summary>
/// <param name="Kind">preview, approve, retry, discard, undo or force.</param>
/// <param name="Connection">Key of the connection; an act never spans connections.</param>
internal sealed record ActOrder(string Kind, string Connection)
{
    /// <summary>What the filter speaks of: writes (the default) or activities, which can be retried and discarded.</summary>
    public string? Target { get; init; }

    /// <summary>The query string of GET /log, or of GET /activities for activities; blank or left out for all.</summary>
    public string? Filter { get; init; }

    /// <summary>Of a preview or an approval: at most so many, spread over the labels.</summary>
    public long? Sample { get; init; }

    /// <summary>Of an approval: the preview whose rows, exactly as shown, are let go.</summary>
    public string? PreviewRunId { get; init; }

    /// <summary>Why; needed for force.</summary>
    public string? Reason { get; init; }
}

/// <summary>How an act stands.</summary>
/// <param name="Run">Its run.</param>
/// <param name="Target">writes or activities.</param>
/// <param name="Filter">The frozen filter; blank for all.</param>
/// <param name="UpToId">The highest id that it covers; what came later is not touched.</param>
/// <param name="Position">The highest id that was dealt with.</param>
/// <param name="Done">Rows that it changed.</param>
/// <param name="LeftOut">Rows that matched and were not changed.</param>
/// <param name="Sample">At most so many; null for all.</param>
/// <param name="PreviewRunId">Of an approval: the preview.</param>
/// <param name="Reason">Why.</param>
internal sealed record ActRow(
    ApiRun Run, string Target, string Filter, string UpToId, string Position, long Done, long LeftOut, long? Sample, string? PreviewRunId, string? Reason);

/// <summary>How many writes of a preview would come to the same.</summary>
/// <param name="Taxonomy">Id of the taxonomy.</param>
/// <param name="Value">The CRM value to be written; null clears.</param>
/// <param name="Verdict">write, unchanged, kept or gone.</param>
/// <param name="Count">How many.</param>
internal sealed record PreviewLabelRow(string Taxonomy, string? Value, string Verdict, long Count);

/// <summary>How many records would go from one value to another.</summary>
/// <param name="Taxonomy">Id of the taxonomy.</param>
/// <param name="ValueNow">What the records hold.</param>
/// <param name="Value">The CRM value to be written; null clears.</param>
/// <param name="Count">How many.</param>
internal sealed record PreviewChangeRow(string Taxonomy, string? ValueNow, string? Value, long Count);

/// <summary>What a preview found, in counts.</summary>
/// <param name="Run">Its run; the counts grow while it is running.</param>
/// <param name="Filter">The filter that it was asked for.</param>
/// <param name="Sample">How many rows were asked for; null for all.</param>
/// <param name="Looked">Waiting writes that it has looked at.</param>
/// <param name="Labels">By label and what the writes would come to.</param>
/// <param name="Changes">By change, the largest first.</param>
internal sealed record PreviewSummary(ApiRun Run, string Filter, long? Sample, long Looked, IReadOnlyList<PreviewLabelRow> Labels, IReadOnlyList<PreviewChangeRow> Changes);

/// <summary>One waiting write as a preview saw it.</summary>
/// <param name="WriteId">The write.</param>
/// <param name="ActivityId">The activity that was decided about; null where an account was, which is the record itself.</param>
/// <param name="RecordType">The CRM's object type.</param>
/// <param name="RecordId">The CRM's id.</param>
/// <param name="Property">The label property.</param>
/// <param name="Taxonomy">Id of the taxonomy.</param>
/// <param name="ValueNow">What the record held.</param>
/// <param name="Value">What was to be written; null clears.</param>
/// <param name="Verdict">write, unchanged, kept or gone.</param>
/// <param name="Actor">human, automation or unknown, of a value that would be kept.</param>
/// <param name="SetBy">The CRM's id of who set it.</param>
/// <param name="SetAt">When it was set.</param>
/// <param name="LookedAt">When we looked.</param>
internal sealed record PreviewRow(
    string WriteId, string? ActivityId, string RecordType, string RecordId, string Property, string Taxonomy, string? ValueNow, string? Value, string Verdict, string? Actor, string? SetBy,
    DateTimeOffset? SetAt, DateTimeOffset LookedAt)
{
    public static PreviewRow Of(PreviewRowView row) => new(
        row.IntentId.Text(), row.ActivityId is 0 ? null : row.ActivityId.Text(), row.TargetType, row.TargetId, row.Property, row.Taxonomy, row.ValueNow, row.Value, row.Verdict, row.Actor, row.SetBy,
        row.SetAt.Instant(), row.LookedAt.Instant());
}
