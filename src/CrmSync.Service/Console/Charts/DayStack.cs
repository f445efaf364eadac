using System.Globalization;
using System.Text;
using CrmSync.Service.Console.Words;

namespace CrmSync.Service.Console.Charts;

/// <summary>One bar per day, oldest left, divided by answers. Pure.</summary>
internal static class DayStack
{
    private static readonly Texts T = Texts.Of(typeof(DayStack));

    private const double Step = 4;
    private const double Bar = 3;
    private const double Height = 60;

    /// <summary>An answer of one day.</summary>
    /// <param name="Name">What people read.</param>
    /// <param name="ClassName">Class that carries its fill.</param>
    /// <param name="Count">Activities.</param>
    public readonly record struct Part(string Name, string ClassName, long Count);

    /// <param name="from">The first day.</param>
    /// <param name="days">Per day its parts, from the bottom up.</param>
    /// <param name="title">What is counted.</param>
    public static Svg Draw(DateTimeOffset from, IReadOnlyList<IReadOnlyList<Part>> days, string title)
    {
        List<long> totals = [.. days.Select(day => day.Sum(part => part.Count))];
        var most = Math.Max(1, totals.DefaultIfEmpty().Max());
        var svg = new Svg(
            Math.Max(1, (days.Count * Step) - (Step - Bar)), Height, "bars stacked", title,
            T["InTheLastDaysAtMostInOne", TimeText.Number(totals.Sum()), days.Count, TimeText.Number(totals.DefaultIfEmpty().Max())]);
        // One shape per answer and not one per day and answer: a page of years would weigh more than all of its words.
        var shapes = new Dictionary<string, StringBuilder>(StringComparer.Ordinal);
        for (var i = 0; i < days.Count; i++)
        {
            var bottom = Height;
            if (totals[i] == 0)
                Add(shapes, "bar-zero", i * Step, bottom, 1);
            foreach (var part in days[i].Where(part => part.Count > 0))
            {
                var height = (double)part.Count / most * (Height - 2);
                Add(shapes, $"share-part {part.ClassName}", i * Step, bottom, height);
                bottom -= height;
            }
        }
        foreach (var (className, shape) in shapes)
            svg.Open("path", ("class", className), ("d", shape.ToString())).Close();
        for (var i = 0; i < days.Count; i++)
            svg.Rectangle("bar-hit", i * Step, 0, Step, Height, Title(from.AddDays(i), totals[i], days[i]));
        return svg;
    }

    private static void Add(Dictionary<string, StringBuilder> shapes, string className, double x, double bottom, double height)
    {
        if (!shapes.TryGetValue(className, out var shape))
            shapes[className] = shape = new StringBuilder();
        shape.Append(CultureInfo.InvariantCulture, $"M{Svg.Number(x)} {Svg.Number(bottom)}h{Svg.Number(Bar)}v-{Svg.Number(height)}h-{Svg.Number(Bar)}z");
    }

    private static string Title(DateTimeOffset day, long total, IReadOnlyList<Part> parts)
    {
        var date = day.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
        return total == 0 ? T["DayWithoutAny", date] : $"{date}: {string.Join(", ", parts.Where(part => part.Count > 0).Select(part => $"{part.Name} {TimeText.Number(part.Count)}"))}";
    }
}
