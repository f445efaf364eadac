using System.Globalization;
using CrmSync.Pipeline.Evaluation.Statistics;

namespace CrmSync.Service.Console.Charts;

/// <summary>Measured figures as people read them.</summary>
internal static class ReportNumber
{
    /// <summary>What stands where nothing can be measured.</summary>
    public const string None = "–";

    /// <summary>A share, such as 94.2 %.</summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %");

    /// <summary>A share, or a dash where it is a share of nothing.</summary>
    public static string Percent(Share share) => share.Of == 0 ? None : Percent(share.Value);

    /// <summary>A figure from 0 to 1 with three digits.</summary>
    public static string Figure(double? figure) => figure is { } known ? known.ToString("0.000", CultureInfo.InvariantCulture) : None;

    /// <summary>An interval of shares, such as 93.0–95.3 %.</summary>
    public static string PercentInterval(Estimate? estimate) =>
        estimate is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known.Low * 100:0.0}–{known.High * 100:0.0} %") : "";

    /// <summary>An interval of figures, such as 0.930–0.953.</summary>
    public static string Interval(Estimate? estimate) =>
        estimate is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known.Low:0.000}–{known.High:0.000}") : "";
}
