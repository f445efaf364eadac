using System.Text;
using System.Text.Json.Nodes;

namespace CrmSync.Simulator.AzureOpenAI.Http;

/// <summary>
/// A batch: its state follows from the clock, each of its stages lasting <see cref="ModelSimulatorOptions.BatchStage"/>. Its lines are answered
/// once, when somebody looks at it after its work is done. Used under the store's lock.
/// </summary>
internal sealed class ModelBatch(string id, ModelFile input, string endpoint, JsonNode? metadata, DateTimeOffset createdAt, TimeSpan stage)
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(24);
    private List<JsonObject> _lines = [];
    private List<string> _faults = [];
    private DateTimeOffset? _cancelledAt;
    private (int Completed, int Failed) _counts;
    private ModelFile? _output;
    private ModelFile? _errors;
    private bool _answered;

    public string Id => id;

    public string Endpoint => endpoint;

    /// <summary>Reads the input; what is wrong with it shows when the validation is over.</summary>
    public void Validate(Func<string, bool> isDeployment)
    {
        HashSet<string> ids = new(StringComparer.Ordinal);
        foreach (var (line, number) in Encoding.UTF8.GetString(input.Content).Split('\n').Select((line, i) => (line.Trim(), i + 1)).Where(pair => pair.Item1.Length > 0))
        {
            if (Fault(line, ids, isDeployment, out var request) is { } fault)
                _faults.Add($"line {number}: {fault}");
            else
                _lines.Add(request!);
        }
        if (_lines.Count == 0 && _faults.Count == 0)
            _faults.Add("The input file is empty.");
    }

    public void Cancel(DateTimeOffset now)
    {
        if (State(now) is not ("validating" or "in_progress"))
            throw new ModelRefusal(ModelErrors.Invalid($"Cannot cancel a batch with status '{State(now)}'.", null, "invalid_batch_status"));
        _cancelledAt = now;
    }

    public string State(DateTimeOffset now)
    {
        if (_cancelledAt is { } at)
            return now - at < stage ? "cancelling" : "cancelled";
        var age = now - createdAt;
        if (age < stage)
            return "validating";
        if (_faults.Count > 0)
            return "failed";
        return age < stage * 2 ? "in_progress" : age < stage * 3 ? "finalizing" : "completed";
    }

    public JsonObject ToJson(DateTimeOffset now, ModelFiles files, Func<JsonObject, (int Status, JsonObject Body)> answer)
    {
        var state = State(now);
        if (state is "finalizing" or "completed" && !_answered)
            AnswerAll(files, answer);
        long? At(int stages, params string[] states) => states.Contains(state) ? (createdAt + (stage * stages)).ToUnixTimeSeconds() : null;
        var total = state is "validating" or "failed" ? 0 : _lines.Count;
        return new JsonObject
        {
            ["id"] = id, ["object"] = "batch", ["endpoint"] = endpoint, ["input_file_id"] = input.Id, ["completion_window"] = "24h", ["status"] = state,
            ["errors"] = state == "failed" ? Errors() : null,
            ["output_file_id"] = state == "completed" ? _output?.Id : null, ["error_file_id"] = state == "completed" ? _errors?.Id : null,
            ["created_at"] = createdAt.ToUnixTimeSeconds(), ["expires_at"] = (createdAt + Window).ToUnixTimeSeconds(),
            ["in_progress_at"] = At(1, "in_progress", "finalizing", "completed"), ["finalizing_at"] = At(2, "finalizing", "completed"),
            ["completed_at"] = At(3, "completed"), ["failed_at"] = At(1, "failed"), ["expired_at"] = null,
            ["cancelling_at"] = _cancelledAt?.ToUnixTimeSeconds(), ["cancelled_at"] = state == "cancelled" ? (_cancelledAt + stage)?.ToUnixTimeSeconds() : null,
            ["request_counts"] = new JsonObject { ["total"] = total, ["completed"] = _counts.Completed, ["failed"] = _counts.Failed },
            ["metadata"] = metadata?.DeepClone(),
        };
    }

    private void AnswerAll(ModelFiles files, Func<JsonObject, (int Status, JsonObject Body)> answer)
    {
        _answered = true;
        var (output, errors) = (new StringBuilder(), new StringBuilder());
        for (var i = 0; i < _lines.Count; i++)
        {
            var (status, body) = answer((JsonObject)_lines[i]["body"]!);
            var fine = status < 400;
            _counts = fine ? (_counts.Completed + 1, _counts.Failed) : (_counts.Completed, _counts.Failed + 1);
            (fine ? output : errors).Append(new JsonObject
            {
                ["id"] = $"batch_req_{id[6..]}_{i}", ["custom_id"] = (string?)_lines[i]["custom_id"],
                ["response"] = new JsonObject { ["status_code"] = status, ["request_id"] = $"{id}-{i}", ["body"] = body },
                ["error"] = null,
            }.ToJsonString()).Append('\n');
        }
        _lines = [.. _lines.Select(_ => new JsonObject())];
        if (output.Length > 0)
            _output = files.Add($"{id}_output.jsonl", "batch_output", Encoding.UTF8.GetBytes(output.ToString()));
        if (errors.Length > 0)
            _errors = files.Add($"{id}_error.jsonl", "batch_output", Encoding.UTF8.GetBytes(errors.ToString()));
    }

    private string? Fault(string line, HashSet<string> ids, Func<string, bool> isDeployment, out JsonObject? request)
    {
        request = null;
        try
        {
            request = ModelBody.Parse(Encoding.UTF8.GetBytes(line));
        }
        catch (ModelRefusal)
        {
            return "This line is not parseable as valid JSON.";
        }
        if (ModelBody.Text(request, "custom_id") is not { Length: > 0 } customId)
            return "Missing required parameter: 'custom_id'.";
        if (!ids.Add(customId))
            return $"The custom_id '{customId}' is a duplicate.";
        if (ModelBody.Text(request, "method") != "POST" || Plain(ModelBody.Text(request, "url")) != Plain(endpoint))
            return $"The method and url must be POST and '{endpoint}', as the batch says.";
        if (request["body"] is not JsonObject body || ModelBody.Text(body, "model") is not { } model)
            return "Missing required parameter: 'body.model'.";
        return isDeployment(model) ? null : $"The deployment '{model}' does not exist.";
    }

    // Both the short and the long name of a route are in use.
    private static string? Plain(string? url) => url is not null && url.StartsWith("/v1", StringComparison.Ordinal) ? url[3..] : url;

    private JsonObject Errors() => new()
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. _faults.Select(fault => new JsonObject { ["code"] = "invalid_request", ["message"] = fault, ["param"] = null, ["line"] = null })]),
    };
}
