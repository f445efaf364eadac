using System.Collections.Concurrent;
using System.Text.Json;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Model;

namespace CrmSync.Tests.Classification.Hosted;

/// <summary>A model that answers as a test tells it.</summary>
internal sealed class ScriptedModel(Func<HostedPrompt, IReadOnlyList<string>, Result<HostedReply>> answer) : IHostedModel
{
    public static readonly TokenUsage Usage = new(1_000, 600, 50);

    public ConcurrentQueue<HostedPrompt> Asked { get; } = [];

    /// <summary>A model whose complete answers are these entries, one for each id that was asked.</summary>
    public static ScriptedModel Saying(Func<string, object> entry) => new((_, ids) => Reply(ids.Select(entry)));

    public static HostedReply Reply(IEnumerable<object> entries) => Reply(JsonSerializer.Serialize(new { answers = entries }));

    public static HostedReply Reply(string text, HostedEnding ending = HostedEnding.Complete) => new(text, ending, "gpt-test", Usage);

    public static object Entry(string id, string label, double confidence = 0.8, string reason = "It says so.") => new { id, reason, label, confidence };

    public static string[] Ids(HostedPrompt prompt) =>
        [.. prompt.User.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()!)];

    public Task<Result<HostedReply>> AskAsync(HostedPrompt prompt, CancellationToken cancellationToken)
    {
        Asked.Enqueue(prompt);
        return Task.FromResult(answer(prompt, Ids(prompt)));
    }

    public Task<Result<string>> SubmitAsync(IReadOnlyList<HostedPrompt> prompts, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Result<HostedBatch>> ReadBatchAsync(string batchId, CancellationToken cancellationToken) => throw new NotSupportedException();
}
