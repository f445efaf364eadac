using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.AzureOpenAI.Http;

/// <summary>Sends a chat completion as server-sent events, a few words at a time.</summary>
internal static class ChatStream
{
    private const int PieceLength = 24;

    public static async Task SendAsync(HttpContext context, ChatCompletion completion, bool withUsage)
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        // The service's own first event: what the filter found in the prompt, with no choices.
        await WriteAsync(context, new JsonObject
        {
            ["choices"] = new JsonArray(), ["created"] = 0, ["id"] = "", ["model"] = "", ["object"] = "", ["prompt_filter_results"] = ChatCompletion.PromptFilter(),
        });
        for (var i = 0; i < completion.Choices.Count; i++)
        {
            var choice = completion.Choices[i];
            await WriteAsync(context, Chunk(completion, i, new JsonObject { ["role"] = "assistant", ["content"] = "", ["refusal"] = null }, null, withUsage));
            var name = choice.Refusal is null ? "content" : "refusal";
            foreach (var piece in Pieces(choice.Refusal ?? choice.Content ?? ""))
                await WriteAsync(context, Chunk(completion, i, new JsonObject { [name] = piece }, null, withUsage));
            await WriteAsync(context, Chunk(completion, i, [], choice.FinishReason, withUsage));
        }

        if (withUsage)
        {
            var last = Head(completion);
            last["choices"] = new JsonArray();
            last["usage"] = completion.Usage();
            await WriteAsync(context, last);
        }
        await context.Response.WriteAsync("data: [DONE]\n\n", context.RequestAborted);
    }

    private static JsonObject Chunk(ChatCompletion completion, int index, JsonObject delta, string? finish, bool withUsage)
    {
        var chunk = Head(completion);
        chunk["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = index, ["delta"] = delta, ["logprobs"] = null, ["finish_reason"] = finish,
            ["content_filter_results"] = ChatCompletion.AnswerFilter(completion.Choices[index]),
        });
        if (withUsage)
            chunk["usage"] = null;
        return chunk;
    }

    private static JsonObject Head(ChatCompletion completion) => new()
    {
        ["id"] = completion.Id, ["object"] = "chat.completion.chunk", ["created"] = completion.Created, ["model"] = completion.Model,
        ["system_fingerprint"] = "fp_simulated",
    };

    private static IEnumerable<string> Pieces(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var end = Math.Min(at + PieceLength, text.Length);
            if (end < text.Length && char.IsLowSurrogate(text[end]))
                end++;
            yield return text[at..end];
            at = end;
        }
    }

    private static async Task WriteAsync(HttpContext context, JsonObject chunk)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($"data: {chunk.ToJsonString()}\n\n"), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
