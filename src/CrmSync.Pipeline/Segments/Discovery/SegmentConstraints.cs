namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>What people said about pairs of accounts; holds in every discovery.</summary>
/// <param name="MustLink">Accounts that belong to the same segment, or to none.</param>
/// <param name="CannotLink">Accounts that never share a segment.</param>
public sealed record SegmentConstraints(
    IReadOnlyList<(string First, string Second)> MustLink, IReadOnlyList<(string First, string Second)> CannotLink)
{
    /// <summary>No constraints.</summary>
    public static SegmentConstraints None { get; } = new([], []);

    private readonly Dictionary<string, string> _leaders = Lead(MustLink);

    /// <summary>Linked accounts stand in one fold, else each would be judged by what the other taught.</summary>
    internal string FoldKey(string account) => _leaders.GetValueOrDefault(account, account);

    /// <summary>Makes linked accounts share, and keeps the weaker of two that must not.</summary>
    internal void Bind(IReadOnlyList<string> accounts, float[] shares, int width)
    {
        if (MustLink.Count == 0 && CannotLink.Count == 0)
            return;
        Dictionary<string, int> index = new(StringComparer.Ordinal);
        for (var i = 0; i < accounts.Count; i++)
            index[accounts[i]] = i;
        var groups = _leaders.Where(pair => index.ContainsKey(pair.Key)).GroupBy(pair => pair.Value, pair => index[pair.Key], StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal);
        foreach (var group in groups)
        {
            int[] members = [.. group.Order()];
            // The segment that most of them are in takes them all: a person's word is stronger than a threshold.
            var totals = new float[width];
            foreach (var member in members)
                for (var k = 0; k < width; k++)
                    totals[k] += shares[(member * width) + k];
            var best = Array.IndexOf(totals, totals.Max());
            if (totals[best] <= 0)
                continue;
            foreach (var member in members)
            {
                shares.AsSpan(member * width, width).Clear();
                shares[(member * width) + best] = 1;
            }
        }
        foreach (var (first, second) in CannotLink)
            if (index.TryGetValue(first, out var i) && index.TryGetValue(second, out var j))
                for (var k = 0; k < width; k++)
                {
                    ref var left = ref shares[(i * width) + k];
                    ref var right = ref shares[(j * width) + k];
                    if (left > 0.5f && right > 0.5f)
                        (left, right) = left >= right ? (left, 0f) : (0f, right);
                }
    }

    private static Dictionary<string, string> Lead(IReadOnlyList<(string First, string Second)> links)
    {
        Dictionary<string, string> parent = new(StringComparer.Ordinal);
        foreach (var (first, second) in links)
        {
            var (a, b) = (Root(first), Root(second));
            if (string.CompareOrdinal(a, b) < 0)
                parent[b] = a;
            else if (a != b)
                parent[a] = b;
        }
        return parent.Keys.ToArray().ToDictionary(key => key, Root, StringComparer.Ordinal);

        string Root(string key)
        {
            parent.TryAdd(key, key);
            while (parent[key] != key)
                key = parent[key];
            return key;
        }
    }
}
