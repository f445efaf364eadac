using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.AzureOpenAI;

/// <summary>Reads answers of chat completions, and says what a refusal means. Thread-safe.</summary>
internal sealed class AzureOpenAiDialect(TimeProvider time)
{
    private static readonly TimeSpan UsualWait = TimeSpan.FromSeconds(30);

    /// <summary>A chat completion's answer as a reply; refusals of the model and the filter's stops are replies too.</summary>
    public Result<HostedReply> Read(WireAnswer answer, CallPlace place)
    {
        if (IsFiltered(answer))
            return new HostedReply("", HostedEnding.Filtered, "", default);
        if (answer.Status is < 200 or >= 300)
            return Refuse(answer, place);
        var body = answer.Body;
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("choices", out var choices) || choices.ValueKind != JsonValueKind.Array || choices.GetArrayLength() == 0
            || WireAnswer.Part(choices[0], "message") is not { } message)
            return AzureOpenAiFailures.Unreadable.At(place);
        var ending = Ending(WireAnswer.Text(choices[0], "finish_reason"), WireAnswer.Text(message, "refusal"));
        var text = ending is HostedEnding.Complete or HostedEnding.CutOff ? WireAnswer.Text(message, "content") ?? "" : "";
        return new HostedReply(text, ending, WireAnswer.Text(body, "model") ?? "", Usage(body));
    }

    /// <summary>What a status outside 2xx means.</summary>
    public Failure Refuse(WireAnswer answer, CallPlace place)
    {
        var code = answer.Error("code");
        var kind = answer.Status switch
        {
            401 => AzureOpenAiFailures.NotAuthenticated,
            403 => AzureOpenAiFailures.NoRole,
            404 when code == "DeploymentNotFound" || code == "model_not_found" => AzureOpenAiFailures.NoDeployment,
            404 when place.Purpose.Contains("batch", StringComparison.Ordinal) && code is not ("404" or null) => AzureOpenAiFailures.BatchGone,
            404 => AzureOpenAiFailures.WrongAddress,
            429 when code == "insufficient_quota" => AzureOpenAiFailures.QuotaSpent,
            429 => AzureOpenAiFailures.TooFast,
            408 or >= 500 => AzureOpenAiFailures.ServerError,
            >= 300 and < 400 => HttpFailures.Redirected,
            400 when code == "context_length_exceeded" => AzureOpenAiFailures.TooLong,
            400 when answer.Error("param") is { } param && param.StartsWith("response_format", StringComparison.Ordinal) => AzureOpenAiFailures.NoStructuredOutput,
            _ => AzureOpenAiFailures.Refused,
        };
        return kind.At(place) with
        {
            RemoteMessage = answer.Words,
            CorrelationId = answer.RequestId,
            NotBefore = kind == AzureOpenAiFailures.TooFast ? time.GetUtcNow() + (answer.RetryAfter ?? UsualWait) : null,
        };
    }

    /// <summary>The name of a parameter that the model does not take; null where that is not what is wrong.</summary>
    public static string? UnsupportedParameter(WireAnswer answer) =>
        answer.Status == 400 && (answer.Error("code") is "unsupported_parameter" or "unsupported_value" || answer.Error("message")?.Contains("nsupported", StringComparison.Ordinal) == true)
            ? answer.Error("param")
            : null;

    private static bool IsFiltered(WireAnswer answer) =>
        answer.Status == 400 && (answer.Error("code") == "content_filter" || answer.InnerCode == "ResponsibleAIPolicyViolation");

    private static HostedEnding Ending(string? finish, string? refusal) => finish switch
    {
        "content_filter" => HostedEnding.Filtered,
        _ when !string.IsNullOrEmpty(refusal) => HostedEnding.Refused,
        "length" => HostedEnding.CutOff,
        _ => HostedEnding.Complete,
    };

    private static TokenUsage Usage(JsonElement body)
    {
        if (WireAnswer.Part(body, "usage") is not { } usage)
            return default;
        var cached = WireAnswer.Part(usage, "prompt_tokens_details") is { } details ? Number(details, "cached_tokens") : 0;
        return new TokenUsage(Number(usage, "prompt_tokens"), cached, Number(usage, "completion_tokens"));
    }

    private static long Number(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var value) && value > 0 ? value : 0;
}
