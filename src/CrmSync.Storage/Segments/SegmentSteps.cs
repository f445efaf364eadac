using System.Text.Json;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Storage.Batches;

namespace CrmSync.Storage.Segments;

/// <summary>Saves what a step of a search, an assignment or learning wants saved.</summary>
internal static class SegmentSteps
{
    public static async Task SaveAsync(LedgerStep step, LedgerChange change)
    {
        if (change.Search is { } search)
        {
            await SaveSearchAsync(step, search);
            await TopicRows.ForgetAsync(step);
        }
        if (change.Vectors is { } vectors)
            await TopicRows.SaveAsync(step, vectors);
        if (change.Found is { } found)
        {
            step.Tally.Add(step.Batch.RunId, "seen", found.Activities);
            step.Tally.Add(step.Batch.RunId, "stored", found.Segments.Count);
            var actor = await step.Session.FirstAsync("select requested_by from run where id = @RunId", new { step.Batch.RunId }, reader => reader.GetString(0));
            await SegmentFindings.SaveAsync(step.Session, found, step.Batch.RunId, actor ?? "search");
        }
        if (change.Learned is { } learned)
            await LearningRows.SaveAsync(step, learned);
        if (change.Accounts is { } accounts)
        {
            await AccountAssignments.SaveAsync(step, accounts);
            await SegmentEdits.CollectAsync(step);
        }
    }

    // A search that is done needs nothing to go on from.
    private static async Task SaveSearchAsync(LedgerStep step, SearchStep search)
    {
        await step.Session.ExecuteAsync(
            """
            update segment_search set stage = @Stage, share = @Share, activities = @Activities, at = @Now,
              checkpoint = case when @Share >= 1 then null else coalesce(@checkpoint, checkpoint) end
            where run_id = @RunId
            """,
            new
            {
                search.Stage, search.Share, search.Activities, step.Session.Now, step.Batch.RunId,
                checkpoint = search.Checkpoint is { } kept ? JsonSerializer.Serialize(kept, JsonSerializerOptions.Web) : null,
            });
        if (search.Share >= 1)
            await step.Session.ExecuteAsync("delete from segment_search_vector where run_id = @RunId", new { step.Batch.RunId });
    }
}
