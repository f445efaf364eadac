using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Documents;

namespace CrmSync.Pipeline.Segments.Vectors;

/// <summary>Discovery by words, and by topics beside them where an embeddings endpoint is configured; the same for the ledger and for files. Thread-safe.</summary>
/// <param name="topics">Reads topics.</param>
/// <param name="options">How to look.</param>
public sealed class TopicDiscovery(TopicSearch topics, DiscoveryOptions options)
{
    private const double TopicShare = 0.5;

    /// <summary>Finds segments.</summary>
    /// <param name="source">The notes; read several times.</param>
    /// <param name="order">Seed, constraints, and what an earlier try left.</param>
    /// <param name="memory">What is kept of the endpoint's answers.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>What was found; a failure where the endpoint fails and a search has to wait for it.</returns>
    public async Task<Result<TopicFindings>> RunAsync(
        INoteSource source, TopicOrder order, IVectorMemory memory, IProgress<DiscoveryProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        var how = options with { Seed = order.Seed };
        var found = new FoundTopics(source, null, [], default);
        if (topics.IsConfigured)
        {
            var read = await topics.ReadAsync(source, how, memory, new Part(progress, 0, TopicShare), cancellationToken);
            if (read.Succeeded)
                found = read.Value;
            else if (topics.Options.WhenUnavailable is WithoutAnswer.Wait)
                return read.Failure;
            else
                found = found with { Remarks = [$"Words alone were used, because the embeddings endpoint gave no vectors: {read.Failure.Message}"] };
        }
        var result = await new SegmentDiscovery(how).RunAsync(
            found.Notes, order.Constraints, topics.IsConfigured ? new Part(progress, TopicShare, 1) : progress, order.Checkpoint, order.Keep, cancellationToken);
        var model = found.Topics is { } made ? result.Model?.With(made) : result.Model;
        return new TopicFindings(result with { Model = model, Remarks = [.. found.Remarks, .. result.Remarks] }, found.Cost);
    }

    private sealed class Part(IProgress<DiscoveryProgress>? whole, double from, double to) : IProgress<DiscoveryProgress>
    {
        public void Report(DiscoveryProgress value) => whole?.Report(value with { Share = from + ((to - from) * value.Share) });
    }
}

/// <summary>What to look for.</summary>
/// <param name="Seed">Decides everything random.</param>
public sealed record TopicOrder(int Seed)
{
    /// <summary>What people said about pairs of accounts.</summary>
    public SegmentConstraints? Constraints { get; init; }

    /// <summary>What an earlier try gave to <see cref="Keep"/>.</summary>
    public DiscoveryCheckpoint? Checkpoint { get; init; }

    /// <summary>Given what is worth keeping once directions are found.</summary>
    public Func<DiscoveryCheckpoint, CancellationToken, Task>? Keep { get; init; }
}

/// <summary>What was found.</summary>
/// <param name="Result">Segments and their model, which has its topics beside it.</param>
/// <param name="Cost">What this try asked of the endpoint.</param>
public sealed record TopicFindings(DiscoveryResult Result, VectorCost Cost);
