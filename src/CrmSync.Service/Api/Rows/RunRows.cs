using CrmSync.Service.Hosting;
using CrmSync.Storage.Reading;
using CrmSync.Storage.Reading.Lists;

namespace CrmSync.Service.Api.Rows;

/// <summary>A run.</summary>
/// <param name="Id">Id of the run.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Connection">Key of the connection.</param>
/// <param name="State">running, paused, completed, failed or cancelled.</param>
/// <param name="RequestedBy">Who asked for it.</param>
/// <param name="Seen">Rows that the CRM gave.</param>
/// <param name="Stored">New or changed ones.</param>
/// <param name="Labelled">Decisions.</param>
/// <param name="Abstained">Activities that no definition covers.</param>
/// <param name="Unsure">Answers below the threshold.</param>
/// <param name="Applied">Writes that the CRM took.</param>
/// <param name="Unchanged">Writes that were not needed.</param>
/// <param name="Kept">Values of others that stay.</param>
/// <param name="Rejected">Writes that the CRM refused.</param>
/// <param name="Dead">Activities put aside with a reason.</param>
/// <param name="Requests">Calls to the CRM.</param>
/// <param name="Expected">Activities that it was expected to read; null where nobody counted.</param>
/// <param name="OpenJobs">Batches that are not done.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When it ended; null before.</param>
internal sealed record ApiRun(
    string Id, string Kind, string Connection, string State, string RequestedBy, long Seen, long Stored, long Labelled, long Abstained, long Unsure, long Applied, long Unchanged, long Kept,
    long Rejected, long Dead, long Requests, long? Expected, long OpenJobs, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt)
{
    public static ApiRun Of(RunEntry row) => new(
        row.Id.Text(), row.Kind, row.Connection, row.State, row.RequestedBy, row.Seen, row.Stored, row.Labelled, row.Abstained, row.Unsure, row.Applied, row.Unchanged, row.Kept, row.Rejected,
        row.Dead, row.Requests, row.Expected, row.OpenJobs, row.StartedAt.Instant(), row.FinishedAt.Instant());
}

/// <summary>A line of a run's log.</summary>
/// <param name="Level">info, warning or error.</param>
/// <param name="Code">Code of our registry.</param>
/// <param name="Message">Plain sentence.</param>
/// <param name="Fix">The way out.</param>
/// <param name="At">When.</param>
internal sealed record RunLineRow(string Level, string Code, string Message, string? Fix, DateTimeOffset At)
{
    public static RunLineRow Of(RunLine row) => new(row.Level, row.Code, row.Message, CodeBook.FixOf(row.Code), row.At.Instant());
}

/// <summary>A batch of work.</summary>
/// <param name="Id">Id of the batch.</param>
/// <param name="Kind">scan, classify, ask, write, preview, act or reconcile.</param>
/// <param name="Connection">Key of the connection.</param>
/// <param name="RunId">Its run.</param>
/// <param name="State">available, scheduled, retryable, running, completed, cancelled, or discarded: a dead letter.</param>
/// <param name="Size">Activities or records covered.</param>
/// <param name="Attempts">Tries that counted.</param>
/// <param name="Code">Why it failed or waits.</param>
/// <param name="Message">The same in a sentence.</param>
/// <param name="Fix">The way out.</param>
/// <param name="NotBefore">Not before this is it tried.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="FinishedAt">When it ended; null before.</param>
internal sealed record JobRow(
    string Id, string Kind, string Connection, string? RunId, string State, long Size, long Attempts, string? Code, string? Message, string? Fix, DateTimeOffset NotBefore,
    DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt)
{
    public static JobRow Of(JobEntry row) => new(
        row.Id.Text(), row.Kind, row.Connection, row.RunId?.Text(), row.State, row.Size, row.Attempts, row.Code, row.Message, CodeBook.FixOf(row.Code), row.NotBefore.Instant(),
        row.CreatedAt.Instant(), row.FinishedAt.Instant());
}

