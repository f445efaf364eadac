using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Charts;
using CrmSync.Service.Console.Labels;
using CrmSync.Service.Console.Words;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages;

/// <summary>Is everything all right, and what is going on.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class OverviewModel(LedgerReader ledger, HostedDesk desk, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    public OverviewSnapshot Snapshot { get; private set; } = null!;

    public Health Health { get; private set; } = null!;

    /// <summary>What the hosted model may cost in a day; null where none is configured.</summary>
    public decimal? DailyBudgetUsd => desk.Auditor is null ? null : desk.DailyBudgetUsd;

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
            .Select(count => new Answer(count.Label ?? "?", "decided", count.Label, count.Count, "l-none", "no longer in the taxonomy")));
        answers.AddRange(taxonomy.Labels.Where(label => label.IsNonDeterminable).Select(Labelled));
        answers.Add(new Answer("Abstained", "abstained", null, Sum("abstained"), "key-abstained", "no definition covers it"));
        answers.Add(new Answer("Unsure", "unsure", null, Sum("unsure"), "key-unsure", desk.Auditor is null ? "waits for review" : "waits for the hosted model or for review"));
        return answers;

        long Sum(string status) => counts.Where(count => count.Status == status).Sum(count => count.Count);
        Answer Labelled(LabelLook label) => new(
            label.Name, "decided", label.Id, counts.Where(count => count.Status == "decided" && count.Label == label.Id).Sum(count => count.Count),
            Labels.ClassOf(taxonomy.Id, label.Id), label.IsNonDeterminable ? "written as a label" : "");
    }

    public string NameOf(long? connectionId) => Snapshot.Connections.FirstOrDefault(item => item.Connection.Id == connectionId)?.Connection.Name ?? "";

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        Snapshot = await ledger.Overview.ReadAsync(cancellationToken);
        Health = Health.Judge(Snapshot);
    }

    /// <summary>One row of a taxonomy's table.</summary>
    internal sealed record Answer(string Name, string Status, string? Label, long Count, string ClassName, string Note)
    {
        public ShareBar.Part Part => new(Name, Count, ClassName);
    }
}
