using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Service.Console.Evaluation;
using CrmSync.Storage.Reading;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Console;

public sealed class SegmentFiguresTests
{
    private static readonly JudgedSegment Bills = new("bills", "Bills");

    [Fact]
    public void Of_RowsInSegmentsAndOutside_CountsEachWithTheSureOnesApart()
    {
        var figures = SegmentFigures.Of(
        [
            Row(null, "demo", "demo"), Row(Bills, "demo", "demo"), Row(Bills, "demo", "negotiation"), Row(Bills, "demo", "demo", "unsure"), Row(new JudgedSegment("cold", "Cold"), null, null, "abstained"),
        ]);

        figures.Select(figure => (figure.Segment?.Key, figure.Right, figure.RightOfSure)).ShouldBe(
            [("bills", new Share(2, 3), new Share(1, 2)), ("cold", new Share(1, 1), new Share(0, 0)), (null, new Share(1, 1), new Share(1, 1))]);
    }

    [Fact]
    public void Of_RowsInNoSegment_AreNoTable() => SegmentFigures.Of([Row(null, "demo", "demo")]).ShouldBeEmpty();

    private static JudgedAnswer Row(JudgedSegment? segment, string? truth, string? answer, string status = "decided") =>
        new() { Segment = segment, Truth = truth, Answer = answer, Status = status };
}
