using CrmSync.Pipeline.Classification.Rules;
using CrmSync.Pipeline.Segments.Packs.Drafting;

namespace CrmSync.Pipeline.Segments.Conversations;

/// <summary>Ranks texts by a question (Robertson and Zaragoza, 2009) over word stems. Not thread-safe while texts are added.</summary>
internal sealed class Bm25
{
    private const double Saturation = 1.2;
    private const double LengthWeight = 0.75;
    private readonly Dictionary<string, List<(int Text, int Count)>> _postings = new(StringComparer.Ordinal);
    private readonly List<int> _lengths = [];
    private long _words;

    /// <summary>Adds a text; its number counts from 0.</summary>
    public void Add(IEnumerable<string> words)
    {
        var stems = Stems(words).ToList();
        foreach (var group in stems.GroupBy(stem => stem, StringComparer.Ordinal))
        {
            if (!_postings.TryGetValue(group.Key, out var places))
                _postings[group.Key] = places = [];
            places.Add((_lengths.Count, group.Count()));
        }
        _lengths.Add(stems.Count);
        _words += stems.Count;
    }

    /// <summary>The texts that hold any of the words, best first; equal ones in their order.</summary>
    /// <returns>The text, its score, and the words of the question that it holds.</returns>
    public IReadOnlyList<(int Text, double Score, IReadOnlyList<string> Matched)> Find(IEnumerable<string> question)
    {
        Dictionary<int, (double Score, List<string> Matched)> found = [];
        var mean = _lengths.Count == 0 ? 1 : Math.Max(1, (double)_words / _lengths.Count);
        foreach (var stem in Stems(question).Distinct(StringComparer.Ordinal))
        {
            if (!_postings.TryGetValue(stem, out var places))
                continue;
            var rarity = Math.Log(1 + (_lengths.Count - places.Count + 0.5) / (places.Count + 0.5));
            foreach (var (text, count) in places)
            {
                if (!found.TryGetValue(text, out var hit))
                    hit = (0, []);
                hit.Matched.Add(stem);
                found[text] = (hit.Score + rarity * count * (Saturation + 1) / (count + Saturation * (1 - LengthWeight + LengthWeight * _lengths[text] / mean)), hit.Matched);
            }
        }
        return [.. found.OrderByDescending(hit => hit.Value.Score).ThenBy(hit => hit.Key).Select(hit => (hit.Key, hit.Value.Score, (IReadOnlyList<string>)hit.Value.Matched))];
    }

    /// <summary>Texts that hold all of these stems.</summary>
    public IEnumerable<int> HoldingAll(IReadOnlyList<string> stems)
    {
        IEnumerable<int>? all = null;
        foreach (var stem in stems.OrderBy(stem => _postings[stem].Count))
        {
            var places = _postings[stem].Select(place => place.Text);
            all = all is null ? places : all.Intersect(places);
        }
        return all ?? [];
    }

    private static IEnumerable<string> Stems(IEnumerable<string> words) =>
        words.Where(word => word.Length > 1 && !SmallWords.Contain(word)).Select(word => word[..WordStem.Length(word)]);
}
