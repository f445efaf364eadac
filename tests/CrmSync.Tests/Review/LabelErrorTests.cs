using CrmSync.Pipeline.Classification.Learning;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Review;

public sealed class LabelErrorTests
{
    [Fact]
    public void Find_RowConfidentlyAnotherLabel_IsNamedWithTheLikelierOne()
    {
        OutOfFold[] rows =
        [
            new("a1", 0, [0.9, 0.1]), new("a2", 0, [0.8, 0.2]), new("a3", 0, [0.7, 0.3]), new("wrong", 0, [0.1, 0.9]),
            new("b1", 1, [0.2, 0.8]), new("b2", 1, [0.1, 0.9]), new("b3", 1, [0.3, 0.7]),
        ];

        // Thresholds by hand: label 0 has (0.9+0.8+0.7+0.1)/4 = 0.625, label 1 has (0.8+0.9+0.7)/3 = 0.8.
        var error = LabelErrors.Find(rows, 2).ShouldHaveSingleItem();

        error.Id.ShouldBe("wrong");
        (error.Given, error.Likely).ShouldBe((0, 1));
        error.Margin.ShouldBe(-0.8, 1e-9);
    }

    [Fact]
    public void Find_ModelThatIsNeverSure_FlagsNothing() =>
        LabelErrors.Find([new("a", 0, [0.55, 0.45]), new("b", 0, [0.5, 0.5]), new("c", 1, [0.4, 0.6]), new("d", 1, [0.45, 0.55])], 2).ShouldBeEmpty();

    [Fact]
    public void Find_InjectedErrors_FindsThoseThatTheModelIsSureAboutAndNoOthers()
    {
        var random = new Random(11);
        var rows = new List<OutOfFold>();
        for (var i = 0; i < 600; i++)
        {
            var truth = i % 3;
            var given = i % 15 == 0 ? (truth + 1) % 3 : truth;
            var sure = 0.6 + random.NextDouble() * 0.38;
            var other = (1 - sure) / 2;
            rows.Add(new OutOfFold($"{(given == truth ? "good" : "bad")}-{i:000}", given, [.. Enumerable.Range(0, 3).Select(label => label == truth ? sure : other)]));
        }

        var found = LabelErrors.Find(rows, 3);

        found.Count(error => error.Id.StartsWith("bad", StringComparison.Ordinal)).ShouldBeInRange(12, 30, "40 labels were made wrong, and on about half of them the model is surer than on average");
        found.ShouldNotContain(error => error.Id.StartsWith("good", StringComparison.Ordinal));
    }

    [Fact]
    public void Find_LabelThatNobodyGave_IsNeverLikely() =>
        LabelErrors.Find([new("a", 0, [0.05, 0.05, 0.9]), new("b", 1, [0.1, 0.8, 0.1])], 3).ShouldBeEmpty();
}
