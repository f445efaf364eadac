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

    /// <summary>How likely one segment is among all of a model and none, 0 to 0.99. Not calibrated: words that keep company make the ratios too sure of themselves, so nothing is ever certain.</summary>
    /// <param name="model">The model.</param>
    /// <param name="sums">Nats by segment of the model.</param>
    /// <param name="place">The segment's place in the model.</param>
    public static double Confidence(SegmentModel model, IReadOnlyList<double> sums, int place)
    {
        double[] logs = [.. model.Segments.Select((segment, k) => sums[k] + Math.Log(Math.Max(1e-6, segment.Prior)))];
        var none = Math.Log(Math.Max(0.05, 1 - model.Segments.Sum(segment => segment.Prior)));
        var most = Math.Max(none, logs.Max());
        var total = Math.Exp(none - most) + logs.Sum(log => Math.Exp(log - most));
        return Math.Round(Math.Clamp(Math.Exp(logs[place] - most) / total, 0, 0.99), 3);
    }
}
