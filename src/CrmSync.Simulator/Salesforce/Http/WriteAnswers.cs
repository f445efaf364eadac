using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce.Records;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>The shapes of answers to writes: whole-request errors name an errorCode, errors of single records a statusCode.</summary>
internal static class WriteAnswers
{
    public static JsonObject Saved(string id) => new() { ["id"] = id, ["success"] = true, ["errors"] = new JsonArray() };

    public static JsonObject Failed(WriteProblem problem) => new()
    {
        ["success"] = false,
        ["errors"] = new JsonArray(new JsonObject
        {
            ["statusCode"] = problem.Code,
            ["message"] = problem.Message,
            ["fields"] = new JsonArray([.. problem.Fields.Select(field => (JsonNode)field)]),
        }),
    };

    /// <summary>A single record's problem as a failed request.</summary>
    public static SalesforceException AsFailure(WriteProblem problem) => problem.Code switch
    {
        "INVALID_CROSS_REFERENCE_KEY" when problem.Fields.Length == 0 => SalesforceException.NotFound(),
        "MALFORMED_ID" when problem.Fields is ["Id"] =>
            new SalesforceException(404, "NOT_FOUND", "Provided external ID field does not exist or is not accessible: Id"),
        "ENTITY_IS_DELETED" => new SalesforceException(404, "ENTITY_IS_DELETED", problem.Message),
        _ => new SalesforceException(400, problem.Code, problem.Message, problem.Fields),
    };
}
