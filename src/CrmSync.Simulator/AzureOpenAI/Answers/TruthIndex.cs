using CrmSync.Simulator.Seed;
using CrmSync.Simulator.Seed.Segments;

namespace CrmSync.Simulator.AzureOpenAI.Answers;

/// <summary>
/// Finds the labels of a text by the fragments that it shares with texts whose labels are known: every run of four words votes for the
/// texts that hold it. So a text is found although a prompt shortens, cleans or anonymises it, and although a world varies names and
/// amounts. Immutable, thread-safe; looking up is linear in the length of the text.
/// </summary>
internal sealed class TruthIndex
{
    private const int RunLength = 4;
    private const int MostVotesPerRun = 12;
    private const double LeastShare = 0.25;

    private readonly ModelTruth[] _rows;
    private readonly ulong[] _runs;
    private readonly int[] _runRows;
    private readonly Dictionary<ulong, int> _whole = [];

    public TruthIndex(IEnumerable<ModelTruth> extra)
    {
        // Extra rows come first: where two rows hold the same words, the caller's own says what is true.
        _rows = [.. extra, .. SegmentTexts.All.Select(Truth), .. AuthoredRows.All.Select(Truth)];
        List<(ulong Run, int Row)> runs = [];
        for (var row = 0; row < _rows.Length; row++)
        {
            var words = TextWords.Read(_rows[row].Text);
            _whole.TryAdd(TextWords.Joined(words, 0, words.Count), row);
            runs.AddRange(TextWords.Runs(words, RunLength).Distinct().Select(run => (run, row)));
        }
        foreach (var (row, body) in AuthoredRows.All.Select((row, i) => (i, TextWords.Read(row.Body))).Where(part => part.Item2.Count > 0))
            _whole.TryAdd(TextWords.Joined(body, 0, body.Count), _rows.Length - AuthoredRows.All.Count + row);

        runs.Sort();
        _runs = [.. runs.Select(run => run.Run)];
        _runRows = [.. runs.Select(run => run.Row)];
    }

    /// <summary>The seeded rows' own index, made once.</summary>
    public static Lazy<TruthIndex> Seeded { get; } = new(() => new TruthIndex([]));

    /// <summary>The row that the text was made from, or null where none is near enough.</summary>
    public ModelTruth? Find(string text)
    {
        var words = TextWords.Read(text);
        if (_whole.TryGetValue(TextWords.Joined(words, 0, words.Count), out var whole))
            return _rows[whole];

        Dictionary<int, double> votes = [];
        var asked = 0;
        foreach (var run in TextWords.Runs(words, RunLength).Distinct())
        {
            asked++;
            Vote(run, votes);
        }

        if (votes.Count == 0)
            return null;
        var (row, weight) = votes.MaxBy(vote => (vote.Value, -vote.Key));
        return weight >= LeastShare * Math.Min(asked, 40) / 2 ? _rows[row] : null;
    }

    // A run that many texts share, such as a tool's tag, says little; it is worth as much less as there are texts.
    private void Vote(ulong run, Dictionary<int, double> votes)
    {
        var from = Array.BinarySearch(_runs, run);
        if (from < 0)
            return;
        var to = from + 1;
        while (from > 0 && _runs[from - 1] == run && to - from < MostVotesPerRun)
            from--;
        while (to < _runs.Length && _runs[to] == run && to - from < MostVotesPerRun)
            to++;
        for (var i = from; i < to; i++)
            votes[_runRows[i]] = votes.GetValueOrDefault(_runRows[i]) + (1.0 / (to - from));
    }

    private static ModelTruth Truth(AuthoredRow row) =>
        new($"{row.Subject}\n{row.Body}", row.Stage is { } stage ? [row.Engagement, stage] : [row.Engagement]);
}
