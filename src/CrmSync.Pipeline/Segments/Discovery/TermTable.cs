namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>Visits every note: its account, its owner (-1 where unknown) and its tokens, which are only valid during the call.</summary>
internal delegate void NoteWalk(Action<int, int, IReadOnlyList<int>> note, CancellationToken cancellationToken);

/// <summary>The words and pairs of words that are looked at, chosen by how many accounts have them.</summary>
internal sealed class TermTable
{
    private const int SketchBits = 26;
    private const double MostCommon = 0.25;

    // With one or two owners everything comes mostly from one of them.
    private const int FewestOwners = 3;
    private readonly int[] _termOfWord;
    private readonly Dictionary<long, int> _termOfPair;

    private TermTable(int[] termOfWord, Dictionary<long, int> termOfPair, string[] names, int[] accountsWith, int ownerTerms, HashSet<string> sharedWords)
    {
        _termOfWord = termOfWord;
        _termOfPair = termOfPair;
        Names = names;
        AccountsWith = accountsWith;
        OwnerTerms = ownerTerms;
        SharedWords = sharedWords;
    }

    public string[] Names { get; }

    public int[] AccountsWith { get; }

    public int OwnerTerms { get; }

    public HashSet<string> SharedWords { get; }

    /// <summary>Adds the terms of a note to a cleared list; some may stand there twice.</summary>
    public void Read(IReadOnlyList<int> tokens, List<int> terms)
    {
        terms.Clear();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i] < 0)
                continue;
            if (_termOfWord[tokens[i]] is >= 0 and var term)
                terms.Add(term);
            if (i > 0 && tokens[i - 1] >= 0 && _termOfPair.TryGetValue(PairOf(tokens[i - 1], tokens[i]), out var pair))
                terms.Add(pair);
        }
    }

    public static TermTable Choose(DiscoveryOptions options, WordBook words, int owners, NoteWalk walk, CancellationToken cancellationToken)
    {
        var singles = new TermCounts(words.Count);
        var sketch = new byte[1 << SketchBits];
        var notes = 0;
        HashSet<long> pairs = [];
        var current = -1;
        walk((account, owner, tokens) =>
        {
            notes++;
            if (account != current)
            {
                (current, _) = (account, 0);
                CountPairs();
            }
            for (var i = 0; i < tokens.Count; i++)
            {
                if (tokens[i] < 0)
                    continue;
                singles.Add(tokens[i], account, notes, owner);
                if (i > 0 && tokens[i - 1] >= 0)
                    pairs.Add(PairOf(tokens[i - 1], tokens[i]));
            }
        }, cancellationToken);
        CountPairs();

        var fewest = options.FewestAccountsShown;
        if (owners >= FewestOwners)
            walk((_, owner, tokens) =>
            {
                for (var i = 0; i < tokens.Count; i++)
                    if (tokens[i] >= 0)
                        singles.Recount(tokens[i], owner);
            }, cancellationToken);
        int[] kept = [.. Enumerable.Range(0, words.Count)
            .Where(word => singles.Accounts[word] >= fewest && singles.Notes[word] <= MostCommon * Math.Max(notes, 1))
            .OrderByDescending(word => singles.Accounts[word]).ThenBy(word => words[word], StringComparer.Ordinal)];
        var common = kept.Length;
        if (owners >= FewestOwners)
            kept = [.. kept.Where(word => !singles.IsHabit(word, options.OwnerShare))];
        var habits = common - kept.Length;
        kept = [.. kept.Take(options.MostTerms / 2)];
        var isKept = new bool[words.Count];
        foreach (var word in kept)
            isKept[word] = true;

        // A pair counts only where the sketch has seen it in enough accounts; the sketch may count too many, never too few.
        Dictionary<long, PairCount> found = [];
        var number = 0;
        walk((account, owner, tokens) =>
        {
            number++;
            for (var i = 1; i < tokens.Count; i++)
            {
                if (tokens[i] < 0 || tokens[i - 1] < 0 || singles.Accounts[tokens[i]] < fewest || singles.Accounts[tokens[i - 1]] < fewest)
                    continue;
                var pair = PairOf(tokens[i - 1], tokens[i]);
                if (sketch[SketchOf(pair)] < fewest)
                    continue;
                ref var count = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(found, pair, out _);
                count.Add(account, number, owner);
            }
        }, cancellationToken);
        if (owners >= FewestOwners)
            walk((_, owner, tokens) =>
            {
                for (var i = 1; i < tokens.Count; i++)
                    if (tokens[i] >= 0 && tokens[i - 1] >= 0)
                    {
                        ref var count = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrNullRef(found, PairOf(tokens[i - 1], tokens[i]));
                        if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref count))
                            count.Recount(owner);
                    }
            }, cancellationToken);
        var keptPairs = found
            .Where(pair => pair.Value.Accounts >= fewest && pair.Value.Notes <= MostCommon * notes && (owners < FewestOwners || !pair.Value.IsHabit(options.OwnerShare)))
            .OrderByDescending(pair => pair.Value.Accounts).ThenBy(pair => words[(int)(pair.Key >> 32)], StringComparer.Ordinal).ThenBy(pair => words[(int)(uint)pair.Key], StringComparer.Ordinal)
            .Take(options.MostTerms - kept.Length).ToArray();

        var termOfWord = new int[words.Count];
        Array.Fill(termOfWord, -1);
        List<string> names = [];
        List<int> accountsWith = [];
        foreach (var word in kept)
        {
            termOfWord[word] = names.Count;
            names.Add(words[word]);
            accountsWith.Add(singles.Accounts[word]);
        }
        Dictionary<long, int> termOfPair = new(keptPairs.Length);
        foreach (var (pair, count) in keptPairs)
        {
            termOfPair[pair] = names.Count;
            names.Add($"{words[(int)(pair >> 32)]} {words[(int)(uint)pair]}");
            accountsWith.Add(count.Accounts);
        }
        return new TermTable(termOfWord, termOfPair, [.. names], [.. accountsWith], habits,
            Enumerable.Range(0, words.Count).Where(word => singles.Accounts[word] >= fewest).Select(word => words[word]).ToHashSet(StringComparer.Ordinal));

        void CountPairs()
        {
            foreach (var pair in pairs)
            {
                ref var count = ref sketch[SketchOf(pair)];
                if (count < byte.MaxValue)
                    count++;
            }
            pairs.Clear();
        }
    }

    private static long PairOf(int first, int second) => ((long)first << 32) | (uint)second;

    private static int SketchOf(long pair) => (int)(SplitMix.Mix((ulong)pair) >> (64 - SketchBits));

    /// <summary>How often a pair was met. The owner who wrote most of it is found by majority vote, then counted.</summary>
    private struct PairCount
    {
        private int _lastAccount;
        private int _lastNote;
        private int _leader;
        private int _lead;
        private int _known;
        private int _again;
        private int _byLeader;

        public int Accounts { get; private set; }

        public int Notes { get; private set; }

        public void Add(int account, int note, int owner)
        {
            if (_lastNote == note)
                return;
            if (Accounts == 0 || _lastAccount != account)
                Accounts++;
            (_lastAccount, _lastNote) = (account, note);
            Notes++;
            if (owner < 0)
                return;
            _known++;
            if (_lead == 0)
                (_leader, _lead) = (owner, 1);
            else
                _lead += owner == _leader ? 1 : -1;
        }

        /// <summary>Second look: how much of it the likely owner wrote.</summary>
        public void Recount(int owner)
        {
            if (owner < 0)
                return;
            _again++;
            _byLeader += owner == _leader ? 1 : 0;
        }

        public readonly bool IsHabit(double share) => _known * 2 >= Notes && _byLeader >= share * _again && _again > 0;
    }

    private sealed class TermCounts(int size)
    {
        private readonly PairCount[] _counts = new PairCount[size];

        public AccountsView Accounts => new(_counts);

        public NotesView Notes => new(_counts);

        public void Add(int word, int account, int note, int owner) => _counts[word].Add(account, note, owner);

        public void Recount(int word, int owner) => _counts[word].Recount(owner);

        public bool IsHabit(int word, double share) => _counts[word].IsHabit(share);

        public readonly struct AccountsView(PairCount[] counts)
        {
            public int this[int word] => counts[word].Accounts;
        }

        public readonly struct NotesView(PairCount[] counts)
        {
            public int this[int word] => counts[word].Notes;
        }
    }
}
