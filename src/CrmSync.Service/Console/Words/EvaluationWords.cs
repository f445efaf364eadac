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
    /// <summary>Below this many rows a figure says little, whatever it is.</summary>
    public const long FewRows = 30;

    /// <summary>The rows that figures can be made of, as addresses name them.</summary>
    public static IReadOnlyList<(string Slug, string Name)> Rows { get; } =
    [
        ("held-out", "Held-out rows"), ("corrections", "Held-out corrections"), ("drawn", "People, on rows drawn by chance"), ("said", "People, on all corrections"),
    ];

    /// <summary>What a choice of rows is.</summary>
    public static string Sentence(string rows) => rows switch
    {
        "corrections" => "One in five of people's corrections, which no model learns from, answered anew by the chosen model.",
        "drawn" => "Rows that were drawn by chance and judged by people, with the answers as they were given then. They speak for all rows.",
        "said" => "Everything that people corrected or confirmed, with the answers as they were given then. Most of it was looked at because something seemed wrong, so these figures are worse than the whole.",
        _ => "Labelled rows that came with the program and that no model learns from, answered by the chosen model.",
    };

    /// <summary>The chosen rows; held-out ones for a slug that is none.</summary>
    public static string RowsOf(string? slug) => Rows.Any(rows => rows.Slug == slug) ? slug! : Rows[0].Slug;

    /// <summary>Where a model stands.</summary>
    public static string Status(ModelStatus status) => status switch
    {
        ModelStatus.Proposed => "Proposed",
        ModelStatus.Active => "Decides",
        ModelStatus.Retired => "Past",
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
        { OnlyFirst: 0, OnlySecond: 0 } => "Both are right and wrong on the same rows.",
        { PValue: < 0.05 } when test.OnlySecond > test.OnlyFirst => "The second is better; chance is an unlikely reason.",
        { PValue: < 0.05 } => "The first is better; chance is an unlikely reason.",
        _ => "Inconclusive: the difference may be chance.",
    };

    /// <summary>A p-value.</summary>
    public static string P(double value) => value < 0.001 ? "< 0.001" : value.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>A difference of shares in points, with its sign.</summary>
    public static string Points(double difference) => string.Create(CultureInfo.InvariantCulture, $"{(difference > 0 ? "+" : difference < 0 ? "−" : "")}{Math.Abs(difference) * 100:0.0}");

    /// <summary>What a button did; null for a word that is none of ours.</summary>
    public static string? Done(string? word) => word switch
    {
        "promoted" => "The model decides from now on; running nodes follow within seconds. What was decided stays as it is.",
        "back" => "The model before it decides again; running nodes follow within seconds.",
        "nothing" => "Nothing changed: somebody else was quicker.",
        "training" => "The training has begun. It takes some minutes; what comes out is a proposal and decides nothing by itself.",
        "busy" => "A training runs already, or this node cannot train.",
        _ => null,
    };
}
