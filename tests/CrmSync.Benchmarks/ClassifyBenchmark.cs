using BenchmarkDotNet.Attributes;
using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Text;

namespace CrmSync.Benchmarks;

/// <summary>
/// The hot path per activity, for both taxonomies: zone and clean alone, with the rules, and with the trained model on top. One operation is one activity.
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
        {
            var text = ActivityZoner.Zone(content);
            // No decision needs the cleaned text, yet it is part of what the figure promises.
            decided += text.Cleaned.Length;
            foreach (var decision in cascade.Decide(content, text))
                decided += decision.Status == DecisionStatus.Unsure ? 0 : 1;
        }
        return decided;
    }
}
