using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Pipeline.Classification.Hosted;

namespace CrmSync.Connectors.AzureOpenAI;

/// <summary>
/// Writes the body of a chat completion, the same for a call and for a line of a batch. Which parameters a deployment's model takes is learned from its refusals: reasoning
/// models take no temperature, older ones name the longest answer differently. Thread-safe.
/// </summary>
internal sealed class ChatBody
{
    // Equal questions get equal answers, as far as the model keeps that.
    private const int Seed = 20_261_121;
    private static readonly string[] Optional = ["temperature", "seed", "max_completion_tokens"];
    private readonly ConcurrentDictionary<(string Deployment, string Parameter), bool> _refused = new();

    /// <summary>The body.</summary>
    public JsonObject Write(HostedPrompt prompt)
    {
        var body = new JsonObject
        {
            ["model"] = prompt.Deployment,
            ["messages"] = new JsonArray(
                new JsonObject { ["role"] = "system", ["content"] = prompt.System },
                new JsonObject { ["role"] = "user", ["content"] = prompt.User }),
            ["response_format"] = new JsonObject
            {
                ["type"] = "json_schema",
                ["json_schema"] = new JsonObject { ["name"] = prompt.SchemaName, ["strict"] = true, ["schema"] = JsonNode.Parse(prompt.Schema) },
            },
        };
        body[Takes("max_completion_tokens") ? "max_completion_tokens" : "max_tokens"] = prompt.MaxOutputTokens;
        if (Takes("temperature"))
            body["temperature"] = 0;
        if (Takes("seed"))
            body["seed"] = Seed;
        return body;

        bool Takes(string parameter) => !_refused.ContainsKey((prompt.Deployment, parameter));
    }

    /// <summary>The body as bytes.</summary>
    public byte[] WriteBytes(HostedPrompt prompt) => JsonSerializer.SerializeToUtf8Bytes(Write(prompt));

    /// <summary>Notes that a deployment does not take a parameter.</summary>
    /// <returns>Whether the body is another one now, so that asking again makes sense.</returns>
    public bool Learn(string deployment, string parameter) => Optional.Contains(parameter) && _refused.TryAdd((deployment, parameter), true);
}
