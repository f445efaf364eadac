using System.Globalization;
using System.Text.Json.Nodes;
using CrmSync.Simulator.AzureOpenAI.Answers;

namespace CrmSync.Simulator.AzureOpenAI.Http;

/// <summary>One answer of a chat completion.</summary>
internal sealed record ChatChoice(string? Content, string? Refusal, string FinishReason, int Tokens);

/// <summary>A chat completion.</summary>
internal sealed record ChatCompletion(string Id, long Created, string Model, IReadOnlyList<ChatChoice> Choices, int PromptTokens, int CachedTokens)
{
    public JsonObject Usage()
    {
        var completion = Choices.Sum(choice => choice.Tokens);
        return new JsonObject
        {
            ["prompt_tokens"] = PromptTokens,
            ["completion_tokens"] = completion,
            ["total_tokens"] = PromptTokens + completion,
            ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = CachedTokens, ["audio_tokens"] = 0 },
            ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 0, ["audio_tokens"] = 0 },
        };
    }

    public JsonObject ToJson() => new()
    {
        ["id"] = Id,
        ["object"] = "chat.completion",
        ["created"] = Created,
        ["model"] = Model,
        ["system_fingerprint"] = "fp_simulated",
        ["prompt_filter_results"] = PromptFilter(),
        ["choices"] = new JsonArray([.. Choices.Select(Shown)]),
        ["usage"] = Usage(),
    };

    public static JsonArray PromptFilter() => [new JsonObject { ["prompt_index"] = 0, ["content_filter_results"] = FilterResults.Write(jailbreak: true) }];

    public static JsonObject AnswerFilter(ChatChoice choice) => FilterResults.Write(choice.FinishReason == "content_filter" ? FilterResults.Violence : null);

    private static JsonObject Shown(ChatChoice choice, int index) => new()
    {
        ["index"] = index,
        ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = choice.Content, ["refusal"] = choice.Refusal },
        ["logprobs"] = null,
        ["finish_reason"] = choice.FinishReason,
        ["content_filter_results"] = AnswerFilter(choice),
    };
}

/// <summary>Answers chat completions, for calls and for the lines of a batch alike. Thread-safe.</summary>
internal sealed class ChatService(Answerer answerer, ModelDials dials, PromptCache cache, ModelSimulatorOptions options, TimeProvider clock)
{
    private const string RefusalText = "I'm sorry, but I can't help with that.";
    private long _answered;

    public ChatCompletion Answer(ChatRequest request, ModelDeployment deployment)
    {
        var filter = dials.Take(ModelDials.Filter);
        if (filter is not null && filter.Target != "answer")
            throw new ModelRefusal(ModelErrors.Filtered());
        ChatChoice[] choices = [.. Enumerable.Range(0, request.Choices).Select(n => Choose(request, n, filter is not null))];
        var number = Hash.Mixed(Hash.Of(options.Seed.ToString(CultureInfo.InvariantCulture)) + (ulong)Interlocked.Increment(ref _answered));
        return new ChatCompletion($"chatcmpl-{number:x16}", clock.GetUtcNow().ToUnixTimeSeconds(), deployment.Model, choices, request.PromptTokens,
            cache.CachedTokens(deployment.Name, request.Texts));
    }

    private ChatChoice Choose(ChatRequest request, int number, bool filtered)
    {
        if (dials.Take(ModelDials.Refusal) is not null)
            return new(null, RefusalText, "stop", TokenCount.Of(RefusalText));
        var question = request.Question with { Draw = request.Question.Draw + number, UnknownLabel = UnknownLabel() };
        var text = dials.Spoil(answerer.Answer(question)).Text;
        var tokens = TokenCount.Of(text);
        if (filtered)
            return Cut(text, tokens / 2, "content_filter");
        if (dials.Take(ModelDials.Truncated) is not null)
            return Cut(text, tokens / 2, "length");
        return request.MostTokens is { } most && tokens > most ? Cut(text, most, "length") : new(text, null, "stop", tokens);
    }

    private string? UnknownLabel() => dials.Take(ModelDials.UnknownLabel) is { } setting ? setting.Target ?? "Strategic Fit" : null;

    private static ChatChoice Cut(string text, int tokens, string reason) => new(TokenCount.Start(text, tokens), null, reason, tokens);
}
