using CrmSync.Pipeline.Classification.Learning;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Classification.Learning;

public sealed class NetworkTests
{
    [Fact]
    public void Shifted_AnyShifts_MovesEachScoreByItsOwn()
    {
        var random = new Random(6);
        const int members = 2, hidden = 8, classes = 3, width = members * hidden;
        float[] Some(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        var network = new Network(
            members, hidden, classes, [.. Enumerable.Range(0, 4 * width).Select(_ => (sbyte)random.Next(-127, 128))], [1, 1, 1, 1], Some(width), Some(classes * width),
            Some(classes * members));
        float[] shifts = [0.5f, -1, 0];

        var (before, after) = (Scores(network), Scores(network.Shifted(shifts)));

        for (var i = 0; i < classes; i++)
            (after[i] - before[i]).ShouldBe(shifts[i], 0.0001f);
    }

    private static float[] Scores(Network network)
    {
        var hidden = new float[network.Width];
        network.Activate([0, 3], [0.01f, 0.02f], hidden);
        var scores = new float[network.Classes];
        network.Scores(hidden, 0, scores);
        return scores;
    }
}
