using CrmSync.Pipeline.Evaluation;
using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Service.Console.Words;

namespace CrmSync.Service.Console.Charts;

/// <summary>Which truth got which answer, as a map: the diagonal is right, the rest is wrong. Pure.</summary>
internal static class ConfusionMap
{
    private static readonly Texts T = Texts.Of(typeof(ConfusionMap));

    private const double Cell = 44;
    private const double Left = 92;
    private const double Top = 78;

    public static Svg Draw(IReadOnlyList<AnswerClass> answers, ConfusionMatrix confusion)
    {
        var side = answers.Count * Cell;
        // Names of columns lean to the right, over the edge of the last column.
        var svg = new Svg(
            Left + side + 34, Top + side + 4, "chart chart-confusion", T["ConfusionMatrix"],
            T["OfRowsLieOnTheDiagonalRowsAreThe", TimeText.Number(confusion.Right), TimeText.Number(confusion.Rows)], stretched: false);
        svg.Words("axis", 0, Top - 8, T["TruthAnswer"]);
        for (var i = 0; i < answers.Count; i++)
        {
            svg.Words("name", Left - 8, Top + i * Cell + Cell / 2 + 4, answers[i].Value, "end");
            svg.Words("name", Left + i * Cell + Cell / 2 + 2, Top - 8, answers[i].Value, "start", -48);
        }
        for (var truth = 0; truth < answers.Count; truth++)
            for (var answer = 0; answer < answers.Count; answer++)
                DrawCell(svg, answers, confusion, truth, answer);
        return svg;
    }

    private static void DrawCell(Svg svg, IReadOnlyList<AnswerClass> answers, ConfusionMatrix confusion, int truth, int answer)
    {
        var rows = confusion[truth, answer];
        var of = confusion.TruthOf(truth);
        var (x, y) = (Left + answer * Cell, Top + truth * Cell);
        svg.Rectangle("cell", x + 1, y + 1, Cell - 2, Cell - 2);
        if (rows == 0)
            return;
        // By the root of the share: a few errors among many rows must still be seen.
        var depth = Math.Sqrt((double)rows / of);
        svg.Open(
            "rect", ("class", truth == answer ? "right" : "wrong"), ("x", Svg.Number(x + 1)), ("y", Svg.Number(y + 1)), ("width", Svg.Number(Cell - 2)), ("height", Svg.Number(Cell - 2)),
            ("fill-opacity", Svg.Number(0.12 + 0.88 * depth)));
        svg.Open("title").Text(T["AnsweredOf", answers[truth].Value, answers[answer].Value, TimeText.Number(rows), TimeText.Number(of), ShareBar.Percent(rows, of)]).Close().Close();
        svg.Words(depth > 0.6 ? "count on-fill" : "count", x + Cell / 2, y + Cell / 2 + 4, TimeText.Number(rows), "middle");
    }
}
