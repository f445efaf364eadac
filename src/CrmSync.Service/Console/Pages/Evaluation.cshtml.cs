using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Evaluation;
using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Evaluation;
using CrmSync.Service.Console.Labels;
using CrmSync.Service.Console.Words;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages;

/// <summary>How good the answers are: per model, question and kind of rows, and week by week; which model decides, and how to get a new one.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class EvaluationModel(IModelStore models, EvaluationRoom room, TrainingRoom training, LabelCatalog labels, CrmLinks links, TimeProvider time, ICascadeSource? cascades = null)
    : ConsolePage(labels, links, time)
{
    private static readonly Texts T = Texts.OfPage("Evaluation");

    private const int MostReason = 500;

    /// <summary>Judged rows below which a segment's share says nothing.</summary>
    public static int FewestOfASegment => new NumberOptions().FewestForStatistic;

    /// <summary>The question.</summary>
    public TaxonomyLook Taxonomy { get; private set; } = new("", "", []);

    /// <summary>Which rows figures are made of.</summary>
    public string Rows { get; private set; } = "";

    /// <summary>Whether the rows are what people said about answers as they were given.</summary>
    public bool IsSaid => Rows is "drawn" or "said";

    /// <summary>The model that is asked: its ledger id, or <see cref="EvaluationRoom.Shipped"/>.</summary>
    public long Asked { get; private set; }

    /// <summary>Only answers of this version; null for all.</summary>
    public string? By { get; private set; }

    /// <summary>The versions that people judged.</summary>
    public IReadOnlyList<string> Versions { get; private set; } = [];

    /// <summary>How many weeks back.</summary>
    public int Weeks { get; private set; } = 12;

    /// <summary>The choices of <see cref="Weeks"/>.</summary>
    public static IReadOnlyList<int> WeekChoices { get; } = [4, 12, 26, 52];

    /// <summary>The models, newest first, each with its evaluation where that can be read.</summary>
    public IReadOnlyList<(StoredModel Model, ModelEvaluation? Evaluation)> Found { get; private set; } = [];

    /// <summary>The model that decides; null where the shipped one does.</summary>
    public StoredModel? Active => Found.Select(item => item.Model).FirstOrDefault(model => model.Status == ModelStatus.Active);

    /// <summary>What this node decides with at this moment.</summary>
    public string? InUse => cascades?.Current.ModelVersion;

    /// <summary>The card of the model that came with the program.</summary>
    public static ModelCard ShippedCard => LocalModel.LoadShipped().Card;

    /// <summary>Corrections that the newest model's training found suspect.</summary>
    public IReadOnlyList<SuspectLabel> Suspects => Found.Select(item => item.Evaluation).FirstOrDefault(evaluation => evaluation is not null)?.Suspects ?? [];

    /// <summary>The figures; null where there are no rows.</summary>
    public TaxonomyResult? Result { get; private set; }

    /// <summary>Agreement with people week by week, on rows drawn by chance.</summary>
    public IReadOnlyList<Share> Weekly { get; private set; } = [];

    /// <summary>Begin of the first week.</summary>
    public DateTimeOffset WeeklyFrom { get; private set; }

    /// <summary>What people judged, by the segment of the account: of the rows asked about where these are people's, else of those drawn by chance.</summary>
    public IReadOnlyList<SegmentFigures> Segments { get; private set; } = [];

    /// <summary>From which confidence on answers count in segments where that is more than elsewhere, by the segment's key.</summary>
    public IReadOnlyDictionary<string, double> SegmentThresholds { get; private set; } = new Dictionary<string, double>();

    /// <summary>The training of this node.</summary>
    public TrainingState? Training => training.State;

    /// <summary>Whether this node can train.</summary>
    public bool CanTrain => training.CanTrain;

    /// <summary>Whether models can be asked here.</summary>
    public bool CanAsk => room.CanAsk;

    /// <summary>What a button did.</summary>
    public string? Note { get; private set; }

    public async Task OnGetAsync(string? taxonomy, string? rows, long? model, string? by, int? weeks, string? done, CancellationToken cancellationToken)
    {
        Note = EvaluationWords.Done(done);
        Taxonomy = Labels.Taxonomies.FirstOrDefault(look => look.Id == taxonomy) ?? (Labels.Taxonomies.Count > 0 ? Labels.Taxonomies[0] : Taxonomy);
        Rows = EvaluationWords.RowsOf(rows);
        Weeks = weeks is { } wanted && WeekChoices.Contains(wanted) ? wanted : 12;
        By = string.IsNullOrEmpty(by) ? null : by;
        Found = [.. (await models.ListModelsAsync(cancellationToken)).Select(found => (found, ModelEvaluation.Parse(found.Evaluation)))];
        Asked = model ?? Active?.Id ?? EvaluationRoom.Shipped;
        var drawn = await room.ReadSaidAsync(Taxonomy.Id, drawn: true, Weeks, null, cancellationToken);
        var said = Rows == "said" ? await room.ReadSaidAsync(Taxonomy.Id, drawn: false, Weeks, null, cancellationToken) : drawn;
        Versions = [.. said.Select(row => row.ModelVersion).Distinct().Order(StringComparer.Ordinal).Take(40)];
        IReadOnlyList<JudgedAnswer> chosen = [.. said.Where(row => By is null || row.ModelVersion == By)];
        if (IsSaid)
            Result = room.Measure(Taxonomy.Id, chosen, By ?? T["AllVersions"]);
        else if (await room.AskAsync(Asked, ofCorrections: Rows == "corrections", cancellationToken) is { } answered)
            Result = room.Measure(Taxonomy.Id, answered);
        CountWeeks([.. drawn.Where(row => By is null || row.ModelVersion == By)]);
        Segments = SegmentFigures.Of(IsSaid ? chosen : drawn);
        SegmentThresholds = Segments.Count > 0 ? await room.ReadThresholdsAsync(Taxonomy.Id, cancellationToken) : SegmentThresholds;
    }

    /// <summary>Makes a model decide.</summary>
    [Needs(ApiRole.Admin)]
    public async Task<IActionResult> OnPostPromoteAsync(long model, string? reason, CancellationToken cancellationToken) =>
        Redirect($"/evaluation?done={(await models.PromoteAsync(model, Actor, ReasonOf(reason), cancellationToken) ? "promoted" : "nothing")}");

    /// <summary>Brings back what the active model took the place of.</summary>
    [Needs(ApiRole.Admin)]
    public async Task<IActionResult> OnPostBackAsync(string? reason, CancellationToken cancellationToken) =>
        Redirect($"/evaluation?done={(await models.RollBackAsync(Actor, ReasonOf(reason), cancellationToken) ? "back" : "nothing")}");

    /// <summary>Has a model trained.</summary>
    [Needs(ApiRole.Operator)]
    public IActionResult OnPostTrain() => Redirect($"/evaluation?done={(training.Start(Actor) ? "training" : "busy")}#training");

    /// <summary>How the training goes, for the part of the page that keeps itself fresh.</summary>
    public IActionResult OnGetTraining() => Partial("_Training", (Training, Now));

    /// <summary>The version of a model by id, for sentences.</summary>
    public string NameOf(long? id) => id is null or EvaluationRoom.Shipped ? T["TheShippedModel2"] : Found.Select(item => item.Model).FirstOrDefault(model => model.Id == id)?.Version ?? T["Model2", id];

    /// <summary>Address of this page with another question.</summary>
    public string Address(string taxonomy) => $"/evaluation?taxonomy={Uri.EscapeDataString(taxonomy)}&rows={Rows}&model={Asked}&weeks={Weeks}{(By is null ? "" : $"&by={Uri.EscapeDataString(By)}")}";

    private static string? ReasonOf(string? reason) => reason?.Trim() is { Length: > 0 } words ? words[..Math.Min(words.Length, MostReason)] : null;

    private void CountWeeks(List<JudgedAnswer> drawn)
    {
        WeeklyFrom = Now.AddDays(-7 * Weeks);
        var shares = new Share[Weeks];
        foreach (var row in drawn)
        {
            var week = (int)((DateTimeOffset.FromUnixTimeMilliseconds(row.At) - WeeklyFrom).TotalDays / 7);
            if (week < 0 || week >= Weeks)
                continue;
            shares[week] = new Share(shares[week].Count + (row.Truth == row.Answer ? 1 : 0), shares[week].Of + 1);
        }
        Weekly = shares;
    }
}
