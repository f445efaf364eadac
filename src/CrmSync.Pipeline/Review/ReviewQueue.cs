namespace CrmSync.Pipeline.Review;

/// <summary>
/// Chooses rows for review. Pure and deterministic: the same pool gives the same queue. Rows that look alike are represented by the least sure of them; then
/// come those that are farthest from everything chosen so far (farthest-first traversal, T. F. Gonzalez 1985).
/// </summary>
public static class ReviewQueue
{
    /// <summary>From this share of common features on (Jaccard), two rows count as one kind.</summary>
    public const double Alike = 0.6;

    /// <summary>Chooses at most <paramref name="size"/> rows: kept values first, then least sure, different and drawn rows in turn.</summary>
    public static IReadOnlyList<ReviewPick> Choose(ReviewPool pool, int size)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        var bySureness = pool.LeastSure.OrderBy(row => row.Confidence).ThenBy(row => row.ActivityId).DistinctBy(row => row.ContentHash).ToList();
        var (kinds, alike) = Kinds(bySureness, size);
        var different = Farthest([.. bySureness.Where(row => !alike.ContainsKey(row.ActivityId))], kinds, size);
        Queue<ReviewCandidate> differing = new(pool.Differing), sure = new(kinds), diverse = new(different), audit = new(pool.Audit);

        var queue = new Picks(alike, Reasons(pool, different));
        while (differing.Count > 0 && queue.Count < Math.Max(1, size / 2))
            queue.Add(differing.Dequeue());
        // Of five rows two are unsure, one is different and two are drawn: an estimate needs rows, too.
        while (queue.Count < size && sure.Count + diverse.Count + audit.Count > 0)
        {
            foreach (var source in (Queue<ReviewCandidate>[])[sure, audit, sure, diverse, audit])
                if (queue.Count < size && source.TryDequeue(out var row))
                    queue.Add(row);
        }
        return queue.Rows;
    }

    /// <summary>Share of common features, 0 to 1; both lists sorted and distinct.</summary>
    public static double Likeness(IReadOnlyList<int> left, IReadOnlyList<int> right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        int i = 0, j = 0, common = 0;
        while (i < left.Count && j < right.Count)
        {
            if (left[i] == right[j])
                (i, j, common) = (i + 1, j + 1, common + 1);
            else if (left[i] < right[j])
                i++;
            else
                j++;
        }
        var all = left.Count + right.Count - common;
        return all == 0 ? 1 : (double)common / all;
    }

    // Walks from the least sure on; whoever looks like one taken before stands behind it.
    private static (List<ReviewCandidate> Kinds, Dictionary<long, int> Alike) Kinds(List<ReviewCandidate> rows, int most)
    {
        List<ReviewCandidate> kinds = [];
        Dictionary<long, int> alike = [];
        foreach (var row in rows)
        {
            var like = kinds.FirstOrDefault(kind => Likeness(kind.Features, row.Features) >= Alike);
            if (like is not null)
                alike[like.ActivityId]++;
            else if (kinds.Count < most)
            {
                kinds.Add(row);
                alike[row.ActivityId] = 0;
            }
        }
        return (kinds, alike);
    }

    private static List<ReviewCandidate> Farthest(List<ReviewCandidate> rest, List<ReviewCandidate> chosen, int most)
    {
        List<ReviewCandidate> found = [];
        var nearest = rest.ToDictionary(row => row, row => chosen.Count == 0 ? 0 : chosen.Max(kind => Likeness(kind.Features, row.Features)));
        while (found.Count < most && nearest.Count > 0)
        {
            var next = nearest.OrderBy(pair => pair.Value).ThenBy(pair => pair.Key.Confidence).ThenBy(pair => pair.Key.ActivityId).First();
            // What is left looks like something that is in the queue.
            if (next.Value >= Alike)
                break;
            found.Add(next.Key);
            nearest.Remove(next.Key);
            foreach (var row in nearest.Keys.ToList())
                nearest[row] = Math.Max(nearest[row], Likeness(row.Features, next.Key.Features));
        }
        return found;
    }

    private static Dictionary<string, List<ReviewReason>> Reasons(ReviewPool pool, List<ReviewCandidate> different)
    {
        var far = different.Select(row => row.ContentHash).ToHashSet();
        Dictionary<string, List<ReviewReason>> reasons = [];
        Add(pool.Differing, ReviewReason.CrmDiffers);
        Add(pool.LeastSure.Where(row => !far.Contains(row.ContentHash)), ReviewReason.LeastSure);
        Add(different, ReviewReason.Different);
        Add(pool.Audit, ReviewReason.Audit);
        return reasons;

        void Add(IEnumerable<ReviewCandidate> rows, ReviewReason reason)
        {
            foreach (var hash in rows.Select(row => row.ContentHash).Distinct())
                (reasons.TryGetValue(hash, out var known) ? known : reasons[hash] = []).Add(reason);
        }
    }

    private sealed class Picks(Dictionary<long, int> alike, Dictionary<string, List<ReviewReason>> reasons)
    {
        private readonly HashSet<string> _contents = [];
        private readonly List<ReviewPick> _rows = [];

        public IReadOnlyList<ReviewPick> Rows => _rows;

        public int Count => _rows.Count;

        public void Add(ReviewCandidate row)
        {
            if (_contents.Add(row.ContentHash))
                _rows.Add(new ReviewPick(row.ActivityId, reasons[row.ContentHash], alike.GetValueOrDefault(row.ActivityId)));
        }
    }
}
