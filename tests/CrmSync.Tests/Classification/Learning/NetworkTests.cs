using CrmSync.Pipeline.Classification.Learning;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Classification.Learning;

public sealed class NetworkTests
{
    private const int Classes = 3;

    [Fact]
    public void Shifted_AnyShifts_MovesEachScoreByItsOwn()
    {
        var network = Create();
        float[] shifts = [0.5f, -1, 0];

        var (before, after) = (Scores(network, [0, 3]), Scores(network.Shifted(shifts), [0, 3]));

        for (var i = 0; i < Classes; i++)
            (after[i] - before[i]).ShouldBe(shifts[i], 0.0001f);
    }

    [Fact]
    public void Reordered_RowsAskedForAtTheirNewPlaces_GiveTheSameScores()
    {
        var network = Create();

        var reordered = network.Reordered([3, 1, 0, 2]);

        Scores(reordered, [2, 0]).ShouldBe(Scores(network, [0, 3]));
        reordered.Scales.ToArray().ShouldBe([4, 2, 1, 3]);
    }

    private static Network Create()
    {
        const int members = 2, hidden = 8, width = members * hidden;
        var random = new Random(6);
        float[] Some(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        return new Network(
            members, hidden, Classes, [.. Enumerable.Range(0, 4 * width).Select(_ => (sbyte)random.Next(-127, 128))], [1, 2, 3, 4], Some(width), Some(Classes * width),
            Some(Classes * members));
    }

    private static float[] Scores(Network network, int[] rows)
    {
        var hidden = new float[network.Width];
        network.Activate(rows, [0.01f, 0.02f], hidden);
        var scores = new float[network.Classes];
        network.Scores(hidden, 0, scores);
        return scores;
    }
}
