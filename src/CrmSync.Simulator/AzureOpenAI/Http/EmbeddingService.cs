using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Simulator.AzureOpenAI.Answers;

namespace CrmSync.Simulator.AzureOpenAI.Http;

/// <summary>Embeddings as asked for, checked.</summary>
internal sealed record EmbeddingRequest(string Model, IReadOnlyList<string> Inputs, int? Dimensions, bool Base64)
{
    private const int MostInputs = 2048;
    private const int MostTokensOfInput = 8192;
    private const int MostTokens = 300_000;

    public int Tokens => Inputs.Sum(TokenCount.Of);

    /// <exception cref="ModelRefusal">The body is none.</exception>
    public static EmbeddingRequest Read(JsonObject body)
    {
        var model = ModelBody.Text(body, "model") ?? throw new ModelRefusal(ModelErrors.Invalid("you must provide a model parameter", "model"));
        List<string> inputs = body["input"] switch
        {
            JsonValue value when value.GetValueKind() == JsonValueKind.String => [(string)value!],
            JsonArray { Count: > 0 and <= MostInputs } many when many.All(one => one?.GetValueKind() == JsonValueKind.String) => [.. many.Select(one => (string)one!)],
            _ => throw new ModelRefusal(ModelErrors.Invalid($"'$.input' is invalid: give a string or 1 to {MostInputs} strings (tokens are not served by the simulated service).", "input")),
        };
        if (inputs.Any(input => input.Length == 0))
            throw new ModelRefusal(ModelErrors.Invalid("'$.input' is invalid: input cannot be an empty string.", "input"));
        if (inputs.Max(TokenCount.Of) is var longest && longest > MostTokensOfInput)
            throw new ModelRefusal(ModelErrors.Invalid($"This model's maximum context length is {MostTokensOfInput} tokens, however you requested {longest} tokens ({longest} in your prompt; 0 for the completion). Please reduce your prompt; or completion length."));
        if (inputs.Sum(TokenCount.Of) is var all && all > MostTokens)
            throw new ModelRefusal(ModelErrors.Invalid($"Requested {all} tokens, max {MostTokens} tokens per request", code: "max_tokens_per_request"));
        var format = body["encoding_format"] is null ? "float" : ModelBody.Text(body, "encoding_format");
        if (format is not ("float" or "base64"))
            throw new ModelRefusal(ModelErrors.Invalid("Invalid value for 'encoding_format'. Supported values are: 'float' and 'base64'.", "encoding_format"));
        return new(model, inputs, ReadDimensions(body), format == "base64");
    }

    public JsonObject Answer(ModelDeployment deployment)
    {
        // The older model has one length.
        if (Dimensions is not null && deployment.Model == "text-embedding-ada-002")
            throw new ModelRefusal(ModelErrors.Invalid("This model does not support specifying dimensions.", "dimensions"));
        var length = Dimensions ?? deployment.Dimensions!.Value;
        if (length > deployment.Dimensions)
            throw new ModelRefusal(ModelErrors.Invalid($"Invalid value for 'dimensions' = {length}. Must be less than or equal to {deployment.Dimensions}.", "dimensions"));
        return new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. Inputs.Select((input, i) => new JsonObject
            {
                ["object"] = "embedding", ["index"] = i, ["embedding"] = Shown(Embedder.Embed(input, length)),
            })]),
            ["model"] = deployment.Model,
            ["usage"] = new JsonObject { ["prompt_tokens"] = Tokens, ["total_tokens"] = Tokens },
        };
    }

    private JsonNode Shown(float[] vector) => Base64
        ? JsonValue.Create(Convert.ToBase64String(MemoryMarshal.AsBytes(vector.AsSpan())))
        : new JsonArray([.. vector.Select(number => JsonValue.Create(number))]);

    private static int? ReadDimensions(JsonObject body)
    {
        if (body["dimensions"] is not { } node)
            return null;
        return node is JsonValue value && value.TryGetValue<int>(out var number) && number >= 1
            ? number
            : throw new ModelRefusal(ModelErrors.Invalid("Invalid value for 'dimensions': expected an integer of 1 or more.", "dimensions"));
    }
}
