using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Segments.Packs;

/// <summary>How a line of one version differs from the other version.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Before">The line in the older version; null where it is new.</param>
/// <param name="After">The line in the newer version; null where it is gone.</param>
public sealed record PackDifference(PackDifferenceKind Kind, PackLine? Before, PackLine? After)
{
    /// <summary>Which section it stands in, in the newer version where it is there.</summary>
    public PackSection Section => (After ?? Before)!.Section;

    /// <summary>Whether it also stands elsewhere now.</summary>
    public bool Moved { get; init; }

    /// <summary>The difference in a few words.</summary>
    public string InWords()
    {
        var line = After ?? Before!;
        var what = Kind switch
        {
            PackDifferenceKind.Added => "new",
            PackDifferenceKind.Removed => "out of use",
            PackDifferenceKind.Changed => "changed",
            PackDifferenceKind.Moved => "moved",
        };
        return $"{what} under {Section.Title()}: {(line.Text.Length <= 80 ? line.Text : $"{TextCut.AtMost(line.Text, 79)}…")}";
    }
}

/// <summary>Kinds of differences.</summary>
public enum PackDifferenceKind
{
    /// <summary>Only in the newer version.</summary>
    Added,

    /// <summary>Only in the older version, or retired in the newer.</summary>
    Removed,

    /// <summary>Other text, topic, tier, evidence, needs or state.</summary>
    Changed,

    /// <summary>The same line in another place.</summary>
    Moved,
}

/// <summary>Compares two versions line by line. Lines are the same by id, or by equal text where the id differs; the fewest lines that explain the new order count as moved.</summary>
public static class PackDiff
{
    /// <summary>The differences, in the order of the newer version; what is gone stands at the end of its section. Retired lines count as gone.</summary>
    public static IReadOnlyList<PackDifference> Between(Pack older, Pack newer)
    {
        ArgumentNullException.ThrowIfNull(older);
        ArgumentNullException.ThrowIfNull(newer);
        var (before, after) = (older.Live.ToList(), newer.Live.ToList());
        var partner = Pair(before, after);
        var moved = Moved(before, after, partner);
        List<PackDifference> differences = [];
        for (var i = 0; i < after.Count; i++)
        {
            if (partner[i] < 0)
            {
                differences.Add(new PackDifference(PackDifferenceKind.Added, null, after[i]));
                continue;
            }
            var was = before[partner[i]];
            var same = Same(was, after[i]);
            if (!same || moved.Contains(i))
                differences.Add(new PackDifference(same ? PackDifferenceKind.Moved : PackDifferenceKind.Changed, was, after[i]) { Moved = moved.Contains(i) });
        }
        var kept = partner.Where(at => at >= 0).ToHashSet();
        differences.AddRange(before.Where((_, at) => !kept.Contains(at)).Select(line => new PackDifference(PackDifferenceKind.Removed, line, null)));
        return [.. differences.OrderBy(difference => difference.Section)];
    }

    private static bool Same(PackLine left, PackLine right) => left.Text == right.Text && left.Topic == right.Topic && left.Tier == right.Tier
        && left.Evidence.Equals(right.Evidence) && left.Needs == right.Needs && left.State == right.State;

    private static int[] Pair(List<PackLine> before, List<PackLine> after)
    {
        var byId = Enumerable.Range(0, before.Count).ToDictionary(at => before[at].Id, StringComparer.Ordinal);
        int[] partner = [.. after.Select(line => byId.GetValueOrDefault(line.Id, -1))];
        var free = Enumerable.Range(0, before.Count).Except(partner).GroupBy(at => before[at].Text, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => new Queue<int>(group), StringComparer.Ordinal);
        for (var i = 0; i < partner.Length; i++)
        {
            if (partner[i] < 0 && free.TryGetValue(after[i].Text, out var same) && same.TryDequeue(out var at))
                partner[i] = at;
        }
        return partner;
    }

    // Lines that keep their order make the longest ascending run of old places; all others have moved.
    private static HashSet<int> Moved(List<PackLine> before, List<PackLine> after, int[] partner)
    {
        int[] met = [.. Enumerable.Range(0, after.Count).Where(i => partner[i] >= 0)];
        var inSection = met.Where(i => before[partner[i]].Section == after[i].Section).ToList();
        List<int> ends = [];
        var previous = new Dictionary<int, int>();
        foreach (var i in inSection)
        {
            int low = 0, high = ends.Count;
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (partner[ends[middle]] < partner[i])
                    low = middle + 1;
                else
                    high = middle;
            }
            previous[i] = low == 0 ? -1 : ends[low - 1];
            if (low == ends.Count)
                ends.Add(i);
            else
                ends[low] = i;
        }
        var moved = met.ToHashSet();
        for (var i = ends.Count == 0 ? -1 : ends[^1]; i >= 0; i = previous[i])
            moved.Remove(i);
        return moved;
    }
}
