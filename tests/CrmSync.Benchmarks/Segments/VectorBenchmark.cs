using System.Diagnostics;
using CrmSync.Connectors.AzureOpenAI;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Vectors;
using CrmSync.Simulator.AzureOpenAI;
using Microsoft.Extensions.Logging.Abstractions;

namespace CrmSync.Benchmarks.Segments;

/// <summary>
/// Words against words and topics of vectors, over HTTP: <c>segments vectors</c>. The simulated deployment hashes words and pieces of words and knows no meanings, so this shows what topics
/// cost and that they do no harm; what they gain with a real model it cannot show.
/// </summary>
internal static class VectorBenchmark
{
    private const int Dimensions = 256;

    public static async Task RunAsync(IPlantedTexts texts, int seed)
    {
        await using var simulator = await ModelSimulator.StartAsync(new ModelSimulatorOptions { QuotasOn = false }, TimeProvider.System, CancellationToken.None);
        using var vectors = AzureOpenAiVectors.Create(
            new AzureOpenAiOptions { Endpoint = simulator.BaseAddress, Key = ModelSimulatorOptions.DefaultKey }, "crmsync-embedding", Dimensions, TimeProvider.System, NullLoggerFactory.Instance);
        var desk = new VectorDesk(vectors, new VectorOptions(), null, null, TimeProvider.System);
        Console.WriteLine("The simulated deployment knows no meanings: this measures cost and harm, not gain.");
        foreach (var recipe in new[] { PlantedRecipe.Half, PlantedRecipe.Third, PlantedRecipe.Nothing, PlantedRecipe.Nothing with { Name = "noise, reps' boilerplate", Boilerplate = true } })
        {
            var set = new PlantedSet(recipe, texts, seed);
            foreach (var (name, chosen) in new[] { ("words", VectorDesk.None), ("words and topics", desk) })
            {
                var timer = Stopwatch.StartNew();
                var found = await new TopicDiscovery(new TopicSearch(chosen, TimeProvider.System), new DiscoveryOptions()).RunAsync(
                    new PlantedSource(set, null), new TopicOrder(seed), new NoVectorMemory(), null, CancellationToken.None);
                var (result, cost) = found.Value!;
                var score = PlantedScore.Of(set.Truth, SegmentBenchmark.Labels(result, set.Truth.Length));
                Console.WriteLine(FormattableString.Invariant(
                    $"{recipe.Name,-26} {name,-17}: index {score.Index:0.000}, found {score.Found} of {recipe.Segments}, spurious {score.Spurious}, noise left out {score.NoiseLeftOut:0.000}, {timer.Elapsed.TotalSeconds:0.0} s{(cost.Calls > 0 ? $"; {cost}" : "")}"));
            }
        }
    }
}
