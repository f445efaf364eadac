using System.CommandLine;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Review;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync fine-tuning</c>: labelled rows as training data for a hosted model. Calls nobody.</summary>
internal static class FineTuningCommand
{
    public static Command Create()
    {
        var rows = new Option<string[]>("--rows")
        {
            Description = "Files or folders of labelled activities; the rows that come with CrmSync when left out", HelpName = "PATH",
        };
        var output = new Option<FileInfo>("--out") { Description = "JSON Lines file to write", Required = true, HelpName = "FILE" };
        var taxonomy = new Option<string>("--taxonomy") { Description = "The question that the deployment shall answer", Required = true, HelpName = "ID" };
        var ledger = new Option<bool>("--ledger") { Description = "Also people's corrections in the ledger" };
        var command = new Command("fine-tuning", "Writes labelled rows as fine-tuning data for a hosted model") { rows, output, taxonomy, ledger };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            SettingsReader.Read(parsed.GetValue(CommandLine.Config)), parsed.GetValue(rows) ?? [], parsed.GetValue(output)!, parsed.GetValue(taxonomy)!,
            parsed.GetValue(ledger), token)));
        return command;
    }

    private static async Task<int> RunAsync(
        ServiceSettings settings, IReadOnlyList<string> paths, FileInfo output, string taxonomyId, bool withLedger, CancellationToken cancellationToken)
    {
        var taxonomies = HostFactory.LoadTaxonomies(settings);
        if (!taxonomies.TryGet(taxonomyId, out var taxonomy))
            throw new UsageException($"--taxonomy names \"{taxonomyId}\", which there is not; known are {string.Join(", ", taxonomies.All.Select(known => known.Id))}.");
        OutputFile.CheckFolder(output, "--out");
        var rows = await TrainingRows.ReadAsync(paths, taxonomies, cancellationToken);
        if (withLedger)
            await AddCorrectionsAsync(settings, rows, cancellationToken);

        var written = await OutputFile.WriteTextAsync(
            output, file => FineTuningExport.WriteAsync(rows, taxonomy, settings.Classification.Hosted.ToOptions(), names: null, file, cancellationToken));
        System.Console.WriteLine($"{written:N0} of {rows.Count:N0} rows are judged for {taxonomy.Name} and written to {output.Name}.");
        return CommandLine.Done;
    }

    private static async Task AddCorrectionsAsync(ServiceSettings settings, List<TrainingRow> rows, CancellationToken cancellationToken)
    {
        await using var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, cancellationToken);
        await foreach (var row in ledger.ReadTrainingRowsAsync(LedgerTraining.CorrectionWeight, cancellationToken))
            rows.Add(row);
    }
}
