using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Documents;

namespace CrmSync.Pipeline.Segments.Vectors;

/// <summary>
/// An even draw of different texts, by their hashes: it depends on which notes there are and not on their order, and a template that stands in a thousand notes is drawn once.
/// </summary>
internal static class TextDraw
{
    public static async Task<IReadOnlyList<(long Hash, string Text)>> ReadAsync(INoteSource source, int seed, int most, CancellationToken cancellationToken)
    {
        Dictionary<ulong, (long Hash, string Text)> kept = [];
        var limit = ulong.MaxValue;
        await foreach (var note in source.ReadAsync(cancellationToken))
        {
            if (string.IsNullOrWhiteSpace(note.Text))
                continue;
            var hash = TextKey.Of(note.Text);
            var place = SplitMix.Mix(unchecked((ulong)hash + ((ulong)seed * 0x9E37)));
            if (place > limit || !kept.TryAdd(place, (hash, note.Text)) || kept.Count <= 2 * most)
                continue;
            limit /= 2;
            foreach (var over in kept.Keys.Where(key => key > limit).ToList())
                kept.Remove(over);
        }
        return [.. kept.OrderBy(pair => pair.Key).Take(most).Select(pair => pair.Value)];
    }
}
