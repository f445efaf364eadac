using System.Numerics.Tensors;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Documents;

namespace CrmSync.Pipeline.Segments.Vectors;

/// <summary>
/// Topics of notes, from the directions of their vectors. A note's topics stand beside its words in discovery and in models, so that what is said in other words counts as
/// the same; everything else stays as it is without vectors. Immutable, thread-safe.
/// </summary>
public sealed class VectorTopics
{
    private const int Sample = 30_000;
    private const int NotesPerTopic = 40;
    private const int MostTopics = 400;
    private const int FewestTopics = 8;
    private const int TopicsPerNote = 2;
    private const float Likely = 0.25f;
    private readonly float[] _mean;
    private readonly DirectionMixture _mixture;

    private VectorTopics(float[] mean, DirectionMixture mixture) => (_mean, _mixture) = (mean, mixture);

    /// <summary>Number of topics.</summary>
    public int Count => _mixture.Count;

    /// <summary>Learns topics from an even draw of the notes; a failure of the endpoint is the result.</summary>
    public static async Task<Result<VectorTopics>> LearnAsync(INoteSource source, ITextVectors vectors, DiscoveryOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentNullException.ThrowIfNull(options);
        var drawn = await DrawAsync(source, (ulong)options.Seed, cancellationToken);
        List<float[]> all = [];
        foreach (var texts in drawn.Chunk(vectors.MostTexts))
        {
            var embedded = await vectors.EmbedAsync(texts, cancellationToken);
            if (!embedded.Succeeded)
                return embedded.Failure;
            all.AddRange(embedded.Value);
        }
        if (all.Count < FewestTopics * NotesPerTopic)
            return new Failure(
                FailureCategory.Reject, "segments.too_few_notes", $"There are only {all.Count} notes with text, too few to learn topics from their vectors.",
                "Look for segments by words alone, or come back with more notes.");
        var width = all[0].Length;
        var mean = new float[width];
        foreach (var vector in all)
            TensorPrimitives.Add(mean, vector, mean);
        TensorPrimitives.Divide(mean, all.Count, mean);
        var units = new float[all.Count * width];
        for (var i = 0; i < all.Count; i++)
            Center(all[i], mean, units.AsSpan(i * width, width));
        return new VectorTopics(mean, DirectionMixture.Fit(
            units, width, Math.Clamp(all.Count / NotesPerTopic, FewestTopics, MostTopics), options, cancellationToken));
    }

    /// <summary>Topics of a vector, the likeliest first; none where none is likely enough.</summary>
    public IReadOnlyList<int> Read(float[] vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        if (vector.Length != _mean.Length)
            throw new ArgumentException($"The vector has {vector.Length} numbers where the topics were learned from {_mean.Length}; use the same deployment.", nameof(vector));
        var unit = new float[vector.Length];
        Center(vector, _mean, unit);
        var likely = new float[Count];
        _mixture.Posterior(unit, likely);
        return [.. Enumerable.Range(0, Count).Where(k => likely[k] >= Likely).OrderByDescending(k => likely[k]).ThenBy(k => k).Take(TopicsPerNote)];
    }

    // An even draw by hash, bounded: the threshold is halved whenever too many were kept.
    private static async Task<List<string>> DrawAsync(INoteSource source, ulong seed, CancellationToken cancellationToken)
    {
        List<(ulong Hash, string Text)> kept = [];
        var (most, ordinal) = (ulong.MaxValue, 0UL);
        await foreach (var note in source.ReadAsync(cancellationToken))
        {
            var hash = SplitMix.Mix(ordinal++ + (seed * 0x9E37));
            if (hash > most || string.IsNullOrWhiteSpace(note.Text))
                continue;
            kept.Add((hash, note.Text));
            if (kept.Count > 2 * Sample)
            {
                most /= 2;
                kept.RemoveAll(note => note.Hash > most);
            }
        }
        return [.. kept.OrderBy(note => note.Hash).Take(Sample).Select(note => note.Text)];
    }

    private static void Center(float[] vector, float[] mean, Span<float> unit)
    {
        TensorPrimitives.Subtract(vector, mean, unit);
        var norm = TensorPrimitives.Norm<float>(unit);
        if (norm > 0)
            TensorPrimitives.Divide(unit, norm, unit);
    }
}
