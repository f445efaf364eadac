using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// The two permission sets that make new fields visible: without one, a field that was created is not there for the API. Field-level
/// security is granted object by
/// object, so for Task and again for Event. Every method may be repeated.
/// </summary>
internal sealed class SalesforceGrants(SalesforceClient client, SalesforceSessions sessions, string key)
{
    /// <summary>API name of the permission set of the integration user: it edits.</summary>
    public const string Integration = "CrmSync_Integration";

    /// <summary>API name of the permission set for people: it reads.</summary>
    public const string Viewer = "CrmSync_Viewer";

    /// <summary>Id of a permission set; null inside a success where there is none yet.</summary>
    public Task<Result<Found>> FindSetAsync(string set, CancellationToken token) =>
        FindAsync($"SELECT Id FROM PermissionSet WHERE Name = '{set}'", token);

    /// <summary>Our assignment to a permission set.</summary>
    public async Task<Result<Found>> FindAssignmentAsync(string setId, CancellationToken token)
    {
        var user = await sessions.UserAsync(token);
        return user.Succeeded
            ? await FindAsync($"SELECT Id FROM PermissionSetAssignment WHERE AssigneeId = '{user.Value}' AND PermissionSetId = '{setId}'", token)
            : user.Failure;
    }

    /// <summary>Fields that a permission set lets people read, as object and field with a dot between.</summary>
    public async Task<Result<IReadOnlySet<string>>> ReadableAsync(string setId, CancellationToken token)
    {
        var answer = await client.QueryAsync(
            $"SELECT Field, PermissionsRead FROM FieldPermissions WHERE ParentId = '{setId}'", "looking for permissions", token);
        return answer.Succeeded
            ? Result.Success<IReadOnlySet<string>>(answer.Value.Body.Items("records").Where(row => row.IsTrue("PermissionsRead"))
                .Select(row => row.Text("Field")).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase))
            : answer.Failure;
    }

    /// <summary>Creates a permission set.</summary>
    public async Task<Failure?> CreateSetAsync(string set, CancellationToken token)
    {
        var created = await client.CreateAsync(
            "PermissionSet", new JsonObject { ["Name"] = set, ["Label"] = set.Replace('_', ' ') }, token);
        return await ConfirmAsync(created, inner => FindSetAsync(set, inner), token);
    }

    /// <summary>
    /// Lets the holders of a permission set read a field of one object, and edit it where the set is the integration user's.
    /// </summary>
    public async Task<Failure?> GrantAsync(string setName, string type, string field, CancellationToken token)
    {
        var set = await SetIdAsync(setName, token);
        if (!set.Succeeded)
            return set.Failure;
        var rights = new JsonObject { ["PermissionsRead"] = true, ["PermissionsEdit"] = setName == Integration };
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

    /// <summary>Assigns the integration user's permission set to ourselves.</summary>
    public async Task<Failure?> AssignAsync(CancellationToken token)
    {
        var set = await SetIdAsync(Integration, token);
        if (!set.Succeeded)
            return set.Failure;
        var assigned = await FindAssignmentAsync(set.Value, token);
        if (!assigned.Succeeded)
            return assigned.Failure;
        if (assigned.Value.Id is not null)
            return null;
        var user = await sessions.UserAsync(token);
        if (!user.Succeeded)
            return user.Failure;
        var created = await client.CreateAsync(
            "PermissionSetAssignment", new JsonObject { ["AssigneeId"] = user.Value, ["PermissionSetId"] = set.Value }, token);
        return await ConfirmAsync(created, inner => FindAssignmentAsync(set.Value, inner), token);
    }

    /// <summary>Takes a permission set from everybody who has it, and deletes it.</summary>
    public async Task<Failure?> RemoveSetAsync(string setName, CancellationToken token)
    {
        var set = await FindSetAsync(setName, token);
        if (!set.Succeeded)
            return set.Failure;
        if (set.Value.Id is not { } id)
            return null;
        var assignments = await client.QueryAsync(
            $"SELECT Id FROM PermissionSetAssignment WHERE PermissionSetId = '{id}'", "looking for permissions", token);
        if (!assignments.Succeeded)
            return assignments.Failure;
        foreach (var assignment in assignments.Value.Body.Items("records").Select(row => SalesforceId.Normalise(row.Text("Id"))).OfType<string>())
        {
            var taken = await client.DeleteAsync("PermissionSetAssignment", assignment, token);
            if (!taken.Succeeded && !IsGone(taken.Failure))
                return taken.Failure;
        }

        var removed = await client.DeleteAsync("PermissionSet", id, token);
        return removed.Succeeded || IsGone(removed.Failure) ? null : removed.Failure;
    }

    /// <summary>Whether a failed delete says that there is nothing left to delete.</summary>
    public static bool IsGone(Failure failure) =>
        failure.Code == SalesforceFailures.ObjectMissing.Code
        || failure.RemoteMessage?.StartsWith("ENTITY_IS_DELETED", StringComparison.Ordinal) == true;

    /// <summary>
    /// Whether a failed create leaves it open if the record is there: made by somebody else, or by us with the answer lost.
    /// </summary>
    public static bool MayBeThere(Failure failure) =>
        failure.Category == FailureCategory.Unknown || failure.RemoteMessage?.StartsWith("DUPLICATE", StringComparison.Ordinal) == true;

    private async Task<Result<string>> SetIdAsync(string set, CancellationToken token)
    {
        var found = await FindSetAsync(set, token);
        if (!found.Succeeded)
            return found.Failure;
        return found.Value.Id is { } id
            ? id
            : SalesforceFailures.FieldRefused.At(Place("granting access"), $"there is no permission set {set}");
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
