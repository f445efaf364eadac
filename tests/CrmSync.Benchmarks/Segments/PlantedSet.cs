using CrmSync.Pipeline.Segments.Documents;

namespace CrmSync.Benchmarks.Segments;

/// <summary>How a set is planted.</summary>
/// <param name="Name">What the figures are printed under.</param>
/// <param name="Segments">Planted segments, three intents each.</param>
/// <param name="AccountsPerSegment">Accounts of each.</param>
/// <param name="Noise">Accounts of no segment.</param>
/// <param name="Activities">Activities per account.</param>
/// <param name="Signal">Share of a member's activities that speak of its segment.</param>
internal sealed record PlantedRecipe(string Name, int Segments, int AccountsPerSegment, int Noise, int Activities, double Signal)
{
    public static readonly PlantedRecipe Half = new("ps .5", 12, 200, 1_600, 25, 0.5);

    public static readonly PlantedRecipe Third = new("ps .3", 12, 200, 1_600, 25, 0.3);

    public static readonly PlantedRecipe Small = new("25 accounts", 12, 25, 1_575, 25, 0.5);

    public static readonly PlantedRecipe Nothing = new("noise", 0, 0, 4_000, 25, 0);

    /// <summary>Whether reps add their own standing sentence to two notes of five; each rep has about forty accounts.</summary>
    public bool Boilerplate { get; init; }

    /// <summary>Whether owners are named.</summary>
    public bool Owners { get; init; }

    public int Accounts => (Segments * AccountsPerSegment) + Noise;
}

/// <summary>A planted set: notes that can be written again and again, and the segment of every account.</summary>
internal sealed class PlantedSet
{
    private const int AccountsPerRep = 40;
    private readonly PlantedRecipe _recipe;
    private readonly IPlantedTexts _texts;
    private readonly int _seed;
    private readonly int[] _intents;

    public PlantedSet(PlantedRecipe recipe, IPlantedTexts texts, int seed)
    {
        (_recipe, _texts, _seed) = (recipe, texts, seed);
        var random = new Random(seed);
        _intents = [.. Enumerable.Range(0, texts.Intents)];
        random.Shuffle(_intents);
        Truth = new int[recipe.Accounts];
        for (var account = 0; account < Truth.Length; account++)
            Truth[account] = account < recipe.Segments * recipe.AccountsPerSegment ? account % recipe.Segments : -1;
        random.Shuffle(Truth);
    }

    /// <summary>Segment of every account; -1 for none.</summary>
    public int[] Truth { get; }

    public static string KeyOf(int account) => $"acc-{account}";

    public static int AccountOf(string key) => int.Parse(key.AsSpan(4), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The notes of some accounts, each account's together.</summary>
    public IEnumerable<RawNote> Notes(Func<int, bool>? wanted = null)
    {
        for (var account = 0; account < Truth.Length; account++)
        {
            if (wanted is not null && !wanted(account))
                continue;
            var random = new Random((_seed * 7_919) + account);
            for (var i = 0; i < _recipe.Activities; i++)
            {
                // Background speaks of everything, the segments' topics included.
                var intent = Truth[account] >= 0 && random.NextDouble() < _recipe.Signal
                    ? _intents[(Truth[account] * 3) + random.Next(3)]
                    : _intents[random.Next(_intents.Length)];
                var body = _texts.Write(intent, random);
                var rep = account % Math.Max(1, Truth.Length / AccountsPerRep);
                if (_recipe.Boilerplate && random.Next(5) < 2)
                    body += $"\n{Habit(rep)}";
                yield return new RawNote(KeyOf(account), $"{account}-{i}", "", body, _recipe.Owners ? $"rep-{rep}" : null);
            }
        }
    }

    private static string Habit(int rep) =>
        $"Logged by {Word(rep)} {Word(rep + 500)} desk, cadence {Word(rep + 900)} runs on {Word(rep + 1_300)}.";

    private static string Word(int number)
    {
        const string Onsets = "bdfgklmnprstvz";
        const string Vowels = "aeiou";
        var random = new Random(number);
        return string.Concat(Enumerable.Range(0, 3).Select(_ => $"{Onsets[random.Next(Onsets.Length)]}{Vowels[random.Next(Vowels.Length)]}"));
    }
}

/// <summary>The notes of a planted set, cleaned as those of a CRM are.</summary>
internal sealed class PlantedSource(PlantedSet set, Func<int, bool>? wanted) : INoteSource
{
    private readonly NoteCleaner _cleaner = new();

    public IAsyncEnumerable<AccountNote> ReadAsync(CancellationToken cancellationToken) => _cleaner.CleanAsync(Notes(), cancellationToken);

    private async IAsyncEnumerable<RawNote> Notes()
    {
        foreach (var note in set.Notes(wanted))
            yield return note;
        await Task.CompletedTask;
    }
}

/// <summary>What was found, against what was planted.</summary>
/// <param name="Index">Adjusted Rand index, noise as a class.</param>
/// <param name="Found">Planted segments of which one proposal holds most, and which are most of it.</param>
/// <param name="Spurious">Proposals that are no planted segment.</param>
/// <param name="NoiseLeftOut">Share of the accounts of no segment that got none.</param>
internal sealed record PlantedScore(double Index, int Found, int Spurious, double NoiseLeftOut)
{
    public static PlantedScore Of(IReadOnlyList<int> truth, IReadOnlyList<int> found)
    {
        var proposals = found.Where(segment => segment >= 0).Distinct().Count();
        HashSet<int> matched = [];
        foreach (var planted in truth.Zip(found).Where(pair => pair.First >= 0).GroupBy(pair => pair.First))
        {
            var best = planted.Where(pair => pair.Second >= 0).GroupBy(pair => pair.Second).OrderByDescending(group => group.Count()).FirstOrDefault();
            if (best is not null && best.Count() * 2 >= planted.Count() && best.Count() * 2 >= found.Count(segment => segment == best.Key))
                matched.Add(best.Key);
        }
        var noise = truth.Count(segment => segment < 0);
        var left = truth.Zip(found).Count(pair => pair.First < 0 && pair.Second < 0);
        return new PlantedScore(AdjustedRand(truth, found), matched.Count, proposals - matched.Count, noise == 0 ? 1 : (double)left / noise);
    }

    public static double AdjustedRand(IReadOnlyList<int> left, IReadOnlyList<int> right)
    {
        var both = left.Zip(right).GroupBy(pair => pair).Sum(group => Pairs(group.Count()));
        var (a, b) = (left.GroupBy(value => value).Sum(group => Pairs(group.Count())), right.GroupBy(value => value).Sum(group => Pairs(group.Count())));
        var expected = a * b / Pairs(left.Count);
        var most = (a + b) / 2;
        return most == expected ? 1 : (both - expected) / (most - expected);
    }

    private static double Pairs(double count) => count * (count - 1) / 2;
}
