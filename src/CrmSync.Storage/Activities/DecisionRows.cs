using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Review;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;
using CrmSync.Storage.Honesty;
using CrmSync.Storage.Intents;
using CrmSync.Storage.Taxonomies;

namespace CrmSync.Storage.Activities;

/// <summary>
/// Stores decisions. The earlier one stays in the history, marked as superseded. A person's answer gives way to another person's only, as long as the activity has the
/// content that the person saw.
/// </summary>
internal static class DecisionRows
{
    private const string NoReason = "Nothing in the activity says anything about it.";

    private static readonly RowShape<DecisionRow> Rows = new(
        new RowShape<DecisionRow>.Long("activity_id", row => row.ActivityId),
        new RowShape<DecisionRow>.Text("hash", row => row.ContentHash),
        new RowShape<DecisionRow>.Text("taxonomy", row => row.Decision.Taxonomy),
        new RowShape<DecisionRow>.Text("taxonomy_version", row => row.Decision.TaxonomyVersion),
        new RowShape<DecisionRow>.Text("label", row => row.Decision.Label),
        new RowShape<DecisionRow>.Text("status", row => Stored.Name(row.Decision.Status)),
        new RowShape<DecisionRow>.Real("confidence", row => row.Decision.Confidence),
        new RowShape<DecisionRow>.Text("decided_by", row => row.Decision.DecidedBy),
        new RowShape<DecisionRow>.Text("model_version", row => row.Decision.ModelVersion),
        new RowShape<DecisionRow>.Text("reason", row => row.Decision.Evidence.Count > 0 ? row.Decision.Evidence[0].Sentence : NoReason),
        new RowShape<DecisionRow>.Text("evidence", row => LedgerJson.Write(row.Decision.Evidence)),
        new RowShape<DecisionRow>.Text("text_hash", row => row.TextHash),
        new RowShape<DecisionRow>.Long("prompt_tokens", row => row.Usage?.Prompt),
        new RowShape<DecisionRow>.Long("cached_tokens", row => row.Usage?.Cached),
        new RowShape<DecisionRow>.Long("completion_tokens", row => row.Usage?.Completion),
        new RowShape<DecisionRow>.Long("cost_micros", row => row.CostMicros),
        new RowShape<DecisionRow>.Text("write_property", row => row.Write?.Property),
        new RowShape<DecisionRow>.Text("write_value", row => row.Write?.Value));

    private static readonly RowShape<DecisionRow> Keys = new(
        new RowShape<DecisionRow>.Long("activity_id", row => row.ActivityId),
        new RowShape<DecisionRow>.Text("hash", row => row.ContentHash),
        new RowShape<DecisionRow>.Text("taxonomy", row => row.Decision.Taxonomy));

    private static readonly RowShape<(long DecisionId, string Sentence)> Reasons = new(
        new RowShape<(long DecisionId, string Sentence)>.Long("decision_id", row => row.DecisionId),
        new RowShape<(long DecisionId, string Sentence)>.Text("sentence", row => row.Sentence));

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    private static readonly IReadOnlyDictionary<(long ActivityId, string Taxonomy), long> None = new Dictionary<(long ActivityId, string Taxonomy), long>();

    /// <summary>Stores those whose content is still what was decided about; the writes that follow are noted in the step.</summary>
    /// <returns>The ids of those that were stored.</returns>
    public static async Task<IReadOnlyDictionary<(long ActivityId, string Taxonomy), long>> SaveAsync(LedgerStep step, IReadOnlyList<DecisionRow> decisions)
    {
        decisions = await Repeats.LeaveOutAsync(step, decisions);
        if (decisions.Count is 0)
            return None;
        // Of two decisions about the same thing in one step the last one counts.
        var latest = decisions.GroupBy(row => (row.ActivityId, row.Decision.Taxonomy)).ToDictionary(group => group.Key, group => group.Last());
        var found = await ReadPreviousAsync(step, [.. latest.Values]);
        var previous = found.Where(pair => !pair.Value.IsPersons || IsPersons(latest[pair.Key])).ToDictionary();
        IReadOnlyList<DecisionRow> valid = [.. latest.Where(pair => previous.ContainsKey(pair.Key)).Select(pair => pair.Value)];

        foreach (var ((activityId, _), former) in previous)
        {
            if (former.Id is { } id)
                step.Overtaken.Add(new OvertakenDecision(activityId, id));
        }

        await step.Session.ExecuteRowsAsync(
            "update decision set superseded_at = @Now from $rows r where decision.id = r.id",
            Ids,
            [.. step.Overtaken.Select(overtaken => overtaken.DecisionId)],
            new { step.Session.Now });
        var ids = await InsertAsync(step, valid);
        await step.Session.ExecuteRowsAsync(
            """
            update activity set status = 'decided', batch_id = null, waits_until = null, dead_code = null, dead_message = null
            from $rows r where activity.id = r.id
            """,
            Ids,
            // A person answers one question; the batch that covers the activity still has the others to decide.
            [.. latest.Where(pair => found.ContainsKey(pair.Key) && !IsPersons(pair.Value)).Select(pair => pair.Key.ActivityId).Distinct()]);
        await step.Session.ExecuteRowsAsync(
            "insert into hosted_reason (decision_id, sentence) select r.decision_id, r.sentence from $rows r",
            Reasons,
            [.. valid.Where(row => row.HostedReason is not null).Select(row => (ids[(row.ActivityId, row.Decision.Taxonomy)], row.HostedReason!))]);
        await DueDeals.AskByActivitiesAsync(step.Session, step.Batch.ConnectionId, [.. valid.Select(row => row.ActivityId).Distinct().Order()]);
        Note(step, valid, ids, previous);
        return ids;
    }

