namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>A request that fails as a whole, with the answer that Salesforce gives.</summary>
internal sealed class SalesforceException(int status, string errorCode, string message, params string[] fields) : Exception(message)
{
    public int Status { get; } = status;

    public string ErrorCode { get; } = errorCode;

    public IReadOnlyList<string> Fields { get; } = fields;

    public static SalesforceException NotFound() => new(404, "NOT_FOUND", "The requested resource does not exist");

    public static SalesforceException BadJson(string reason) => new(400, "JSON_PARSER_ERROR", reason);
}
