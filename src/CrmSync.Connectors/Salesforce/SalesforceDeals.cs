using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// Adds to opportunities what stands in other objects: the stages that they went through, and the contacts with their roles. Thread-safe.
/// </summary>
internal sealed class SalesforceDeals(SalesforceRows rows, SalesforceSchema schema, string key, ILogger logger)
{
    private const string History = "OpportunityHistory";
    private const string Roles = "OpportunityContactRole";

    /// <summary>The same deals, completed.</summary>
    /// <param name="deals">Deals as their own rows tell them.</param>
    /// <param name="own">Those rows.</param>
    /// <param name="token">Stops the call.</param>
    public async Task<Result<IReadOnlyList<CrmDeal>>> CompleteAsync(IReadOnlyList<CrmDeal> deals, IReadOnlyList<JsonElement> own, CancellationToken token)
    {
        var ids = deals.Select(deal => deal.ExternalId).Distinct(StringComparer.Ordinal).ToList();
        // Values are those after each change, and there is no field for the stage before: the order of the rows is all that tells it.
        var history = await ReadAsync(
            History, ["OpportunityId", "StageName", "CreatedDate", "CreatedById"], ids, null, "OpportunityId ASC, CreatedDate ASC, Id ASC", token);
        if (!history.Succeeded)
            return history.Failure;
        var roles = await ReadAsync(Roles, ["OpportunityId", "ContactId", "Role"], ids, "IsDeleted = false", "OpportunityId ASC, Id ASC", token);
        if (!roles.Succeeded)
            return roles.Failure;
        var changed = own.GroupBy(row => SalesforceId.Normalise(row.Text("Id")) ?? "", StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => SalesforceValues.Instant(group.First().Text("LastStageChangeDate")), StringComparer.Ordinal);
        return Result.Success<IReadOnlyList<CrmDeal>>([.. deals.Select(deal => deal with
        {
            StageHistory = Stages(deal, history.Value.GetValueOrDefault(deal.ExternalId, []), changed.GetValueOrDefault(deal.ExternalId)),
            Links = Links(deal, roles.Value.GetValueOrDefault(deal.ExternalId, [])),
        })]);
    }

    private async Task<Result<IReadOnlyDictionary<string, List<JsonElement>>>> ReadAsync(
        string type, IReadOnlyList<string> wanted, List<string> ids, string? and, string order, CancellationToken token)
    {
        var found = new Dictionary<string, List<JsonElement>>(StringComparer.Ordinal);
        if (ids.Count == 0)
            return found;
        var visible = await schema.VisibleAsync(type, token);
        if (!visible.Succeeded)
            return visible.Failure;
        if (!visible.Value.ContainsKey("OpportunityId"))
            return found;
        var select = string.Join(", ", wanted.Where(visible.Value.ContainsKey).Prepend("Id"));
        var read = await rows.ReadAsync(select, type, "OpportunityId", ids, and, $"reading {type}", token, order);
        if (!read.Succeeded)
        {
            if (read.Failure.Category is FailureCategory.Retry or FailureCategory.Wait or FailureCategory.Stop)
                return read.Failure;
            SalesforceLog.PartLeftOut(logger, key, "all rows", type, read.Failure.Code);
            return found;
        }

        foreach (var row in read.Value)
        {
            if (SalesforceId.Normalise(row.Text("OpportunityId")) is not { } deal)
                continue;
            if (!found.TryGetValue(deal, out var list))
                found[deal] = list = [];
            list.Add(row);
        }

        return found;
    }

    // A row is written for a change of amount or date, too; only those that enter another stage count.
    private static List<StageChange> Stages(CrmDeal deal, List<JsonElement> history, DateTimeOffset? lastChange)
    {
        List<StageChange> stages = [];
        foreach (var row in history)
        {
            if (row.Filled("StageName") is not { } stage || SalesforceValues.Instant(row.Text("CreatedDate")) is not { } at)
                continue;
            if (stages.Count == 0 || stages[^1].StageId != stage)
                stages.Add(new StageChange(stage, at, SalesforceId.Normalise(row.Text("CreatedById"))));
        }

        if (deal.StageId is not { } current)
            return stages;
        // An opportunity whose four tracked fields never changed may have no rows at all; then it tells of itself.
        if (stages.Count == 0)
            stages.Add(new StageChange(current, lastChange ?? deal.CreatedAt));
        else if (stages[^1].StageId != current)
            stages.Add(new StageChange(current, lastChange > stages[^1].At ? lastChange.Value : deal.ModifiedAt));
        return stages;
    }

    private static List<Association> Links(CrmDeal deal, List<JsonElement> roles)
    {
        List<Association> links = [.. deal.Links];
        foreach (var role in roles)
            SalesforceLinks.Add(links, role.Text("ContactId"), role.Filled("Role"));
        return links;
    }
}
