using System.Text.Json.Nodes;

namespace CrmSync.Simulator.AzureOpenAI;

/// <summary>An error as the service says it.</summary>
internal sealed record ModelError(int Status, string Code, string Message, string? Type = null, string? Param = null)
{
    /// <summary>What the service adds for its own policies.</summary>
    public JsonObject? Inner { get; init; }

    public JsonObject ToJson()
    {
        var error = new JsonObject { ["code"] = Code, ["message"] = Message, ["type"] = Type, ["param"] = Param };
        if (Inner is not null)
        {
            error["status"] = Status;
            error["innererror"] = Inner.DeepClone();
        }
        return new JsonObject { ["error"] = error };
    }
}

/// <summary>Ends a call with an error of the service.</summary>
internal sealed class ModelRefusal(ModelError error) : Exception(error.Message)
{
    public ModelError Error { get; } = error;
}

/// <summary>The service's errors in its own words.</summary>
internal static class ModelErrors
{
    private const string InvalidRequest = "invalid_request_error";

    public static ModelError NotAuthenticated() => new(401, "401",
        "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.");

    public static ModelError NoRole() => new(403, "PermissionDenied",
        "The principal lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action` to perform this operation.");

    public static ModelError NoDeployment() => new(404, "DeploymentNotFound",
        "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.");

    public static ModelError NotFound(string what, string id) => new(404, "NotFound", $"No such {what}: {id}", InvalidRequest, "id");

    public static ModelError NoRoute() => new(404, "404", "Resource not found");

    public static ModelError TooFast(string operation, string what, int seconds) => new(429, "RateLimitReached",
        $"Requests to the {operation} Operation under Azure OpenAI have exceeded {what} rate limit of your current pricing tier. Please retry after {seconds} seconds.",
        "too_many_requests");

    public static ModelError OverQuota() => new(429, "insufficient_quota",
        "You exceeded your current quota, please check your plan and billing details.", "insufficient_quota");

    public static ModelError Busy(int status) => new(status, status == 503 ? "ServiceUnavailable" : "InternalServerError",
        status == 503 ? "The server is currently overloaded with other requests. Sorry about that! You can retry your request."
            : "The server had an error while processing your request. Sorry about that!", "server_error");

    public static ModelError Invalid(string message, string? param = null, string code = "BadRequest") => new(400, code, message, InvalidRequest, param);

    public static ModelError BadSchema(string fault) => Invalid($"Invalid schema for response_format 'answer': {fault}", "response_format");

    public static ModelError Filtered() => new(400, "content_filter",
        "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.", null, "prompt")
    {
        Inner = new JsonObject { ["code"] = "ResponsibleAIPolicyViolation", ["content_filter_result"] = FilterResults.Write(FilterResults.Violence, jailbreak: true) },
    };
}

/// <summary>What the content filter found, as answers carry it.</summary>
internal static class FilterResults
{
    public const string Violence = "violence";
    private static readonly string[] Categories = ["hate", "self_harm", "sexual", Violence];

    public static JsonObject Write(string? filtered = null, bool jailbreak = false)
    {
        var results = new JsonObject();
        foreach (var category in Categories)
            results[category] = new JsonObject { ["filtered"] = category == filtered, ["severity"] = category == filtered ? "medium" : "safe" };
        if (jailbreak)
            results["jailbreak"] = new JsonObject { ["filtered"] = false, ["detected"] = false };
        return results;
    }
}
