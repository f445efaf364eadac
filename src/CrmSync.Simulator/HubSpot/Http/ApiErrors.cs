using System.Text.Encodings.Web;
using System.Text.Json;
using CrmSync.Simulator.HubSpot.Properties;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>The errors that HubSpot answers, worded as it words them (fact sheet §1, §2.3, §4, §5, §6.1).</summary>
internal static class ApiErrors
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ApiError Invalid(
        string message, string? code = null, IReadOnlyDictionary<string, IReadOnlyList<string>>? context = null) =>
        new(400, "VALIDATION_ERROR", message) { Errors = code is null ? [] : [new ErrorDetail(message, code, context)] };

    public static ApiError BrokenJson(string reason) => Invalid($"Invalid input JSON: {reason}");

    public static ApiError NoRoute(string method, string path) =>
        new(404, "RESOURCE_NOT_FOUND", $"Unable to find a resource for {method} {path}");

    public static ApiError NoObjectType(string name) => new(404, "OBJECT_NOT_FOUND", $"Unable to infer object type from: {name}");

    public static ApiError NoObject(string id) => new ApiError(404, "OBJECT_NOT_FOUND", "Object not found.  objectId are usually numeric.")
        .WithContext("id", id);

    public static ApiError SomeObjectsMissing(HubSpotObjectType type, IReadOnlyList<string> ids) =>
        new ApiError(404, "OBJECT_NOT_FOUND",
            $"Could not get some {type.Shout} objects, they may be deleted or not exist. Check that ids are valid.")
            .WithContext("ids", ids);

    public static ApiError TooMany(int allowed, int sent) =>
        Invalid($"The maximum number of inputs supported in a batch request for this endpoint is {allowed}, but {sent} were sent.");

    public static ApiError NotAuthenticated() => new(401, "INVALID_AUTHENTICATION",
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview");

    public static ApiError Expired(HubSpotSimulatorOptions options) =>
        new(401, options.ExpiredTokenCategory, "The OAuth token used to make this call expired.");

    public static ApiError MissingScopes(params IReadOnlyList<string> scopes) =>
        new(403, "MISSING_SCOPES",
            "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.")
        {
            Errors = [new ErrorDetail("One or more of the following scopes are required.", null,
                new Dictionary<string, IReadOnlyList<string>> { ["requiredGranularScopes"] = scopes })],
            Links = new Dictionary<string, string> { ["scopes"] = "https://developers.hubspot.com/scopes" },
        };

    public static ApiError Locked() =>
        new(423, "LOCKED", "The record is locked by another write. Wait at least 2 seconds before trying again.");

    public static ApiError NoCustomProperties(HubSpotObjectType type) =>
        Invalid($"Custom properties are not supported for object type {type.TypeId}.", "OBJECT_TYPE_NOT_SUPPORTED");

    /// <summary>Invalid values, with their list as JSON text inside the message.</summary>
    public static ApiError InvalidProperties(IReadOnlyList<InvalidValue> invalid)
    {
        var list = JsonSerializer.Serialize(
            invalid.Select(i => new { isValid = false, message = i.Message, error = i.Error, name = i.Property }), Relaxed);
        return new ApiError(400, "VALIDATION_ERROR", $"Property values were not valid: {list}")
        {
            Errors = [.. invalid.Select(i =>
                new ErrorDetail(i.Message, i.Error, new Dictionary<string, IReadOnlyList<string>> { ["propertyName"] = [i.Property] }))],
        };
    }

    public static ApiError MissingOnCreate(HubSpotObjectType type, IReadOnlyList<string> properties) =>
        new ApiError(400, "VALIDATION_ERROR", $"Error creating {type.Shout}. Some required properties were not set.")
        {
            Errors = [new ErrorDetail($"Required properties were not set: {string.Join(", ", properties)}", "MISSING_REQUIRED_PROPERTY",
                new Dictionary<string, IReadOnlyList<string>> { ["properties"] = properties })],
        }.WithContext("properties", properties);

    public static ApiError MissingConditional(IReadOnlyList<string> properties) =>
        new(400, "VALIDATION_ERROR", "One or more properties that are required on this record were not set.")
        {
            Errors = [.. properties.Select(p =>
                new ErrorDetail($"Property \"{p}\" is required on this record.", "MISSING_CONDITIONAL_REQUIRED_PROPERTY",
                new Dictionary<string, IReadOnlyList<string>> { ["propertyName"] = [p] }))],
        };

    public static ApiError PropertyExists(string name) =>
        new(409, "OBJECT_ALREADY_EXISTS",
            $"A property named '{name}' already exists.")
        { SubCategory = "Properties.PROPERTY_WITH_NAME_EXISTS" };

    public static ApiError GroupExists(string name) =>
        new(409, "OBJECT_ALREADY_EXISTS",
            $"A property group named '{name}' already exists.")
        { SubCategory = "Properties.GROUP_WITH_NAME_EXISTS" };

    public static ApiError NoProperty(HubSpotObjectType type, string name) =>
        new ApiError(404, "OBJECT_NOT_FOUND", $"Property {name} for object type {type.TypeId} does not exist.")
            .WithContext("propertyName", name);

    public static ApiError NoGroup(string name) => new(404, "OBJECT_NOT_FOUND", $"Property group {name} does not exist.");

    public static ApiError NotUnique(string property) =>
        Invalid($"The provided ID property \"{property}\" is a non-unique property.", "INVALID_ID_PROPERTY");

    public static ApiError PropertyInUse(string name) => Invalid(
        $"Property {name} is in use: {{\"subCategory\":\"PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE\"}}",
        "CANNOT_DELETE_PROPERTY_IN_USE");

    /// <summary>A value that must be unique and is not; contacts say so in words of their own.</summary>
    public static ApiError ValueTaken(HubSpotObjectType type, string property, string value, long holder) =>
        type == HubSpotObjectType.Contacts && property == "email"
            ? new ApiError(409, "CONFLICT", $"Contact already exists. Existing ID: {holder}")
            : InvalidProperties([new InvalidValue(property, "CONFLICTING_UNIQUE_VALUE",
                $"Cannot set value {value} for property {property}. It is already in use by {holder}.")]);

    /// <summary>One row of a batch that a fault lets fail.</summary>
    public static ApiError RowFailed(string category, string id) =>
        new ApiError(409, category, $"The object {id} could not be written.").WithContext("ids", id);

    public static ApiError NoAssociations(HubSpotObjectType from, HubSpotObjectType to, string id) =>
        new ApiError(404, "OBJECT_NOT_FOUND",
            $"No {to.Singular} is associated with {from.Singular} {id}.")
        { SubCategory = "crm.associations.NO_ASSOCIATIONS_FOUND" }
            .WithContext("fromObjectId", id).WithContext("fromObjectType", from.Singular).WithContext("toObjectType", to.Singular);
}
