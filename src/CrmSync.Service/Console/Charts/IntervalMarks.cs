namespace CrmSync.Service.Console.Charts;

/// <summary>Estimates with their intervals, one under the other on a common scale from 0. Pure.</summary>
internal static class IntervalMarks
{
    private const double Left = 150;
    private const double Room = 230;
    private const double Right = 20;
    private const double Row = 26;
    private const double Foot = 18;
    private const int Longest = 22;

    /// <summary>An estimate.</summary>
    /// <param name="Name">What people read.</param>
    /// <param name="Value">The estimate.</param>
    /// <param name="Low">Lower end of its interval.</param>
    /// <param name="High">Upper end; null where it is not known.</param>
    /// <param name="Words">The same in words.</param>
    public readonly record struct Mark(string Name, double Value, double Low, double? High, string Words);

    /// <param name="title">What is shown.</param>
    /// <param name="marks">The estimates.</param>
    /// <param name="most">Right end of the scale, above 0.</param>
    /// <param name="scale">A place on the scale in words.</param>
    public static Svg Draw(string title, IReadOnlyList<Mark> marks, double most, Func<double, string> scale)
    {
        var (height, end) = (marks.Count * Row, Math.Max(most, 1e-9));
        var svg = new Svg(Left + Room + Right, height + Foot, "marks", title, string.Join("; ", marks.Select(mark => $"{mark.Name}: {mark.Words}")), stretched: false);
        for (var at = 0; at <= 2; at++)
        {
            svg.Line("mark-grid", X(end * at / 2), 2, X(end * at / 2), height);
            svg.Words("mark-tick", X(end * at / 2), height + 14, scale(end * at / 2), at == 0 ? "start" : at == 1 ? "middle" : "end");
        }
        for (var at = 0; at < marks.Count; at++)
        {
            var (mark, y) = (marks[at], at * Row + Row / 2);
            svg.Words("mark-name", Left - 10, y + 4, mark.Name.Length <= Longest ? mark.Name : $"{mark.Name[..(Longest - 1)]}…", "end");
            svg.Line("mark-range", X(mark.Low), y, X(mark.High ?? end), y);
            svg.Open("circle", ("class", "mark-dot"), ("cx", Svg.Number(X(mark.Value))), ("cy", Svg.Number(y)), ("r", "4.5")).Open("title").Text($"{mark.Name}: {mark.Words}").Close().Close();
        }
        return svg;

        double X(double value) => Left + Math.Clamp(value / end, 0, 1) * Room;
    }
}
