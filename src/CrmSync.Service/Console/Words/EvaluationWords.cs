using System.Globalization;
using System.Text.Json;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Review;
using CrmSync.Service.Console.Charts;

namespace CrmSync.Service.Console.Words;

/// <summary>Evaluations in plain words.</summary>
internal static class EvaluationWords
{
    private static readonly Texts T = Texts.Of(typeof(EvaluationWords));

    /// <summary>Below this many rows a figure says little, whatever it is.</summary>
    public const long FewRows = 30;

    /// <summary>The rows that figures can be made of, as addresses name them.</summary>
    public static IReadOnlyList<(string Slug, string Name)> Rows =>
    [
        ("held-out", T["HeldOutRows"]), ("corrections", T["HeldOutCorrections"]), ("drawn", T["PeopleOnRowsDrawnByChance"]), ("said", T["PeopleOnAllCorrections"]),
    ];

    /// <summary>What a choice of rows is.</summary>
    public static string Sentence(string rows) => rows switch
    {
        "corrections" => T["OneInFiveOfPeoplesCorrections"],
        "drawn" => T["RowsThatWereDrawnByChanceAnd"],
        "said" => T["EverythingThatPeopleCorrectedOr"],
        _ => T["LabelledRowsThatCameWithThe"],
    };

    /// <summary>The chosen rows; held-out ones for a slug that is none.</summary>
    public static string RowsOf(string? slug) => Rows.Any(rows => rows.Slug == slug) ? slug! : Rows[0].Slug;

    /// <summary>Where a model stands.</summary>
    public static string Status(ModelStatus status) => status switch
    {
        ModelStatus.Proposed => T["Proposed"],
        ModelStatus.Active => T["Decides"],
        ModelStatus.Retired => T["Past"],
        _ => status.ToString(),
    };

    /// <summary>Bytes as people write them.</summary>
    public static string Size(long bytes) => bytes >= 1_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0} kB");

    /// <summary>A count out of a total, or a dash.</summary>
    public static string Percent(long count, long of) => of == 0 ? ReportNumber.None : ReportNumber.Percent((double)count / of);

    /// <summary>A card in words; as it is stored where it has another form.</summary>
    public static string Card(string card)
    {
        try
        {
            return JsonSerializer.Deserialize<ModelCard>(card, JsonSerializerOptions.Web) is { Heads: not null, Sources: not null } read ? ModelCardText.Write(read) : card;
        }
        catch (JsonException)
        {
            return card;
        }
    }

    /// <summary>What a comparison says.</summary>
    public static string Verdict(McNemarResult test) => test switch
    {
        { OnlyFirst: 0, OnlySecond: 0 } => T["BothAreRightAndWrongOnTheSame"],
        { PValue: < 0.05 } when test.OnlySecond > test.OnlyFirst => T["TheSecondIsBetterChanceIsAn"],
        { PValue: < 0.05 } => T["TheFirstIsBetterChanceIsAn"],
        _ => T["InconclusiveTheDifferenceMayBe"],
    };

    /// <summary>A p-value.</summary>
    public static string P(double value) => value < 0.001 ? "< 0.001" : value.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>A difference of shares in points, with its sign.</summary>
    public static string Points(double difference) => string.Create(CultureInfo.InvariantCulture, $"{(difference > 0 ? "+" : difference < 0 ? "−" : "")}{Math.Abs(difference) * 100:0.0}");

    /// <summary>What a button did; null for a word that is none of ours.</summary>
    public static string? Done(string? word) => word switch
    {
        "promoted" => T["TheModelDecidesFromNowOnRunning"],
        "back" => T["TheModelBeforeItDecidesAgain"],
        "nothing" => T["NothingChangedSomebodyElseWas"],
        "training" => T["TheTrainingHasBegunItTakesSome"],
        "busy" => T["ATrainingRunsAlreadyOrThisNode"],
        _ => null,
    };
}
