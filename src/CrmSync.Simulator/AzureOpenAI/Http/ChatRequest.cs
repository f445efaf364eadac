using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Simulator.AzureOpenAI.Answers;

namespace CrmSync.Simulator.AzureOpenAI.Http;

/// <summary>A chat completion as asked for, checked.</summary>
internal sealed record ChatRequest
{
    private static readonly string[] Unserved = ["tools", "functions", "logprobs", "top_logprobs", "audio", "modalities", "store"];
    private static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool"];

    public required string Model { get; init; }

    /// <summary>The texts of all messages, in order.</summary>
    public required IReadOnlyList<string> Texts { get; init; }

    public required Question Question { get; init; }

    public required int Choices { get; init; }

    public required int? MostTokens { get; init; }

    public required bool Stream { get; init; }

    public required bool StreamUsage { get; init; }

    public int PromptTokens => Texts.Sum(text => TokenCount.Of(text) + TokenCount.PerMessage) + 3;

    /// <exception cref="ModelRefusal">The body is none.</exception>
    public static ChatRequest Read(JsonObject body)
    {
        foreach (var name in Unserved.Where(name => body[name] is not null && !(body[name] is JsonValue value && value.GetValueKind() == JsonValueKind.False)))
            throw new ModelRefusal(ModelErrors.Invalid($"The simulated service does not serve '{name}'.", name, "unsupported_parameter"));
        if (body["messages"] is not JsonArray { Count: > 0 } messages)
            throw new ModelRefusal(ModelErrors.Invalid("Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.", "messages", "empty_array"));
        List<(string Role, string Text)> texts = [.. messages.Select(ReadMessage)];
        var (schema, any) = ReadFormat(body, texts.Select(text => text.Text));
        var temperature = Number(body, "temperature", 0, 2) ?? 1;
        var seed = (long)(Number(body, "seed", long.MinValue, long.MaxValue) ?? 0);
        if (body["max_tokens"] is not null && body["max_completion_tokens"] is not null)
            throw new ModelRefusal(ModelErrors.Invalid("Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.", "max_tokens"));

        return new ChatRequest
        {
            Model = ModelBody.Text(body, "model") ?? throw new ModelRefusal(ModelErrors.Invalid("you must provide a model parameter", "model")),
            Texts = [.. texts.Select(text => text.Text)],
            Question = new Question(texts.LastOrDefault(text => text.Role == "user").Text ?? "", schema, any, temperature > 0 ? seed : 0),
            Choices = (int)(Number(body, "n", 1, 8) ?? 1),
            MostTokens = (int?)(Number(body, "max_completion_tokens", 1, 1_000_000) ?? Number(body, "max_tokens", 1, 1_000_000)),
            Stream = Flag(body, "stream"),
            StreamUsage = body["stream_options"] is JsonObject options && Flag(options, "include_usage"),
        };
    }

    private static (string Role, string Text) ReadMessage(JsonNode? message, int index)
    {
        if (message is not JsonObject one || ModelBody.Text(one, "role") is not { } role || !Roles.Contains(role))
            throw new ModelRefusal(ModelErrors.Invalid($"Invalid value for 'messages[{index}].role'. Supported values are: {string.Join(", ", Roles)}.", $"messages[{index}].role", "invalid_value"));
        return one["content"] switch
        {
            JsonValue value when value.GetValueKind() == JsonValueKind.String => (role, (string)value!),
            JsonArray parts => (role, string.Concat(parts.Select((part, i) => ReadPart(part, $"messages[{index}].content[{i}]")))),
            null when role == "assistant" => (role, ""),
            _ => throw new ModelRefusal(ModelErrors.Invalid($"Invalid type for 'messages[{index}].content': expected a string or an array of objects.", $"messages[{index}].content", "invalid_type")),
        };
    }

    private static string ReadPart(JsonNode? part, string at) =>
        part is JsonObject one && ModelBody.Text(one, "type") is "text" && ModelBody.Text(one, "text") is { } text
            ? text
            : throw new ModelRefusal(ModelErrors.Invalid($"The simulated service reads parts of type 'text' alone ('{at}').", at, "invalid_value"));

    private static (JsonObject? Schema, bool Any) ReadFormat(JsonObject body, IEnumerable<string> texts)
    {
        if (body["response_format"] is not JsonObject format)
            return (null, false);
        switch (ModelBody.Text(format, "type"))
        {
            case "text":
                return (null, false);
            case "json_object":
                if (!texts.Any(text => text.Contains("json", StringComparison.OrdinalIgnoreCase)))
                    throw new ModelRefusal(ModelErrors.Invalid("'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.", "messages"));
                return (null, true);
            case "json_schema":
                return (ReadSchema(format), false);
            default:
                throw new ModelRefusal(ModelErrors.Invalid("Invalid value for 'response_format.type'. Supported values are: 'json_object', 'json_schema', and 'text'.", "response_format.type", "invalid_value"));
        }
    }

    private static JsonObject ReadSchema(JsonObject format)
    {
        if (format["json_schema"] is not JsonObject named || ModelBody.Text(named, "name") is not { Length: > 0 and <= 64 } name)
            throw new ModelRefusal(ModelErrors.Invalid("Missing required parameter: 'response_format.json_schema.name'.", "response_format.json_schema.name", "missing_required_parameter"));
        if (named["schema"] is not JsonObject schema)
            throw new ModelRefusal(ModelErrors.Invalid("Missing required parameter: 'response_format.json_schema.schema'.", "response_format.json_schema.schema", "missing_required_parameter"));
        if (Flag(named, "strict") && StrictSchema.Fault(schema) is { } fault)
            throw new ModelRefusal(ModelErrors.Invalid($"Invalid schema for response_format '{name}': {fault}", "response_format"));
        return schema;
    }

    private static bool Flag(JsonObject body, string name) => body[name] is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    private static double? Number(JsonObject body, string name, double least, double most)
    {
        if (body[name] is not { } node)
            return null;
        if (node is not JsonValue value || value.GetValueKind() != JsonValueKind.Number || (double)value is var number && (number < least || number > most))
            throw new ModelRefusal(ModelErrors.Invalid($"Invalid value for '{name}': expected a number from {least} to {most}.", name, "invalid_value"));
        return (double)value;
    }
}
