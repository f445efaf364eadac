using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Activities;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Asks;

/// <summary>Stores decisions together with the questions that they answer, raise or make idle, and with what they cost.</summary>
internal static class AskRows
{
    private const string Changed = "hosted.changed_meanwhile";
    private const string ChangedMessage = "The activity or its decision changed before an answer came; the question is no longer put.";

    private static readonly RowShape<AskOutcome> Outcomes = new(
        new RowShape<AskOutcome>.Long("id", row => row.AskId),
        new RowShape<AskOutcome>.Text("status", row => Stored.Name(row.Status)),
        new RowShape<AskOutcome>.Text("code", row => row.Code),
        new RowShape<AskOutcome>.Text("message", row => row.Message),
        new RowShape<AskOutcome>.Long("not_before", row => row.NotBefore?.ToUnixTimeMilliseconds()),
        new RowShape<AskOutcome>.Long("tries", row => row.CountsTry ? 1 : 0),
        new RowShape<AskOutcome>.Text("asked_of", row => row.AskedOf),
        new RowShape<AskOutcome>.Long("direct", row => row.Directly ? 1 : 0),
        new RowShape<AskOutcome>.Long("is_open", row => row.Status is AskStatus.Open ? 1 : 0));

    private static readonly RowShape<KeyValuePair<(long ActivityId, string Taxonomy), long>> Decided = new(
        new RowShape<KeyValuePair<(long ActivityId, string Taxonomy), long>>.Long("activity_id", pair => pair.Key.ActivityId),
        new RowShape<KeyValuePair<(long ActivityId, string Taxonomy), long>>.Text("taxonomy", pair => pair.Key.Taxonomy),
        new RowShape<KeyValuePair<(long ActivityId, string Taxonomy), long>>.Long("decision_id", pair => pair.Value));

    private static readonly RowShape<AskRow> Asks = new(
        new RowShape<AskRow>.Long("activity_id", row => row.ActivityId),
        new RowShape<AskRow>.Text("hash", row => row.ContentHash),
        new RowShape<AskRow>.Text("text_hash", row => row.TextHash),
        new RowShape<AskRow>.Text("taxonomy", row => row.Taxonomy),
        new RowShape<AskRow>.Text("taxonomy_version", row => row.TaxonomyVersion),
        new RowShape<AskRow>.Real("confidence", row => row.Confidence));

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    public static async Task SaveAsync(LedgerStep step, LedgerChange change)
    {
        var settled = await SettleAsync(step, change.AskOutcomes);
        var decisions = change.Decisions.Where(row => row.AskId is not { } id || settled.Contains(id)).ToList();
        var decided = await DecisionRows.SaveAsync(step, decisions);
        // A decision by anybody answers what was open about the same thing.
        await step.Session.ExecuteRowsAsync(
            """
            update ask set status = 'dropped', code = @Changed, message = @ChangedMessage, batch_id = null, finished_at = @Now
            from $rows r where ask.activity_id = r.activity_id and ask.taxonomy = r.taxonomy and ask.status = 'open'
            """,
            Decided,
            [.. decided],
            new { Changed, ChangedMessage, step.Session.Now });
        await LinkAsync(step, decisions, decided, settled);
        await InsertAsync(step, [.. change.Asks.Where(row => decided.ContainsKey((row.ActivityId, row.Taxonomy)))]);
        await AskShares.AddAsync(step.Session, step.Batch.ConnectionId, change.Considered, 0);
        foreach (var spending in change.Spending)
            await HostedDays.SettleAsync(step.Session, spending);
        if (change.Remote is { } remote)
            await RemoteBatches.SaveAsync(step.Session, remote);
    }

    // Only what is still open changes: an answer that comes after a person has decided finds its question closed.
    private static async Task<HashSet<long>> SettleAsync(LedgerStep step, IReadOnlyList<AskOutcome> outcomes) =>
    [
        .. await step.Session.QueryRowsAsync(
            """
            update ask set status = r.status, code = r.code, message = r.message, not_before = coalesce(r.not_before, ask.not_before), attempt = ask.attempt + r.tries,
              asked_of = coalesce(r.asked_of, ask.asked_of), is_direct = case when r.direct = 1 then 1 else ask.is_direct end,
              batch_id = null, finished_at = case when r.is_open = 1 then null else @Now end
            from $rows r where ask.id = r.id and ask.status = 'open' and ask.batch_id = @Id
            returning ask.id
            """,
            Outcomes,
            outcomes,
            new { step.Batch.Id, step.Session.Now },
            reader => reader.GetInt64(0)),
    ];

    private static async Task LinkAsync(
        LedgerStep step, List<DecisionRow> decisions, IReadOnlyDictionary<(long ActivityId, string Taxonomy), long> decided, HashSet<long> settled)
    {
        if (settled.Count is 0)
            return;
        // The key of a link is the question, which tells rows of one activity and taxonomy apart over time.
        await step.Session.ExecuteRowsAsync(
            "update ask set decision_id = r.decision_id from $rows r where ask.id = r.activity_id",
            Decided,
            [.. from row in decisions
                where row.AskId is not null && decided.ContainsKey((row.ActivityId, row.Decision.Taxonomy))
                select KeyValuePair.Create((row.AskId!.Value, ""), decided[(row.ActivityId, row.Decision.Taxonomy)])]);
        await step.Session.ExecuteRowsAsync(
            """
            update ask set status = 'dropped', code = @Changed, message = @ChangedMessage
            from $rows r where ask.id = r.id and ask.status = 'answered' and ask.decision_id is null
            """,
            Ids,
            [.. settled],
            new { Changed, ChangedMessage });
    }

    private static Task<int> InsertAsync(LedgerStep step, IReadOnlyList<AskRow> asks) =>
        step.Session.ExecuteRowsAsync(
            """
            insert into ask (connection_id, activity_id, taxonomy, taxonomy_version, content_hash, text_hash, confidence, run_id, status, not_before, created_at)
            select @ConnectionId, r.activity_id, r.taxonomy, r.taxonomy_version, r.hash, r.text_hash, r.confidence, @RunId, 'open', @Now, @Now from $rows r
            """,
            Asks,
            asks,
            new { step.Batch.ConnectionId, step.Batch.RunId, step.Session.Now });
}