/// <summary>Open batches of one kind and state.</summary>
/// <param name="Kind">scan, classify, ask, write, preview, act or reconcile.</param>
/// <param name="State">available, scheduled, retryable or running.</param>
/// <param name="Count">Batches.</param>
/// <param name="Size">Activities or records that they cover.</param>
internal sealed record QueueRow(string Kind, string State, long Count, long Size);

/// <summary>Work that was given up for the same reason.</summary>
/// <param name="Kind">write, activity or batch.</param>
/// <param name="Connection">Key of the connection.</param>
/// <param name="Code">Code of the reason.</param>
/// <param name="Message">The sentence of the last one; for a write followed by the CRM's own words.</param>
/// <param name="Fix">The way out.</param>
/// <param name="Count">How many.</param>
/// <param name="FirstAt">When the first was given up.</param>
/// <param name="LastAt">When the last was.</param>
/// <param name="ExampleIds">Ids of the latest few.</param>
internal sealed record DeadLetterRow(
    string Kind, string Connection, string Code, string Message, string? Fix, long Count, DateTimeOffset FirstAt, DateTimeOffset LastAt, IReadOnlyList<string> ExampleIds)
{
    public static DeadLetterRow Of(DeadLetterGroup group, string connection) => new(
        group.Kind.ToString().ToLowerInvariant(), connection, group.Code, group.Message, CodeBook.FixOf(group.Code), group.Count, group.FirstAt, group.LastAt,
        [.. group.ExampleIds.Select(id => id.Text())]);
}

/// <summary>A row that an act did not touch.</summary>
/// <param name="RunId">The act's run.</param>
/// <param name="SubjectId">The write or activity.</param>
/// <param name="Code">Code of the reason.</param>
/// <param name="Message">The reason in a plain sentence.</param>
/// <param name="Fix">The way out.</param>
internal sealed record LeftOutRow(string RunId, string SubjectId, string Code, string Message, string? Fix)
{
    public static LeftOutRow Of(LeftOutEntry row) => new(row.RunId.Text(), row.SubjectId.Text(), row.Code, row.Message, CodeBook.FixOf(row.Code));
}

/// <summary>What a comparison with the CRM found.</summary>
/// <param name="Id">Id of the comparison.</param>
/// <param name="RunId">Its run.</param>
/// <param name="Connection">Key of the connection.</param>
/// <param name="ObjectType">The CRM's type.</param>
/// <param name="State">checking, complete, repaired, incomplete or failed.</param>
/// <param name="Sentence">What was found, in plain words.</param>
/// <param name="CrmCount">Rows that the CRM counts.</param>
/// <param name="LedgerCount">Rows that the ledger counts.</param>
/// <param name="Missing">In the CRM and not with us when first compared.</param>
/// <param name="Extra">With us, and not in the CRM any more.</param>
/// <param name="Repaired">Missing ones that were fetched.</param>
/// <param name="CheckedLabels">Labels that were compared.</param>
/// <param name="Drifted">Labels of ours that read otherwise in the CRM.</param>
/// <param name="From">Where the window begins.</param>
/// <param name="To">Where it ends.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When it ended; null before.</param>
internal sealed record ComparisonRow(
    string Id, string RunId, string Connection, string ObjectType, string State, string Sentence, long? CrmCount, long? LedgerCount, long Missing, long Extra, long Repaired,
    long CheckedLabels, long Drifted, DateTimeOffset From, DateTimeOffset To, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt)
{
    public static ComparisonRow Of(CompletenessEntry row) => new(
        row.Id.Text(), row.RunId.Text(), row.Connection, row.ObjectType, row.State, row.Sentence, row.CrmCount, row.LedgerCount, row.Missing, row.Extra, row.Repaired, row.CheckedLabels,
        row.Drifted, row.FromAt.Instant(), row.ToAt.Instant(), row.StartedAt.Instant(), row.FinishedAt.Instant());
}

/// <summary>A change of state of a run.</summary>
/// <param name="State">paused, running or cancelled.</param>
internal sealed record RunChange(string State);
