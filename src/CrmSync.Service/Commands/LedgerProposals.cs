using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;

namespace CrmSync.Service.Commands;

/// <summary>Makes a proposal from the command line, and says what came of it.</summary>
internal static class LedgerProposals
{
    public static async Task<TrainedModel> MakeAsync(
        ServiceSettings settings, TaxonomySet taxonomies, IReadOnlyList<TrainingRow> rows, TrainingOptions options, IProgress<string> progress,
        CancellationToken cancellationToken)
    {
        await using var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, cancellationToken);
        var made = await new ModelProposals(ledger, ledger, new CascadeFactory(settings.Classification, taxonomies), taxonomies)
            .MakeAsync(rows, options, Environment.UserName, progress, cancellationToken);
        System.Console.WriteLine(
            $"Model {made.Id} is proposed: it learned from {made.Evaluation.TrainedOn:N0} rows, {made.Evaluation.Corrections:N0} of them corrections. 'crmsync models promote {made.Id}' lets it decide.");
        foreach (var comparison in made.Evaluation.Taxonomies)
            System.Console.WriteLine($"  {comparison.Sentence}");
        return made.Trained;
    }
}
