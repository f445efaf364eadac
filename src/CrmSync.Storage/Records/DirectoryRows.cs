using CrmSync.Pipeline.Model;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;
using CrmSync.Storage.Honesty;

namespace CrmSync.Storage.Records;

/// <summary>Stores owners and stages, which are always read whole: what the list lacks is gone, and comes back when it is listed again.</summary>
internal static class DirectoryRows
{
    private static readonly Upsert<CrmOwner> Owners = new(
        "crm_owner",
        new(
            new RowShape<CrmOwner>.Text("external_id", row => row.ExternalId),
            new RowShape<CrmOwner>.Text("user_external_id", row => row.UserId),
            new RowShape<CrmOwner>.Text("name", row => row.Name),
            new RowShape<CrmOwner>.Text("email", row => row.Email),
            new RowShape<CrmOwner>.Long("active", row => row.Active ? 1 : 0),
            new RowShape<CrmOwner>.Text("team", row => row.Team),
            new RowShape<CrmOwner>.Text("region", row => row.Region)),
        ["external_id"]);

    private static readonly Upsert<CrmStage> Stages = new(
        "crm_stage",
        new(
            new RowShape<CrmStage>.Text("pipeline_external_id", row => row.PipelineId),
            new RowShape<CrmStage>.Text("external_id", row => row.StageId),
            new RowShape<CrmStage>.Text("pipeline_name", row => row.PipelineName),
            new RowShape<CrmStage>.Text("name", row => row.Name),
            new RowShape<CrmStage>.Long("position", row => row.Position),
            new RowShape<CrmStage>.Long("is_closed", row => row.IsClosed ? 1 : 0),
            new RowShape<CrmStage>.Long("is_won", row => row.IsWon ? 1 : 0),
            new RowShape<CrmStage>.Real("probability", row => row.Probability)),
        ["pipeline_external_id", "external_id"]);

    public static async Task SaveAsync(LedgerStep step, CrmDirectory directory)
    {
        IReadOnlyList<CrmOwner> owners = [.. directory.Owners.GroupBy(owner => owner.ExternalId).Select(group => group.Last())];
        IReadOnlyList<CrmStage> stages = [.. directory.Stages.GroupBy(stage => (stage.PipelineId, stage.StageId)).Select(group => group.Last())];
        var stored = await Owners.SaveAsync(step, owners) + await Stages.SaveAsync(step, stages);
        step.Tally.Add(step.Batch.RunId, "stored", stored);
        await Owners.MarkGoneAsync(step, owners);
        await Stages.MarkGoneAsync(step, stages);
        if (stored > 0)
            await DueDeals.AskForAllAsync(step.Session, step.Batch.ConnectionId);
    }
}
