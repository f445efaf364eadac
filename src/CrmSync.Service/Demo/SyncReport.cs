using System.Globalization;
using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Storage.Reading;
using Spectre.Console;

namespace CrmSync.Service.Demo;

/// <summary>Prints what a synchronisation led to.</summary>
internal static class SyncReport
{
    public static void Print(IReadOnlyList<SyncOutcome> outcomes, IReadOnlyDictionary<string, long> requests, HostedTotals hosted, TaxonomySet taxonomies, TimeSpan took)
    {
        foreach (var taxonomy in taxonomies.All)
            AnsiConsole.Write(LabelTable(taxonomy, outcomes));

        var table = new Table().Title("Work").AddColumn("").AddColumns([.. outcomes.Select(outcome => Numbers(outcome.Connection.Name))]);
        Row(table, outcomes, "activities", outcome => outcome.Seeded);
        Row(table, outcomes, "decided about", outcome => outcome.Progress.Decided);
        Row(table, outcomes, "labels without a record to stand on", outcome => outcome.Progress.Untargeted);
        Row(table, outcomes, "values kept (not ours)", outcome => outcome.Progress.Kept);
        Row(table, outcomes, "writes rejected", outcome => outcome.Progress.Rejected);
        Row(table, outcomes, "requests used", outcome => requests.GetValueOrDefault(outcome.Connection.Key));
        Row(table, outcomes, "requests per 1,000 activities", outcome =>
            outcome.Seeded == 0 ? 0 : requests.GetValueOrDefault(outcome.Connection.Key) * 1_000 / outcome.Seeded);
        AnsiConsole.Write(table);

        foreach (var outcome in outcomes)
        {
            var agreement = string.Join(", ", outcome.Agreement.Where(pair => pair.Value.Decided > 0)
                .Select(pair => $"{pair.Key} {100.0 * pair.Value.Right / pair.Value.Decided:0.0} % of {pair.Value.Decided:N0} sure answers"));
            System.Console.WriteLine($"{outcome.Connection.Name}: agreement with the authors' labels, which the service never sees: {agreement}.");
            foreach (var fault in outcome.Faults)
                System.Console.WriteLine($"  LOST: {fault}");
        }
        System.Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"The simulated hosted model was asked about {hosted.Activities:N0} activities ({Share(hosted.Activities, outcomes.Sum(outcome => outcome.Seeded))}): {hosted.Answers:N0} answers, {hosted.Reused:N0} of them taken over from equal texts; {hosted.Tokens:N0} tokens, ${LedgerBudget.UsdOf(hosted.CostMicros):0.0000} at the configured prices."));
        System.Console.WriteLine($"Took {took.TotalSeconds:0.0} s.");
    }

    private static Table LabelTable(Taxonomy taxonomy, IReadOnlyList<SyncOutcome> outcomes)
    {
        var table = new Table().Title(Markup.Escape(taxonomy.Name)).AddColumn("Label").AddColumns([.. outcomes.Select(outcome => Numbers(outcome.Connection.Name))]);
        foreach (var label in taxonomy.Labels)
            Row(table, outcomes, label.Value, outcome => Count(outcome, taxonomy.Id, "decided", label.Id));
        if (taxonomy.Abstains)
            Row(table, outcomes, "(abstained: no definition covers it)", outcome => Count(outcome, taxonomy.Id, "abstained", null));
        Row(table, outcomes, "(unsure: nothing written, waits for review)", outcome => Count(outcome, taxonomy.Id, "unsure", null));
        return table;
    }

    private static string Share(long part, long whole) => whole == 0 ? "0 %" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:0.0} %");

    private static long Count(SyncOutcome outcome, string taxonomy, string status, string? label) =>
        outcome.Labels.Where(count => count.Taxonomy == taxonomy && count.Status == status && count.Label == label).Sum(count => count.Count);

    private static void Row(Table table, IReadOnlyList<SyncOutcome> outcomes, string name, Func<SyncOutcome, long> value) =>
        table.AddRow([Markup.Escape(name), .. outcomes.Select(outcome => value(outcome).ToString("N0", CultureInfo.InvariantCulture))]);

    private static TableColumn Numbers(string name) => new TableColumn(Markup.Escape(name)).RightAligned();
}
