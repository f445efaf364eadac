using CrmSync.Service.Console.Words;
using CrmSync.Storage.Reading.Jobs;

namespace CrmSync.Service.Console.Charts;

/// <summary>How long the last runs of a kind took, oldest left. Pure.</summary>
internal static class LengthBars
{
    private static readonly Texts T = Texts.Of(typeof(LengthBars));

    private const double Step = 10;
    private const double Bar = 7;
    private const double Height = 72;

    /// <param name="runs">The runs, the oldest first.</param>
    /// <param name="current">Ledger id of the run that is looked at.</param>
    public static Svg Draw(IReadOnlyList<RunLength> runs, long current)
    {
        var longest = runs.Select(Length).DefaultIfEmpty().Max();
        var svg = new Svg(
            Math.Max(1, runs.Count) * Step - (Step - Bar), Height, "bars lengths", T["HowLongTheLastRunsTook"],
            T["RunsTheLongestTheLast", runs.Count, TimeText.Span(longest), TimeText.Span(runs.Select(Length).LastOrDefault())], stretched: false);
        for (var i = 0; i < runs.Count; i++)
        {
            var height = Math.Max(2, longest > TimeSpan.Zero ? Length(runs[i]) / longest * (Height - 2) : 2);
            svg.Open("g", ("class", runs[i].Id == current ? "bar bar-current" : "bar"));
            svg.Rectangle("bar-hit", i * Step, 0, Step, Height);
            svg.Rectangle(runs[i].State == "failed" ? "bar-failed" : "bar-fill", i * Step, Height - height, Bar, height);
            svg.Open("title").Text(runs[i].State == "failed"
                ? T["RunRowsReadFailed", runs[i].Id, TimeText.Span(Length(runs[i])), TimeText.Number(runs[i].Seen)]
                : T["RunRowsRead", runs[i].Id, TimeText.Span(Length(runs[i])), TimeText.Number(runs[i].Seen)]).Close();
            svg.Close();
        }

        return svg;
    }

    /// <summary>How long a run took.</summary>
    public static TimeSpan Length(RunLength run) => TimeSpan.FromMilliseconds(Math.Max(0, run.FinishedAt - run.StartedAt));

    /// <summary>The middle one of the lengths; at least one run.</summary>
    public static TimeSpan Median(IReadOnlyList<RunLength> runs) => runs.Select(Length).Order().ElementAt(runs.Count / 2);
}
