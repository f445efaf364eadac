using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Taxonomies;

/// <summary>
/// A run that decides again because one taxonomy changed decides about the others, too. Where that says what the current decision says already, by the same versions
/// and about the same content, nothing is stored: the history tells what changed, and only that.
/// </summary>
internal static class Repeats
{
    private static readonly RowShape<DecisionRow> Rows = new(
        new RowShape<DecisionRow>.Long("activity_id", row => row.ActivityId),
        new RowShape<DecisionRow>.Text("hash", row => row.ContentHash),
        new RowShape<DecisionRow>.Text("taxonomy", row => row.Decision.Taxonomy),
        new RowShape<DecisionRow>.Text("taxonomy_version", row => row.Decision.TaxonomyVersion),
        new RowShape<DecisionRow>.Text("model_version", row => row.Decision.ModelVersion),
        new RowShape<DecisionRow>.Text("label", row => row.Decision.Label ?? ""),
        new RowShape<DecisionRow>.Text("status", row => Stored.Name(row.Decision.Status)));

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    /// <summary>Those that say something new; activities with none are marked as decided here.</summary>
    public static async Task<IReadOnlyList<DecisionRow>> LeaveOutAsync(LedgerStep step, IReadOnlyList<DecisionRow> decisions)
    {
        if (step.Batch.RunId is not { } run
            || await step.Session.ScalarAsync("select 1 from run where id = @run and kind = 'relabel'", new { run }) is null)
            return decisions;
        var same = await step.Session.QueryRowsAsync(
            """
            select r.activity_id, r.taxonomy
            from $rows r
            $join decision d on d.activity_id = r.activity_id and d.taxonomy = r.taxonomy and d.superseded_at is null
            join activity a on a.id = d.activity_id
            where d.content_hash = r.hash and a.content_hash = r.hash and d.taxonomy_version = r.taxonomy_version and d.model_version = r.model_version
              and coalesce(d.label, '') = r.label and d.status = r.status
            """,
            Rows,
            decisions,
            null,
            reader => (reader.GetInt64(0), reader.GetString(1)));
        var known = same.ToHashSet();
        await step.Session.ExecuteRowsAsync(
            "update activity set status = 'decided', batch_id = null from $rows r where activity.id = r.id and activity.status = 'queued' and activity.batch_id = @Id",
            Ids,
            [.. known.Select(key => key.Item1).Distinct()],
            new { step.Batch.Id });
        return [.. decisions.Where(row => !known.Contains((row.ActivityId, row.Decision.Taxonomy)))];
    }
}
