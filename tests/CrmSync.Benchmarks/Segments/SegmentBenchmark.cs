using System.Diagnostics;
using System.Globalization;
using CrmSync.Pipeline.Segments.Discovery;

namespace CrmSync.Benchmarks.Segments;

/// <summary>
/// Planted segments, found again or not: <c>segments [quick|full|scale|vectors] [--seed N] [--clinc FOLDER] [--accounts N]</c>. Quick takes a seed per recipe, full three and everything else;
/// seeds are drawn from the clock where none is given, and printed.
/// </summary>
internal static class SegmentBenchmark
{
    public static async Task RunAsync(string[] arguments)
    {
        var seed = int.Parse(Value(arguments, "--seed") ?? (TimeProvider.System.GetUtcNow().Ticks % 1_000_000).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        IPlantedTexts texts = Value(arguments, "--clinc") is { } folder ? new ClincTexts(folder) : new OwnTexts();
        Console.WriteLine($"segments, {(texts is OwnTexts ? "own text" : "CLINC150")}, {texts.Intents} intents, seeds from {seed}");
        if (arguments.Contains("scale"))
        {
            await ScaleAsync(int.Parse(Value(arguments, "--accounts") ?? "100000", CultureInfo.InvariantCulture), texts, seed);
            return;
        }
        if (arguments.Contains("vectors"))
        {
            await VectorBenchmark.RunAsync(texts, seed);
            return;
        }
        var full = arguments.Contains("full");
        foreach (var recipe in new[] { PlantedRecipe.Half, PlantedRecipe.Third, PlantedRecipe.Small })
            for (var i = 0; i < (full ? 3 : 1); i++)
                await ScoreAsync(recipe, texts, seed + i);
        var spurious = 0;
        for (var i = 0; i < (full ? 10 : 2); i++)
            spurious += (await FindAsync(new PlantedSet(PlantedRecipe.Nothing, texts, seed + 100 + i), seed + i)).Segments.Count;
        Console.WriteLine($"noise only, {(full ? 10 : 2)} seeds: {spurious} segments");
        await ScoreAsync(PlantedRecipe.Half with { Name = "ps .5, reps' boilerplate", Boilerplate = true }, texts, seed + 200);
        await ScoreAsync(PlantedRecipe.Nothing with { Name = "noise, reps' boilerplate", Boilerplate = true }, texts, seed + 201);
        if (!full)
            return;
        await ScoreAsync(PlantedRecipe.Nothing with { Name = "noise, reps' boilerplate, owners known", Boilerplate = true, Owners = true }, texts, seed + 202);
        await SubsamplesAsync(texts, seed + 300);
        await RepeatAsync(texts, seed + 400);
    }

    private static async Task ScoreAsync(PlantedRecipe recipe, IPlantedTexts texts, int seed)
    {
        var set = new PlantedSet(recipe, texts, seed);
        var timer = Stopwatch.StartNew();
        var found = await FindAsync(set, seed);
        var score = PlantedScore.Of(set.Truth, Labels(found, set.Truth.Length));
        Console.WriteLine(FormattableString.Invariant(
            $"{recipe.Name,-40} seed {seed}: index {score.Index:0.000}, found {score.Found} of {recipe.Segments}, spurious {score.Spurious}, noise left out {score.NoiseLeftOut:0.000}, {timer.Elapsed.TotalSeconds:0.0} s"));
    }

    /// <summary>Two draws of four fifths of the accounts, compared on the accounts that both have.</summary>
    private static async Task SubsamplesAsync(IPlantedTexts texts, int seed)
    {
        var set = new PlantedSet(PlantedRecipe.Half, texts, seed);
        var labels = new List<int[]>();
        for (var draw = 0; draw < 3; draw++)
        {
            var random = new Random(seed + draw);
            var drawn = new bool[set.Truth.Length];
            for (var i = 0; i < drawn.Length; i++)
                drawn[i] = random.NextDouble() < 0.8;
            var found = Labels(await FindAsync(set, seed, account => drawn[account]), drawn.Length);
            for (var i = 0; i < drawn.Length; i++)
                found[i] = drawn[i] ? found[i] : int.MinValue;
            labels.Add(found);
        }
        foreach (var (i, j) in new[] { (0, 1), (0, 2), (1, 2) })
        {
            int[] both = [.. Enumerable.Range(0, set.Truth.Length).Where(account => labels[i][account] != int.MinValue && labels[j][account] != int.MinValue)];
            Console.WriteLine(FormattableString.Invariant(
                $"agreement of 80 % subsamples {i + 1} and {j + 1}: {PlantedScore.AdjustedRand([.. both.Select(account => labels[i][account])], [.. both.Select(account => labels[j][account])]):0.000}"));
        }
    }

    private static async Task RepeatAsync(IPlantedTexts texts, int seed)
    {
        var set = new PlantedSet(PlantedRecipe.Third, texts, seed);
        var answers = new List<string>();
        foreach (var threads in new[] { 1, 2, 7 })
        {
            var found = await new SegmentDiscovery(new DiscoveryOptions { Seed = seed, Threads = threads }).RunAsync(new PlantedSource(set, null));
            using var model = new MemoryStream();
            if (found.Model is not null)
                Pipeline.Segments.Models.SegmentModelFile.Write(found.Model, model);
            answers.Add(System.Text.Json.JsonSerializer.Serialize(found.Segments) + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(model.ToArray())));
        }
        Console.WriteLine($"1, 2 and 7 threads: {(answers.Distinct().Count() == 1 ? "bit-identical" : "DIFFERENT")}");
    }

