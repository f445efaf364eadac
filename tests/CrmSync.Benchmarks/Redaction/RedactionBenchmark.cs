namespace CrmSync.Benchmarks.Redaction;

/// <summary>Recall of the remover of personal data by entity on a planted set, and how many ordinary texts it leaves alone: <c>redaction [seed] [texts per entity]</c>.</summary>
internal static class RedactionBenchmark
{
    public static void Run(string[] arguments)
    {
        var seed = arguments.Length > 0 ? int.Parse(arguments[0], System.Globalization.CultureInfo.InvariantCulture) : (int)(TimeProvider.System.GetUtcNow().Ticks % 1_000_000);
        var each = arguments.Length > 1 ? int.Parse(arguments[1], System.Globalization.CultureInfo.InvariantCulture) : 5_000;
        Console.WriteLine($"redaction, seed {seed}");
        var timer = System.Diagnostics.Stopwatch.StartNew();
        var scores = RedactionScore.Of(new PlantedPersonalData(seed), each);
        foreach (var (entity, texts, right, missed) in scores)
        {
            Console.WriteLine(FormattableString.Invariant($"{entity,-10} {(double)right / texts,8:P2} of {texts:N0} {(entity == "ordinary" ? "left alone" : "removed")}"));
            foreach (var miss in missed.Take(5))
                Console.WriteLine($"    {miss.Replace('\n', '|')}");
        }
        Console.WriteLine(FormattableString.Invariant($"{scores.Sum(score => score.Texts) / timer.Elapsed.TotalSeconds:N0} texts/s"));
    }
}
