using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Classification.Hosted;

/// <summary>
/// A chat model behind an endpoint, such as one on Azure OpenAI. Implementations do the transport and nothing else: what is asked, what an answer may
/// look like and what it means is decided by the pipeline. Thread-safe. Remote trouble is a <see cref="Failure"/>, never an exception.
/// </summary>
public interface IHostedModel
{
    /// <summary>Asks once. A refusal, a content filter's stop and a cut-off answer come back as a reply with its <see cref="HostedReply.Ending"/>.</summary>
    Task<Result<HostedReply>> AskAsync(HostedPrompt prompt, CancellationToken cancellationToken);

    /// <summary>Hands many prompts to the endpoint's batch interface (half price, within a day); returns the endpoint's id of the batch.</summary>
    Task<Result<string>> SubmitAsync(IReadOnlyList<HostedPrompt> prompts, CancellationToken cancellationToken);

    /// <summary>Where a submitted batch stands; its replies, by <see cref="HostedPrompt.Key"/>, once it has ended.</summary>
    Task<Result<HostedBatch>> ReadBatchAsync(string batchId, CancellationToken cancellationToken);
}

/// <summary>One question to a hosted model.</summary>
/// <param name="Key">Random per-call key; comes back with a batch's reply.</param>
/// <param name="Deployment">The deployment that is asked.</param>
/// <param name="System">The stable part: role and definitions. Equal for all calls of a taxonomy version, so that the endpoint's prompt cache holds it.</param>
/// <param name="User">The records of this call, marked as data.</param>
/// <param name="SchemaName">Name of the answer's JSON schema.</param>
/// <param name="Schema">JSON schema that the answer obeys strictly.</param>
/// <param name="MaxOutputTokens">The longest answer, in tokens.</param>
public sealed record HostedPrompt(string Key, string Deployment, string System, string User, string SchemaName, string Schema, int MaxOutputTokens);

/// <summary>What came back.</summary>
/// <param name="Text">The answer; empty unless <paramref name="Ending"/> is <see cref="HostedEnding.Complete"/> or <see cref="HostedEnding.CutOff"/>.</param>
/// <param name="Ending">How the answer ended.</param>
/// <param name="Model">The model that answered, as the endpoint names it.</param>
/// <param name="Usage">Tokens, as the endpoint counted them.</param>
public sealed record HostedReply(string Text, HostedEnding Ending, string Model, TokenUsage Usage);

/// <summary>How a hosted model's answer ended.</summary>
public enum HostedEnding
{
    /// <summary>The whole answer.</summary>
    Complete,

    /// <summary>The answer hit the token limit.</summary>
    CutOff,

    /// <summary>The model declined to answer.</summary>
    Refused,

    /// <summary>The endpoint's content filter stopped the question or the answer.</summary>
    Filtered,
}

/// <summary>Tokens of one or several calls.</summary>
/// <param name="Prompt">Tokens sent, cached ones included.</param>
/// <param name="Cached">Of these, tokens that the endpoint had cached.</param>
/// <param name="Completion">Tokens received.</param>
public readonly record struct TokenUsage(long Prompt, long Cached, long Completion)
{
    /// <summary>The sum of two usages.</summary>
    public static TokenUsage operator +(TokenUsage left, TokenUsage right) =>
        new(left.Prompt + right.Prompt, left.Cached + right.Cached, left.Completion + right.Completion);
}

/// <summary>A submitted batch.</summary>
/// <param name="Ended">Whether the endpoint is done with it, completed or not.</param>
/// <param name="Replies">Replies by <see cref="HostedPrompt.Key"/>; prompts without one failed, with the endpoint's words in <paramref name="Faults"/>.</param>
/// <param name="Faults">Failures by key; the empty key stands for the batch as a whole.</param>
public sealed record HostedBatch(bool Ended, IReadOnlyDictionary<string, HostedReply> Replies, IReadOnlyDictionary<string, Failure> Faults);