    private static async Task ScaleAsync(int accounts, IPlantedTexts texts, int seed)
    {
        // Two dozen segments of one account in a hundred each; writing the notes is part of the time.
        var recipe = new PlantedRecipe("scale", 24, accounts / 100, accounts - (24 * (accounts / 100)), 50, 0.4);
        var set = new PlantedSet(recipe, texts, seed);
        var timer = Stopwatch.StartNew();
        var progress = new Stages();
        var found = await new SegmentDiscovery(new DiscoveryOptions { Seed = seed }).RunAsync(new PlantedSource(set, null), progress: progress);
        var score = PlantedScore.Of(set.Truth, Labels(found, set.Truth.Length));
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(FormattableString.Invariant(
            $"{accounts:N0} accounts, {found.Activities:N0} activities: {timer.Elapsed.TotalSeconds:0} s ({process.TotalProcessorTime.TotalSeconds:0} s of processor), peak {process.PeakWorkingSet64 / 1e9:0.00} GB; index {score.Index:0.000}, found {score.Found} of {recipe.Segments}, spurious {score.Spurious}, noise left out {score.NoiseLeftOut:0.000}"));
    }

    private static Task<DiscoveryResult> FindAsync(PlantedSet set, int seed, Func<int, bool>? wanted = null) =>
        new SegmentDiscovery(new DiscoveryOptions { Seed = seed }).RunAsync(new PlantedSource(set, wanted));

    internal static int[] Labels(DiscoveryResult found, int accounts)
    {
        var labels = new int[accounts];
        Array.Fill(labels, -1);
        foreach (var account in found.Accounts)
            if (account.Segment is { } segment)
                labels[PlantedSet.AccountOf(account.Account)] = int.Parse(segment.AsSpan(1), CultureInfo.InvariantCulture);
        return labels;
    }

    private static string? Value(string[] arguments, string name) =>
        Array.IndexOf(arguments, name) is >= 0 and var at && at + 1 < arguments.Length ? arguments[at + 1] : null;

    private sealed class Stages : IProgress<DiscoveryProgress>
    {
        private readonly Stopwatch _timer = Stopwatch.StartNew();
        private string _stage = "";

        public void Report(DiscoveryProgress value)
        {
            if (value.Stage == _stage)
                return;
            _stage = value.Stage;
            Console.WriteLine(FormattableString.Invariant($"  {_timer.Elapsed.TotalSeconds,6:0} s, {Environment.CpuUsage.TotalTime.TotalSeconds,6:0} s of processor: {_stage}, {value.Activities:N0} activities"));
        }
    }
}
