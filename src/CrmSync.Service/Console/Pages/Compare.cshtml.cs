using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Evaluation;
using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Review;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Evaluation;
using CrmSync.Service.Console.Labels;

namespace CrmSync.Service.Console.Pages;

/// <summary>Two models on the same rows: which is better, by how much, and which rows change.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class CompareModel(IModelStore models, EvaluationRoom room, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    private static readonly Texts T = Texts.OfPage("Compare");

    private const int MostChanges = 200;

    /// <summary>The question.</summary>
    public TaxonomyLook Taxonomy { get; private set; } = new("", "", []);

    /// <summary>Which rows.</summary>
    public string Rows { get; private set; } = "";

    /// <summary>Ledger id of the first model, or <see cref="EvaluationRoom.Shipped"/>.</summary>
    public long First { get; private set; }

    /// <summary>The same of the second.</summary>
    public long Second { get; private set; }

    /// <summary>Names of the two.</summary>
    public (string First, string Second) Names { get; private set; } = ("", "");

    /// <summary>Figures of the two; null where one cannot be asked, or there are no rows.</summary>
    public (TaxonomyResult First, TaxonomyResult Second)? Results { get; private set; }

    /// <summary>The paired comparison; null like <see cref="Results"/>.</summary>
    public TaxonomyComparison? Compared { get; private set; }

    /// <summary>By how much the second is right more often; null like <see cref="Results"/>.</summary>
    public Estimate? Difference => Compared is { } compared ? PairedDifference.Of(compared.Test) : null;

    /// <summary>Rows that get another answer.</summary>
    public IReadOnlyList<ChangedRow> Changes { get; private set; } = [];

    /// <summary>How many there are.</summary>
    public int ChangeCount { get; private set; }

    public async Task OnGetAsync(string? taxonomy, long? first, long? second, string? rows, CancellationToken cancellationToken)
    {
        Taxonomy = Labels.Taxonomies.FirstOrDefault(look => look.Id == taxonomy) ?? (Labels.Taxonomies.Count > 0 ? Labels.Taxonomies[0] : Taxonomy);
        Rows = rows == "corrections" ? rows : "held-out";
        (First, Second) = (first ?? EvaluationRoom.Shipped, second ?? EvaluationRoom.Shipped);
        var stored = await models.ListModelsAsync(cancellationToken);
        Names = (NameOf(stored, First), NameOf(stored, Second));
        var (one, two) = (await room.AskAsync(First, Rows == "corrections", cancellationToken), await room.AskAsync(Second, Rows == "corrections", cancellationToken));
        if (one is null || two is null || room.Measure(Taxonomy.Id, one) is not { } firstResult || room.Measure(Taxonomy.Id, two) is not { } secondResult)
            return;
        Results = (firstResult, secondResult);
        Compared = Comparison.Compare(room.Taxonomies, one.Rows, room.Taxonomies, two.Rows).FirstOrDefault(compared => compared.Taxonomy == Taxonomy.Id);
        var changed = Changed(one, two).ToList();
        (Changes, ChangeCount) = ([.. changed.OrderBy(row => row.SecondIsRight ? 1 : row.FirstIsRight ? 0 : 2).Take(MostChanges)], changed.Count);
    }

    /// <summary>The activity of a correction's row; null for a row that came with the program.</summary>
    public static long? ActivityOf(string id) => id.Split('/') is ["correction", var activity, _] && long.TryParse(activity, out var number) ? number : null;

    private static string NameOf(IReadOnlyList<StoredModel> stored, long id) =>
        id == EvaluationRoom.Shipped ? T["TheShippedModel"] : stored.FirstOrDefault(model => model.Id == id)?.Version ?? T["Model", id];

    private IEnumerable<ChangedRow> Changed(AnsweredRows one, AnsweredRows two)
    {
        var others = two.Rows.GroupBy(row => (row.Row.Line, row.Row.Id)).ToDictionary(group => group.Key, group => group.First());
        foreach (var row in one.Rows)
        {
            if (row.Row.Labels.TryGetValue(Taxonomy.Id, out var truth) && others.TryGetValue((row.Row.Line, row.Row.Id), out var other)
                && row.Decisions.FirstOrDefault(decision => decision.Taxonomy == Taxonomy.Id) is { } before
                && other.Decisions.FirstOrDefault(decision => decision.Taxonomy == Taxonomy.Id) is { } after && before.Label != after.Label)
                yield return new ChangedRow(row.Row.Id, row.Row.Content.Subject, truth, before.Label, after.Label);
        }
    }

    /// <summary>A row that the two answer differently; labels are null for "no definition covers it".</summary>
    internal sealed record ChangedRow(string Id, string Subject, string? Truth, string? First, string? Second)
    {
        public bool FirstIsRight => First == Truth;

        public bool SecondIsRight => Second == Truth;
    }
}
