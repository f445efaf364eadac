using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Model;

namespace CrmSync.IntegrationTests.Storage;

/// <summary>A hosted model in memory: answers every record of a prompt alike, fails on command, keeps batches.</summary>
internal sealed class FakeHostedModel : IHostedModel
{
    private readonly Lock _gate = new();

    public static readonly Failure Outage = new(FailureCategory.Retry, "hosted.unavailable", "The endpoint gave no answer.", "It is asked again.");

    /// <summary>The CRM value that every record gets.</summary>
    public string Label { get; set; } = "ENGAGED";

    /// <summary>What every call meets; null while the model is well.</summary>
    public Failure? Trouble { get; set; }

    /// <summary>Called before an answer is given.</summary>
    public Func<Task>? OnAsk { get; set; }

    /// <summary>Ids of all records that were asked about directly.</summary>
    public List<string> Records { get; } = [];

    /// <summary>Texts of the prompts, direct ones and those in batches.</summary>
    public List<string> Prompts { get; } = [];

    /// <summary>The words beside each record that was asked about directly; empty where there were none.</summary>
    public IEnumerable<string> Words => Prompts.SelectMany(RecordsOf).Select(record => string.Join(", ", record["words"]?.AsArray().Select(word => word!.GetValue<string>()) ?? []));

    /// <summary>Batches by id.</summary>
    public Dictionary<string, IReadOnlyList<HostedPrompt>> Batches { get; } = [];

    /// <summary>Whether batches have ended.</summary>
    public bool BatchesEnd { get; set; }

    public TokenUsage PerCall { get; set; } = new(1_000, 0, 100);

    public async Task<Result<HostedReply>> AskAsync(HostedPrompt prompt, CancellationToken cancellationToken)
    {
        if (OnAsk is { } wait)
            await wait();
        if (Trouble is { } trouble)
            return trouble;
        var ids = IdsOf(prompt);
        lock (_gate)
        {
            Records.AddRange(ids);
            Prompts.Add(prompt.User);
        }

        return Answer(ids);
    }

    public Task<Result<string>> SubmitAsync(IReadOnlyList<HostedPrompt> prompts, CancellationToken cancellationToken)
    {
        if (Trouble is { } trouble)
            return Task.FromResult<Result<string>>(trouble);
        var id = $"batch-{Batches.Count + 1}";
        Batches[id] = prompts;
        return Task.FromResult<Result<string>>(id);
    }

    public Task<Result<HostedBatch>> ReadBatchAsync(string batchId, CancellationToken cancellationToken) => Task.FromResult<Result<HostedBatch>>(
        Trouble is { } trouble ? trouble
        : !BatchesEnd ? new HostedBatch(false, new Dictionary<string, HostedReply>(), new Dictionary<string, Failure>())
        : new HostedBatch(true, Batches[batchId].ToDictionary(prompt => prompt.Key, prompt => Answer(IdsOf(prompt))), new Dictionary<string, Failure>()));

    private static IReadOnlyList<string> IdsOf(HostedPrompt prompt) => [.. RecordsOf(prompt.User).Select(record => record["id"]!.GetValue<string>())];

    private static IEnumerable<JsonNode> RecordsOf(string user) => user.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonNode.Parse(line)!);

    private HostedReply Answer(IReadOnlyList<string> ids) => new(
        JsonSerializer.Serialize(new { answers = ids.Select(id => new { id, reason = "They answered the mail.", label = Label, confidence = 0.95 }) }),
        HostedEnding.Complete, "gpt-test", PerCall);
}
