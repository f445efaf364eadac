using System.Text.Json;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Storage;

namespace CrmSync.Service.Commands;

/// <summary>Trains with the ledger's corrections and puts the model into the ledger as a proposal. Nothing changes until somebody promotes it.</summary>
internal static class LedgerProposals
{
    public static async Task<TrainedModel> MakeAsync(
        ServiceSettings settings, TaxonomySet taxonomies, IReadOnlyList<TrainingRow> rows, TrainingOptions options, IProgress<string> progress,
        CancellationToken cancellationToken)
    {
        await using var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, cancellationToken);
        List<TrainingRow> corrections = [];
        await foreach (var row in ledger.ReadTrainingRowsAsync(LedgerTraining.CorrectionWeight, cancellationToken))
            corrections.Add(row);
        var heldOut = await TrainingFolder.ReadAsync(TrainingFolder.ShippedHeldOut, taxonomies, cancellationToken);
        var proposal = LedgerTraining.Run(
            taxonomies, new LedgerTrainingData(rows, heldOut.Rows, corrections), await ActiveAsync(ledger, new CascadeFactory(settings.Classification, taxonomies), cancellationToken), options, progress, cancellationToken);

        var model = proposal.Trained.Model;
        using var content = new MemoryStream();
        model.Write(content);
        var id = await ledger.ProposeAsync(
            new ProposedModel(model.Version, content.ToArray(), JsonSerializer.Serialize(model.Card, JsonSerializerOptions.Web), proposal.Evaluation.ToJson()), Environment.UserName, cancellationToken);
        System.Console.WriteLine(
            $"Model {id} is proposed: it learned from {proposal.Evaluation.TrainedOn:N0} rows, {proposal.Evaluation.Corrections:N0} of them corrections. 'crmsync models promote {id}' lets it decide.");
        foreach (var comparison in proposal.Evaluation.Taxonomies)
            System.Console.WriteLine($"  {comparison.Sentence}");
        return proposal.Trained;
    }

    private static async Task<Pipeline.Classification.Cascade> ActiveAsync(Ledger ledger, CascadeFactory cascades, CancellationToken cancellationToken) =>
        await ledger.FindActiveAsync(cancellationToken) is { } id && await ledger.ReadModelAsync(id, cancellationToken) is { } content
            ? cascades.Create(content)
            : cascades.CreateShipped();
}
