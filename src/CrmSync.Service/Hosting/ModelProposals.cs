using System.Text.Json;
using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Service.Hosting;

/// <summary>A proposal that was made.</summary>
/// <param name="Id">The model's ledger id.</param>
/// <param name="Trained">The model.</param>
/// <param name="Evaluation">How it fares beside the active one.</param>
internal sealed record MadeProposal(long Id, TrainedModel Trained, ModelEvaluation Evaluation);

/// <summary>Trains with the ledger's corrections and puts the model into the ledger as a proposal. Nothing changes until somebody promotes it.</summary>
internal sealed class ModelProposals(ICorrectionStore corrections, IModelStore models, ICascadeFactory cascades, TaxonomySet taxonomies)
{
    /// <param name="rows">Labelled rows to learn from, beside the corrections.</param>
    /// <param name="options">How to train.</param>
    /// <param name="actor">Who has it trained.</param>
    /// <param name="progress">Told what is going on.</param>
    /// <param name="cancellationToken">Stops between epochs.</param>
    public async Task<MadeProposal> MakeAsync(IReadOnlyList<TrainingRow> rows, TrainingOptions options, string actor, IProgress<string> progress, CancellationToken cancellationToken)
    {
        List<TrainingRow> said = [];
        await foreach (var row in corrections.ReadTrainingRowsAsync(LedgerTraining.CorrectionWeight, cancellationToken))
            said.Add(row);
        var heldOut = await TrainingFolder.ReadAsync(TrainingFolder.ShippedHeldOut, taxonomies, cancellationToken);
        var proposal = LedgerTraining.Run(
            taxonomies, new LedgerTrainingData(rows, heldOut.Rows, said), await ActiveAsync(cancellationToken), options, progress, cancellationToken);
        var model = proposal.Trained.Model;
        using var content = new MemoryStream();
        model.Write(content);
        var id = await models.ProposeAsync(
            new ProposedModel(model.Version, content.ToArray(), JsonSerializer.Serialize(model.Card, JsonSerializerOptions.Web), proposal.Evaluation.ToJson()), actor, cancellationToken);
        return new MadeProposal(id, proposal.Trained, proposal.Evaluation);
    }

    private async Task<Cascade> ActiveAsync(CancellationToken cancellationToken) =>
        await models.FindActiveAsync(cancellationToken) is { } id && await models.ReadModelAsync(id, cancellationToken) is { } content
            ? cascades.Create(content)
            : cascades.CreateShipped();
}
