using BenchmarkDotNet.Attributes;
using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Text;

namespace CrmSync.Benchmarks;

/// <summary>
/// The hot path per activity, for both taxonomies: zone and clean alone, with the rules, and with the trained model on top. One operation is one activity. Deciding
/// reads the zoned text; the polished text that people are shown (<see cref="ActivityText.Cleaned"/>) is made on demand and stands in the first figure only.
/// </summary>
[MemoryDiagnoser]
public class ClassifyBenchmark
{
    private const int Activities = 200;
    private readonly ActivityContent[] _contents = SampleActivities.Create(Activities, seed: 20261121);
    private readonly Cascade _rules = Cascade.CreateRulesOnly();
    private readonly Cascade _cascade = Cascade.CreateDefault();

    [Benchmark(OperationsPerInvoke = Activities)]
    public int ZoneAndClean()
    {
        var length = 0;
        foreach (var content in _contents)
            length += ActivityZoner.Zone(content).Cleaned.Length;
        return length;
    }

    [Benchmark(OperationsPerInvoke = Activities)]
    public int ZoneCleanAndRules() => Decide(_rules);

    [Benchmark(OperationsPerInvoke = Activities)]
    public int ZoneCleanRulesAndModel() => Decide(_cascade);

    private int Decide(Cascade cascade)
    {
        var decided = 0;
        foreach (var content in _contents)
            decided += cascade.Decide(content).Count(decision => decision.Status != DecisionStatus.Unsure);
        return decided;
    }
}
