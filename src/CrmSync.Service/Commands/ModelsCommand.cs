using System.CommandLine;
using System.Globalization;
using CrmSync.Pipeline.Review;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Storage;
using Spectre.Console;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync models</c>: lists trained models, lets one decide, brings back the one before. Running hosts follow within seconds.</summary>
internal static class ModelsCommand
{
    public static Command Create()
    {
        var list = new Command("list", "Lists the models of the ledger");
        list.SetAction((parsed, token) => RunAsync(parsed, (ledger, cancel) => ShowAsync(ledger, cancel), token));
        var id = new Argument<long>("MODEL") { Description = "Number of the model, as 'models list' shows it" };
        var promote = new Command("promote", "Lets a model decide about what comes in from now on") { id };
        promote.SetAction((parsed, token) => RunAsync(parsed, (ledger, cancel) => PromoteAsync(ledger, parsed.GetValue(id), cancel), token));
        var rollback = new Command("rollback", "Brings back the model that the active one took the place of");
        rollback.SetAction((parsed, token) => RunAsync(parsed, RollBackAsync, token));
        return new Command("models", "Lists trained models, lets one decide, or brings back the one before") { list, promote, rollback };
    }

    private static Task<int> RunAsync(ParseResult parsed, Func<IModelStore, CancellationToken, Task<int>> act, CancellationToken cancellationToken) =>
        CommandLine.Guarded(async () =>
        {
            await using Ledger ledger = await HostFactory.OpenLedgerAsync(SettingsReader.Read(parsed.GetValue(CommandLine.Config)), asHost: false, cancellationToken);
            return await act(ledger, cancellationToken);
        });

    private static async Task<int> PromoteAsync(IModelStore models, long id, CancellationToken cancellationToken)
    {
        if (await models.PromoteAsync(id, Environment.UserName, null, cancellationToken))
            return await ShowAsync(models, cancellationToken);
        throw new UsageException(await models.FindActiveAsync(cancellationToken) == id
            ? $"Model {id} decides already."
            : $"The ledger has no model {id}; 'crmsync models list' shows those that it has.");
    }

    private static async Task<int> RollBackAsync(IModelStore models, CancellationToken cancellationToken) =>
        await models.RollBackAsync(Environment.UserName, null, cancellationToken)
            ? await ShowAsync(models, cancellationToken)
            : throw new UsageException("No model of the ledger decides, so there is nothing to go back from: the shipped model is in use.");

    private static async Task<int> ShowAsync(IModelStore models, CancellationToken cancellationToken)
    {
        var found = await models.ListModelsAsync(cancellationToken);
        if (found.Count == 0)
        {
            System.Console.WriteLine("No model was trained here yet; the shipped one decides. 'crmsync train --ledger' proposes one.");
            return CommandLine.Done;
        }
        var table = new Table().AddColumns("Model", "Version", "State", "Trained (UTC)", "Promoted (UTC)", "Beside the active one of then");
        foreach (var model in found)
        {
            table.AddRow(new[]
            {
                model.Id.ToString(CultureInfo.InvariantCulture), model.Version, model.Status.ToString().ToLowerInvariant(), model.CreatedAt.ToString("u"),
                model.PromotedAt is { } at ? $"{at:u} by {model.PromotedBy}" : "",
                ModelEvaluation.Parse(model.Evaluation) is { } evaluation ? string.Join(" ", evaluation.Taxonomies.Select(one => $"{one.Taxonomy}: {one.Sentence}")) : "",
            }.Select(Markup.Escape).ToArray());
        }
        AnsiConsole.Write(table);
        if (found.All(model => model.Status != ModelStatus.Active))
            System.Console.WriteLine("The shipped model decides.");
        return CommandLine.Done;
    }
}
