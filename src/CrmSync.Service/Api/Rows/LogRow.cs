using CrmSync.Service.Console.Words;
using CrmSync.Service.Hosting;
using CrmSync.Storage.Reading;
using CrmSync.Storage.Reading.Lists;

namespace CrmSync.Service.Api.Rows;

/// <summary>A row of the write-back log: what was meant to be written, and what became of it. No text of an activity is in it.</summary>
/// <param name="Id">Id of the write.</param>
/// <param name="Connection">Key of the connection.</param>
/// <param name="RecordType">The CRM's object type written to.</param>
/// <param name="RecordId">The CRM's id written to.</param>
/// <param name="Property">The label property.</param>
/// <param name="Taxonomy">Id of the taxonomy.</param>
/// <param name="Label">Label id; null where no definition covers it.</param>
/// <param name="Value">CRM value to be written; null clears.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Purpose">label, undo or force.</param>
/// <param name="ValueBefore">What the CRM held when we looked.</param>
/// <param name="ValueAfter">What the CRM said it holds afterwards.</param>
/// <param name="Actor">human, automation or unknown, of a kept value.</param>
/// <param name="Code">Code of the reason.</param>
/// <param name="Message">The reason in a plain sentence.</param>
/// <param name="Fix">The way out.</param>
/// <param name="RemoteMessage">The CRM's own words.</param>
/// <param name="Attempts">Tries so far.</param>
/// <param name="ActivityId">The activity that was decided about; null where an account was, which is the record itself.</param>
/// <param name="ActivityType">call, email, meeting, note or task; account where an account was decided about.</param>
/// <param name="DecidedBy">rules, model, hosted or person.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="Reason">Why the label was chosen, in one sentence.</param>
/// <param name="RunId">The run that meant to write it.</param>
/// <param name="CreatedAt">When it was meant.</param>
/// <param name="UpdatedAt">Its last change.</param>
internal sealed record LogRow(
    string Id, string Connection, string RecordType, string RecordId, string Property, string Taxonomy, string? Label, string? Value, string Outcome, string Purpose, string? ValueBefore,
    string? ValueAfter, string? Actor, string? Code, string Message, string? Fix, string? RemoteMessage, long Attempts, string? ActivityId, string ActivityType, string DecidedBy,
    double Confidence, string Reason, string? RunId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static LogRow Of(LogEntry row) => new(
        row.Id.Text(), row.Connection, row.RecordType, row.RecordId, row.Property, row.Taxonomy, row.Label, row.Value, row.Outcome, row.Purpose, row.ValueBefore, row.ValueAfter,
        row.Actor, row.Code, row.Message is { Length: > 0 } message ? message : OutcomeWords.Sentence(row.Outcome, row.Actor, "on"), CodeBook.FixOf(row.Code), row.RemoteMessage,
        row.Attempts, row.ActivityId is 0 ? null : row.ActivityId.Text(), row.ActivityType, row.DecidedBy, row.Confidence, row.Reason, row.RunId?.Text(), row.CreatedAt.Instant(), row.UpdatedAt.Instant());
}

/// <summary>One thing that became of a write.</summary>
/// <param name="WriteId">The write.</param>
/// <param name="Outcome">Its state afterwards.</param>
/// <param name="At">When.</param>
/// <param name="Code">Code of the reason.</param>
/// <param name="Message">The reason in a plain sentence.</param>
/// <param name="Fix">The way out.</param>
/// <param name="RemoteMessage">The CRM's own words.</param>
/// <param name="CorrelationId">The CRM's correlation id.</param>
/// <param name="ValueBefore">What the CRM held when we looked.</param>
/// <param name="ValueAfter">What the CRM said it holds afterwards.</param>
internal sealed record OutcomeRow(
    string WriteId, string Outcome, DateTimeOffset At, string? Code, string? Message, string? Fix, string? RemoteMessage, string? CorrelationId, string? ValueBefore, string? ValueAfter)
{
    public static OutcomeRow Of(StoryOutcome row) => new(
        row.IntentId.Text(), row.Status, row.At.Instant(), row.Code, row.Message, CodeBook.FixOf(row.Code), row.RemoteMessage, row.CorrelationId, row.ValueBefore, row.ValueAfter);
}

/// <summary>A write with everything that became of it, the newest first.</summary>
internal sealed record LogStory(LogRow Write, IReadOnlyList<OutcomeRow> Outcomes);
