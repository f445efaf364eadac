namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>
/// Activities dealt out anew among accounts, each account keeping how many it has of every language: what would be seen if accounts had nothing of their own.
/// </summary>
internal static class Shuffle
{
    /// <summary>Which activity stands in each place when nothing is moved.</summary>
    public static int[] Identity(Corpus corpus)
    {
        var order = new int[corpus.ActivityCount];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        return order;
    }

    /// <summary>A permutation within every language and group of accounts.</summary>
    /// <param name="corpus">The activities.</param>
    /// <param name="groupOf">Group of an account; activities stay in theirs.</param>
    /// <param name="groups">Number of groups.</param>
    /// <param name="seed">Decides it.</param>
    public static int[] Permute(Corpus corpus, Func<int, int> groupOf, int groups, ulong seed)
    {
        var random = new SplitMix(seed);
        var places = new List<int>[groups * corpus.Languages];
        for (var i = 0; i < places.Length; i++)
            places[i] = [];
        for (var account = 0; account < corpus.AccountCount; account++)
            for (var i = corpus.AccountStart[account]; i < corpus.AccountStart[account + 1]; i++)
                places[(groupOf(account) * corpus.Languages) + corpus.Language[i]].Add(i);
        var order = new int[corpus.ActivityCount];
        foreach (var group in places)
        {
            int[] dealt = [.. group];
            for (var i = dealt.Length - 1; i > 0; i--)
            {
                var other = random.Below(i + 1);
                (dealt[i], dealt[other]) = (dealt[other], dealt[i]);
            }
            for (var i = 0; i < dealt.Length; i++)
                order[group[i]] = dealt[i];
        }
        return order;
    }
}

/// <summary>A small generator whose sequence is ours and never changes (SplitMix64).</summary>
internal sealed class SplitMix(ulong seed)
{
    private ulong _state = seed;

    public static ulong Mix(ulong value)
    {
        value = unchecked((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL);
        value = unchecked((value ^ (value >> 27)) * 0x94D049BB133111EBUL);
        return value ^ (value >> 31);
    }

    public ulong Next() => Mix(_state = unchecked(_state + 0x9E3779B97F4A7C15UL));

    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());
}
