using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// The permission set that makes new fields visible to us: without it, a field that was created is not there for the API. Field-level
/// security is granted for Task and again for Event. Every method may be repeated.
/// </summary>
internal sealed class SalesforceGrants(SalesforceClient client, SalesforceTokenSource tokens, string key)
{
    /// <summary>API name of the permission set.</summary>
    public const string SetName = "CrmSync_Integration";

    /// <summary>Id of the permission set; null inside a success where there is none yet.</summary>
    public Task<Result<Found>> FindSetAsync(CancellationToken token) =>
        FindAsync($"SELECT Id FROM PermissionSet WHERE Name = '{SetName}'", token);

    /// <summary>Our assignment to a permission set.</summary>
    public async Task<Result<Found>> FindAssignmentAsync(string setId, CancellationToken token) =>
        tokens.UserId is { } user
            ? await FindAsync($"SELECT Id FROM PermissionSetAssignment WHERE AssigneeId = '{user}' AND PermissionSetId = '{setId}'", token)
            : SalesforceFailures.LoginRefused.At(Place("assigning the permission set"), "the sign-in did not say which user we are");

    /// <summary>Creates the permission set.</summary>
    public async Task<Failure?> CreateSetAsync(CancellationToken token)
    {
        var created = await client.CreateAsync(
            "PermissionSet", new JsonObject { ["Name"] = SetName, ["Label"] = "CrmSync Integration" }, token);
        return await ConfirmAsync(created, FindSetAsync, token);
    }

    /// <summary>Lets our user read and edit a field of one object.</summary>
    public async Task<Failure?> GrantAsync(string type, string field, CancellationToken token)
    {
        var set = await SetIdAsync(token);
        if (!set.Succeeded)
            return set.Failure;
        var rights = new JsonObject { ["PermissionsRead"] = true, ["PermissionsEdit"] = true };
        var body = rights.DeepClone().AsObject();
        body["ParentId"] = set.Value;
        body["SobjectType"] = type;
        body["Field"] = $"{type}.{field}";
        var created = await client.CreateAsync("FieldPermissions", body, token);
        if (created.Succeeded || !MayBeThere(created.Failure))
            return created.Failure;

        var existing = await FindAsync($"SELECT Id FROM FieldPermissions WHERE ParentId = '{set.Value}' AND Field = '{type}.{field}'", token);
        if (!existing.Succeeded)
            return existing.Failure;
        return existing.Value.Id is { } id ? (await client.ChangeAsync("FieldPermissions", id, rights, token)).Failure : created.Failure;
    }

    /// <summary>Assigns the permission set to our own user.</summary>
    public async Task<Failure?> AssignAsync(CancellationToken token)
    {
        var set = await SetIdAsync(token);
        if (!set.Succeeded)
            return set.Failure;
        var assigned = await FindAssignmentAsync(set.Value, token);
        if (!assigned.Succeeded)
            return assigned.Failure;
        if (assigned.Value.Id is not null)
            return null;
        var created = await client.CreateAsync(
            "PermissionSetAssignment", new JsonObject { ["AssigneeId"] = tokens.UserId, ["PermissionSetId"] = set.Value }, token);
        return await ConfirmAsync(created, inner => FindAssignmentAsync(set.Value, inner), token);
    }

    /// <summary>Whether a failed create leaves it open if the record is there: made by somebody else, or by us with the answer lost.</summary>
    public static bool MayBeThere(Failure failure) =>
        failure.Category == FailureCategory.Unknown || failure.RemoteMessage?.StartsWith("DUPLICATE", StringComparison.Ordinal) == true;

    private async Task<Result<string>> SetIdAsync(CancellationToken token)
    {
        var found = await FindSetAsync(token);
        if (!found.Succeeded)
            return found.Failure;
        return found.Value.Id is { } id
            ? id
            : SalesforceFailures.FieldRefused.At(Place("granting access"), $"there is no permission set {SetName}");
    }

    private static async Task<Failure?> ConfirmAsync(
        Result<CrmAnswer> created, Func<CancellationToken, Task<Result<Found>>> find, CancellationToken token)
    {
        if (created.Succeeded || !MayBeThere(created.Failure))
            return created.Failure;
        var found = await find(token);
        return !found.Succeeded ? found.Failure : found.Value.Id is null ? created.Failure : null;
    }

    private async Task<Result<Found>> FindAsync(string soql, CancellationToken token)
    {
        var answer = await client.QueryAsync(soql, "looking for permissions", token);
        if (!answer.Succeeded)
            return answer.Failure;
        JsonElement first = answer.Value.Body.Items("records").FirstOrDefault();
        return new Found(SalesforceId.Normalise(first.Text("Id")));
    }

    private CallPlace Place(string purpose) => new(key, purpose);

    /// <summary>Result of a search; null where nothing was found.</summary>
    internal readonly record struct Found(string? Id);
}
