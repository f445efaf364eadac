using System.Collections.Concurrent;
using System.Text.Json;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Pipeline.Segments.Packs;

namespace CrmSync.Tests.Segments;

/// <summary>A model that answers about a segment as a test tells it, and remembers every prompt.</summary>
internal sealed class ScriptedModel(Func<HostedPrompt, Result<HostedReply>> answer) : IHostedModel
{
    public ConcurrentQueue<HostedPrompt> Asked { get; } = [];

    public SpecialistModel Specialist => new(this, new SpecialistModelOptions());

    /// <summary>A model that always makes these statements.</summary>
    public static ScriptedModel Saying(params (string Kind, string Text, string[] Cites)[] statements) => new(_ => Reply(statements));

    public static Result<HostedReply> Reply(params (string Kind, string Text, string[] Cites)[] statements) => Result.Success(new HostedReply(
        JsonSerializer.Serialize(new { statements = statements.Select(row => new { cites = row.Cites, kind = row.Kind, topic = "", tier = "common", text = row.Text }) }),
        HostedEnding.Complete, "gpt-test", default));

    public static Result<HostedReply> Text(string text) => Result.Success(new HostedReply(text, HostedEnding.Complete, "gpt-test", default));

    /// <summary>Handle of the first datum whose text holds some words.</summary>
    public static string Handle(HostedPrompt prompt, string words) => Data(prompt).First(datum => datum.Text.Contains(words, StringComparison.OrdinalIgnoreCase)).Id;

    public static (string Id, string Text)[] Data(HostedPrompt prompt) =>
        [.. prompt.User.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement).Select(row => (row.GetProperty("id").GetString()!, row.GetProperty("text").GetString()!))];

    public Task<Result<HostedReply>> AskAsync(HostedPrompt prompt, CancellationToken cancellationToken)
    {
        Asked.Enqueue(prompt);
        return Task.FromResult(answer(prompt));
    }

    public Task<Result<string>> SubmitAsync(IReadOnlyList<HostedPrompt> prompts, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Result<HostedBatch>> ReadBatchAsync(string batchId, CancellationToken cancellationToken) => throw new NotSupportedException();
}

internal sealed class OnePack(Pack? pack) : IPackReader
{
    public Task<Pack?> ReadNewestAsync(string segment, CancellationToken cancellationToken) => Task.FromResult(pack);
}

internal sealed class WordMatcher(string word, SegmentMatch match) : ISegmentMatcher
{
    public List<string> Seen { get; } = [];

    public Task<Result<TextMatch>> MatchAsync(string text, CancellationToken cancellationToken)
    {
        Seen.Add(text);
        return Task.FromResult<Result<TextMatch>>(new TextMatch(text.Contains(word, StringComparison.OrdinalIgnoreCase) ? match : null));
    }
}
