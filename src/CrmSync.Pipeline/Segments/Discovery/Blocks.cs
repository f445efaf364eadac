namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>
/// Divides accounts into a fixed number of stretches of about equal work. Sums are made per stretch and added in order, so they do not depend on threads.
/// </summary>
internal static class Blocks
{
    private const int Count = 8;

    public static (int From, int To)[] Of(Corpus corpus)
    {
        var blocks = new List<(int, int)>(Count);
        var (from, terms) = (0, (long)corpus.Terms.Length);
        for (var block = 1; block <= Count; block++)
        {
            var to = from;
            var until = terms * block / Count;
            while (to < corpus.AccountCount && (block == Count || corpus.ActivityStart[corpus.AccountStart[to + 1]] <= until))
                to++;
            if (to > from)
                blocks.Add((from, to));
            from = to;
        }
        return [.. blocks];
    }

    public static void Run((int From, int To)[] blocks, ParallelOptions options, Action<int, int, int> work) =>
        Parallel.For(0, blocks.Length, options, block => work(block, blocks[block].From, blocks[block].To));
}
