using System.Globalization;
using CrmSync.Service.Console.Words;

namespace CrmSync.Service.Console.Charts;

/// <summary>One bar per day, oldest left, divided by answers. Pure.</summary>
internal static class DayStack
{
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
            $"{TimeText.Number(totals.Sum())} in the last {days.Count} days, at most {TimeText.Number(totals.DefaultIfEmpty().Max())} in one");
        for (var i = 0; i < days.Count; i++)
        {
            svg.Open("g", ("class", "bar"));
            svg.Rectangle("bar-hit", i * Step, 0, Step, Height);
            if (totals[i] == 0)
                svg.Rectangle("bar-zero", i * Step, Height - 1, Bar, 1);
            var bottom = Height;
            foreach (var part in days[i].Where(part => part.Count > 0))
            {
                var height = (double)part.Count / most * (Height - 2);
                bottom -= height;
                svg.Rectangle($"share-part {part.ClassName}", i * Step, bottom, Bar, height);
            }
            svg.Open("title").Text(Title(from.AddDays(i), totals[i], days[i])).Close();
            svg.Close();
        }
        return svg;
    }

    private static string Title(DateTimeOffset day, long total, IReadOnlyList<Part> parts)
    {
        var date = day.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
        return total == 0 ? $"{date}: none" : $"{date}: {string.Join(", ", parts.Where(part => part.Count > 0).Select(part => $"{part.Name} {TimeText.Number(part.Count)}"))}";
    }
}
