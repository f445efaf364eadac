using System.Collections.Concurrent;
using CrmSync.Pipeline.Segments.Models;

namespace CrmSync.Pipeline.Segments.Accounts;

/// <summary>The models that know the approved segments, read once and kept while they are in use. Thread-safe.</summary>
internal sealed class ModelShelf(ISegmentWorkStore store)
{
    private readonly ConcurrentDictionary<long, SegmentModel> _models = new();

    /// <summary>The models of these segments, by their ids.</summary>
    /// <exception cref="SegmentModelException">One of them is damaged.</exception>
    public async Task<Dictionary<long, SegmentModel>> ReadAsync(IReadOnlyList<ActiveSegment> active, CancellationToken cancellationToken)
    {
        Dictionary<long, SegmentModel> models = [];
        foreach (var id in active.SelectMany(segment => segment.Places).Select(place => place.ModelId).Distinct().Order())
        {
            if (!_models.TryGetValue(id, out var model) && await store.ReadSegmentModelAsync(id, cancellationToken) is { } content)
            {
                using var stream = new MemoryStream(content);
                model = _models[id] = SegmentModelFile.Read(stream);
            }
            if (model is not null)
                models[id] = model;
        }
        // A refit replaces the models; the old ones need not be held for ever.
        foreach (var old in _models.Keys.Where(id => !models.ContainsKey(id)))
            _models.TryRemove(old, out _);
        return models;
    }

    /// <summary>How sure an assignment is, 0 to 0.99: the probability, of which nothing is ever certain. Not calibrated.</summary>
    /// <param name="model">The model.</param>
    /// <param name="sums">Nats by segment of the model.</param>
    /// <param name="place">The segment's place in the model.</param>
    public static double Confidence(SegmentModel model, IReadOnlyList<double> sums, int place) => Math.Round(Math.Clamp(model.Probabilities(sums)[place], 0, 0.99), 3);
}
