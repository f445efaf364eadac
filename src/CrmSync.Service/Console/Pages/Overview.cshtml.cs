using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Reconciling;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Charts;
using CrmSync.Service.Console.Labels;
using CrmSync.Service.Console.Overview;
using CrmSync.Service.Console.Words;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages;

/// <summary>Is everything all right, and what is going on.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class OverviewModel(LedgerReader ledger, OverviewSigns reader, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    private static readonly Texts T = Texts.OfPage("Overview");

    public OverviewSnapshot Snapshot { get; private set; } = null!;

    public Health Health { get; private set; } = null!;

    /// <summary>Budgets, alerts, completeness, labels over time.</summary>
    public Signs Signs { get; private set; } = null!;

    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <summary>The page's inside alone, for the script that keeps it fresh.</summary>
    public async Task<IActionResult> OnGetLiveAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        return Partial("_OverviewLive", this);
    }

    /// <summary>How often each answer of a taxonomy stands: labels in display order, then the ways of not labelling.</summary>
    public IReadOnlyList<Answer> AnswersOf(TaxonomyLook taxonomy)
    {
        var counts = Snapshot.Labels.Where(count => count.Taxonomy == taxonomy.Id).ToList();
        List<Answer> answers = [.. taxonomy.Labels.Where(label => !label.IsNonDeterminable).Select(Labelled)];
        answers.AddRange(counts.Where(count => count.Status == "decided" && taxonomy.Labels.All(label => label.Id != count.Label))
            .Select(count => new Answer(count.Label ?? "?", "decided", count.Label, count.Count, "l-none", T["NoLongerInTheTaxonomy"])));
        answers.AddRange(taxonomy.Labels.Where(label => label.IsNonDeterminable).Select(Labelled));
        answers.Add(new Answer(T["Abstained"], "abstained", null, Sum("abstained"), "key-abstained", T["NoDefinitionCoversIt"]));
        answers.Add(new Answer(T["Unsure"], "unsure", null, Sum("unsure"), "key-unsure", !Signs.HasHosted ? T["WaitsForReview"] : T["WaitsForTheHostedModelOrFor"]));
        return answers;

        long Sum(string status) => counts.Where(count => count.Status == status).Sum(count => count.Count);
        Answer Labelled(LabelLook label) => new(
            label.Name, "decided", label.Id, counts.Where(count => count.Status == "decided" && count.Label == label.Id).Sum(count => count.Count),
            Labels.ClassOf(taxonomy.Id, label.Id), label.IsNonDeterminable ? T["WrittenAsALabel"] : "");
    }

    /// <summary>Labels of a taxonomy per day, oldest first: labels in display order, then the ways of not labelling.</summary>
    public IReadOnlyList<IReadOnlyList<DayStack.Part>> DaysOf(TaxonomyLook taxonomy)
    {
        var answers = AnswersOf(taxonomy);
        var days = Signs.Labels.Where(row => row.Taxonomy == taxonomy.Id).ToLookup(row => row.DayAt);
        return
        [
            .. Enumerable.Range(0, Signs.Days).Select(i => Signs.From.AddDays(i).ToUnixTimeMilliseconds()).Select(IReadOnlyList<DayStack.Part> (day) =>
                [.. answers.Select(answer => new DayStack.Part(
                    answer.Name, answer.ClassName, days[day].Where(row => row.Status == answer.Status && (answer.Label is null || row.Label == answer.Label)).Sum(row => row.Count)))]),
        ];
    }

    /// <summary>What the last comparisons of a connection with its CRM say, in a sentence; whether somebody should look; since when it is known.</summary>
    public (string Sentence, bool IsShort, DateTimeOffset? At) ProofOf(long connectionId)
    {
        var rows = Signs.Proofs[connectionId].ToList();
        if (rows.Count == 0)
            return (T["NotComparedWithTheCRMYet"], false, null);
        var at = rows.Min(row => row.Until);
        var missed = rows.Where(row => row.State is CompletenessState.Incomplete).Sum(row => Math.Max(1, row.Missing + row.Extra - row.Repaired));
        var failed = rows.Where(row => row.State is CompletenessState.Failed).Select(row => row.ObjectType).ToList();
        var repaired = rows.Sum(row => row.Repaired);
        if (missed > 0)
            return (T["NotCompleteOfActivitiesDiffer", TimeText.Number(missed), TimeText.Number(rows.Sum(row => row.CrmCount))], true, at);
        if (failed.Count > 0)
            return (T["TheLastComparisonOfFailed", string.Join(", ", failed)], true, at);
        return (repaired > 0
            ? T["CompleteActivitiesThatHadBeen", TimeText.Number(rows.Sum(row => row.CrmCount)), TimeText.Number(repaired)]
            : T["CompleteActivities", TimeText.Number(rows.Sum(row => row.CrmCount))], false, at);
    }

    public string NameOf(long? connectionId) => Snapshot.Connections.FirstOrDefault(item => item.Connection.Id == connectionId)?.Connection.Name ?? "";

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        Snapshot = await ledger.Overview.ReadAsync(cancellationToken);
        Health = Health.Judge(Snapshot);
        Signs = await reader.ReadAsync([.. Snapshot.Connections.Select(item => item.Connection)], cancellationToken);
    }

    /// <summary>One row of a taxonomy's table.</summary>
    internal sealed record Answer(string Name, string Status, string? Label, long Count, string ClassName, string Note)
    {
        public ShareBar.Part Part => new(Name, Count, ClassName);
    }
}
