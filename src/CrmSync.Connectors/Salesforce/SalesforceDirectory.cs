using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.Salesforce;

/// <summary>Users with role and region, and the stages of opportunities: whole. Thread-safe.</summary>
internal sealed class SalesforceDirectory(SalesforceRows rows, SalesforceSchema schema, SalesforceOptions options, string key, ILogger logger)
{
    private const string Users = "User";
    private const string Stages = "OpportunityStage";
    private static readonly string[] UserFields = ["Name", "Email", "IsActive"];
    private static readonly string[] StageFields =
        ["MasterLabel", "ApiName", "SortOrder", "IsClosed", "IsWon", "DefaultProbability", "IsActive"];

    /// <summary>Reads both.</summary>
    public async Task<Result<CrmDirectory>> ReadAsync(CancellationToken token)
    {
        var owners = await OwnersAsync(token);
        if (!owners.Succeeded)
            return owners.Failure;
        var stages = await StagesAsync(token);
        return stages.Succeeded ? new CrmDirectory(owners.Value, stages.Value) : stages.Failure;
    }

    private async Task<Result<IReadOnlyList<CrmOwner>>> OwnersAsync(CancellationToken token)
    {
        var visible = await schema.VisibleAsync(Users, token);
        if (!visible.Succeeded)
            return visible.Failure;
        if (visible.Value.Count == 0)
            return Result.Success<IReadOnlyList<CrmOwner>>([]);
        var region = options.RegionFields.FirstOrDefault(visible.Value.ContainsKey);
        List<string> select = ["Id", .. UserFields.Where(visible.Value.ContainsKey)];
        if (region is not null)
            select.Add(region);
        var plain = string.Join(", ", select);
        var withRole = visible.Value.ContainsKey("UserRoleId") ? $"{plain}, UserRole.Name" : plain;
        var found = await rows.ReadAsync($"SELECT {withRole} FROM {Users}", "reading users", token);
        // Roles may be closed to the integration user although the field that names one is not.
        if (!found.Succeeded && found.Failure.Code == SalesforceFailures.FieldMissing.Code && withRole != plain)
        {
            SalesforceLog.PartLeftOut(logger, key, "UserRole.Name", Users, found.Failure.Code);
            found = await rows.ReadAsync($"SELECT {plain} FROM {Users}", "reading users", token);
        }

        return found.Succeeded
            ? Result.Success<IReadOnlyList<CrmOwner>>([.. found.Value.Select(row => Owner(row, region)).OfType<CrmOwner>()])
            : found.Failure;
    }

    private async Task<Result<IReadOnlyList<CrmStage>>> StagesAsync(CancellationToken token)
    {
        var visible = await schema.VisibleAsync(Stages, token);
        if (!visible.Succeeded)
            return visible.Failure;
        if (visible.Value.Count == 0)
            return Result.Success<IReadOnlyList<CrmStage>>([]);
        var select = string.Join(", ", StageFields.Where(visible.Value.ContainsKey).Prepend("Id"));
        var order = visible.Value.ContainsKey("SortOrder") ? " ORDER BY SortOrder ASC" : "";
        var found = await rows.ReadAsync($"SELECT {select} FROM {Stages}{order}", "reading stages", token);
        return found.Succeeded
            ? Result.Success<IReadOnlyList<CrmStage>>([.. found.Value.Select(Stage).OfType<CrmStage>()])
            : found.Failure;
    }

    private static CrmOwner? Owner(JsonElement row, string? region) => SalesforceId.Normalise(row.Text("Id")) is { } id
        ? new CrmOwner(id, UserId: null, row.Text("Name") ?? "", row.Filled("Email")?.Trim().ToLowerInvariant(), row.Text("IsActive") != "false")
        {
            Team = row.Child("UserRole").Filled("Name"),
            Region = region is null ? null : row.Filled(region),
        }
        : null;

    // StageName of an opportunity holds the stage's API name, which older orgs only know as its label.
    private static CrmStage? Stage(JsonElement row, int at) => (row.Filled("ApiName") ?? row.Filled("MasterLabel")) is { } name
        ? new CrmStage(
            PipelineId: "", PipelineName: "", name, row.Filled("MasterLabel") ?? name, at, row.IsTrue("IsClosed"), row.IsTrue("IsWon"),
            row.Number("DefaultProbability") is { } percent ? Math.Clamp(percent / 100, 0, 1) : null)
        : null;
}