    private static bool IsPersons(DecisionRow row) => row.Decision.DecidedBy == NewCorrection.Person;

    private static async Task<Dictionary<(long ActivityId, string Taxonomy), Former>> ReadPreviousAsync(
        LedgerStep step, IReadOnlyList<DecisionRow> decisions)
    {
        var rows = await step.Session.QueryRowsAsync(
            $"""
            select r.activity_id, r.taxonomy, d.id, case when d.decided_by = 'person' and d.content_hash = r.hash then 1 else 0 end, {LabelSource.Columns}
            from $rows r
            $join activity a on a.id = r.activity_id and a.content_hash = r.hash and a.status <> 'erased' and a.connection_id = @ConnectionId
            left join decision d on d.activity_id = r.activity_id and d.taxonomy = r.taxonomy and d.superseded_at is null
            """,
            Keys,
            decisions,
            new { step.Batch.ConnectionId },
            reader => (
                Key: (ActivityId: reader.GetInt64(0), Taxonomy: reader.GetString(1)),
                Previous: new Former(reader.LongOrNull(2), reader.GetInt32(3) is 1, LabelSource.Read(reader, 4))));
        return rows.ToDictionary(row => row.Key, row => row.Previous);
    }

    private static async Task<Dictionary<(long, string), long>> InsertAsync(LedgerStep step, IReadOnlyList<DecisionRow> valid)
    {
        var rows = await step.Session.QueryRowsAsync(
            """
            insert into decision (activity_id, taxonomy, taxonomy_version, label, status, confidence, decided_by, model_version, reason, evidence,
              content_hash, text_hash, prompt_tokens, cached_tokens, completion_tokens, cost_micros, write_property, write_value, decided_at)
            select r.activity_id, r.taxonomy, r.taxonomy_version, r.label, r.status, r.confidence, r.decided_by, r.model_version, r.reason, r.evidence,
              r.hash, r.text_hash, r.prompt_tokens, r.cached_tokens, r.completion_tokens, r.cost_micros, r.write_property, r.write_value, @Now
            from $rows r
            returning id, activity_id, taxonomy
            """,
            Rows,
            valid,
            new { step.Session.Now },
            reader => (Id: reader.GetInt64(0), Key: (reader.GetInt64(1), reader.GetString(2))));
        return rows.ToDictionary(row => row.Key, row => row.Id);
    }

    private static void Note(
        LedgerStep step, IReadOnlyList<DecisionRow> valid, Dictionary<(long, string), long> ids,
        Dictionary<(long ActivityId, string Taxonomy), Former> previous)
    {
        foreach (var row in valid)
        {
            step.Tally.Add(step.Batch.RunId, row.Decision.Status is DecisionStatus.Decided ? "labelled" : Stored.Name(row.Decision.Status));
            if (row.Write is { } write)
            {
                var key = (row.ActivityId, row.Decision.Taxonomy);
                step.Wanted.Add(new WantedLabel(ids[key], previous[key].Source, row.Decision.Taxonomy, step.Batch.RunId, write.Property, write.Value));
            }
        }
    }

    /// <summary>The decision that stood, and its activity.</summary>
    private sealed record Former(long? Id, bool IsPersons, LabelSource Source);
}
