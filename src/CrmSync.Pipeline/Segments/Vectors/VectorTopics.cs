using System.Numerics.Tensors;
using System.Security.Cryptography;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Discovery;

namespace CrmSync.Pipeline.Segments.Vectors;

/// <summary>
/// Topics of notes, from the directions of their vectors. A note's topics stand beside its words in discovery and in models, so that what is said in other words counts as
/// the same; everything else stays as it is without vectors. Immutable, thread-safe. Written and read by <see cref="VectorTopicsFile"/>.
/// </summary>
public sealed class VectorTopics
{
    /// <summary>Most texts that topics are learned from.</summary>
    public const int MostTexts = MostTopics * TextsPerTopic;

    /// <summary>Fewest texts that topics can be learned from.</summary>
    public const int FewestTexts = FewestTopics * TextsPerTopic;

    internal const int MostTopics = 400;
    private const int TextsPerTopic = 40;
    private const int FewestTopics = 8;
    private const int TopicsPerNote = 2;
    private const float Likely = 0.25f;

    internal VectorTopics(string model, float[] mean, DirectionMixture mixture)
    {
        (Model, Mean, Mixture) = (model, mean, mixture);
        Key = Convert.ToHexStringLower(SHA256.HashData(VectorTopicsFile.Write(this)))[..32];
    }

    /// <summary>The model whose vectors they were learned from, as the endpoint names it.</summary>
    public string Model { get; }

    /// <summary>Length of these vectors.</summary>
    public int Width => Mean.Length;

    /// <summary>Number of topics.</summary>
    public int Count => Mixture.Count;

    /// <summary>What tells them from all others: a hash of everything above.</summary>
    public string Key { get; }

    internal float[] Mean { get; }

    internal DirectionMixture Mixture { get; }

    /// <summary>Learns topics; the same vectors in the same order give the same topics at any number of threads.</summary>
    /// <param name="vectors">Vectors of one length, at least <see cref="FewestTexts"/>.</param>
    /// <param name="model">The model that they are from.</param>
    /// <param name="options">Seed and threads.</param>
    /// <param name="cancellationToken">Stops between rounds.</param>
    public static VectorTopics Learn(IReadOnlyList<float[]> vectors, string model, DiscoveryOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(vectors.Count, FewestTexts);
        var width = vectors[0].Length;
        var mean = new float[width];
        foreach (var vector in vectors)
            TensorPrimitives.Add(mean, vector, mean);
        TensorPrimitives.Divide(mean, vectors.Count, mean);
        var units = new float[vectors.Count * width];
        for (var i = 0; i < vectors.Count; i++)
            Center(vectors[i], mean, units.AsSpan(i * width, width));
        return new VectorTopics(model, mean, DirectionMixture.Fit(
            units, width, Math.Clamp(vectors.Count / TextsPerTopic, FewestTopics, MostTopics), options, cancellationToken));
    }

    /// <summary>Why vectors of a model cannot be read with these topics; null where they can.</summary>
    public Failure? Misfit(string model, int width) => model == Model && width == Width ? null : VectorFailures.Other(Model, Width, model, width);

    /// <summary>Topics of a vector, the likeliest first; none where none is likely enough, and none for an empty vector.</summary>
    public IReadOnlyList<int> Read(float[] vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        if (vector.Length == 0)
            return [];
        if (vector.Length != Width)
            throw new ArgumentException($"The vector has {vector.Length} numbers where the topics were learned from {Width}; use the same deployment.", nameof(vector));
        var unit = new float[vector.Length];
        Center(vector, Mean, unit);
        var likely = new float[Count];
        Mixture.Posterior(unit, likely);
        return [.. Enumerable.Range(0, Count).Where(k => likely[k] >= Likely).OrderByDescending(k => likely[k]).ThenBy(k => k).Take(TopicsPerNote)];
    }

    private static void Center(float[] vector, float[] mean, Span<float> unit)
    {
        TensorPrimitives.Subtract(vector, mean, unit);
        var norm = TensorPrimitives.Norm<float>(unit);
        if (norm > 0)
            TensorPrimitives.Divide(unit, norm, unit);
    }
}
