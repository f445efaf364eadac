using System.CommandLine;
using System.Globalization;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Evaluation;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync train</c>: trains a local model from labelled files. Needs no ledger and calls nobody.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var rows = new Option<string[]>("--rows")
        {
            Description = "Files or folders of labelled activities, a file per writer; the rows that come with CrmSync when left out", HelpName = "PATH",
        };
        var output = new Option<FileInfo>("--out") { Description = "Model file to write; its card is written beside it", Required = true, HelpName = "FILE" };
        var seed = new Option<int>("--seed") { Description = "Seed of everything random", DefaultValueFactory = _ => 1 };
        var date = new Option<DateTimeOffset?>("--date") { Description = "Date for the card, so that training twice gives the same file; now when left out" };
        var command = new Command("train", "Trains the local model from labelled files") { rows, output, seed, date };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            parsed.GetValue(CommandLine.Config), parsed.GetValue(rows) ?? [], parsed.GetValue(output)!,
            new TrainingOptions { Seed = parsed.GetValue(seed), CreatedAt = parsed.GetValue(date) ?? TimeProvider.System.GetUtcNow() }, token)));
        return command;
    }

    private static async Task<int> RunAsync(
        string? config, IReadOnlyList<string> paths, FileInfo output, TrainingOptions options, CancellationToken cancellationToken)
    {
        if (output.Directory is { Exists: false } folder)
            throw new UsageException($"--out lies in the folder {folder.FullName}, which does not exist; make it first.");
        var taxonomies = HostFactory.LoadTaxonomies(SettingsReader.Read(config));
        List<TrainingRow> rows = [];
        foreach (var path in paths.Count > 0 ? paths : [TrainingFolder.Shipped])
        {
            var read = await ReadAsync(path, taxonomies, cancellationToken);
            rows.AddRange(read.Rows);
            foreach (var fault in read.Faults)
                await System.Console.Error.WriteLineAsync(fault);
        }
        if (rows.Count == 0)
            throw new UsageException("--rows names no labelled row; give files with answers in columns named like the taxonomies.");

        var trained = ModelTrainer.Train(taxonomies, rows, options, new Lines(), cancellationToken);
        await WriteAsync(trained.Model, output, cancellationToken);
        System.Console.WriteLine($"{trained.Model.Version}: {rows.Count:N0} rows, {trained.Model.Card.Features:N0} features, written to {output.Name}.");
        foreach (var head in trained.Model.Card.Heads)
            System.Console.WriteLine(Describe(head));
        return CommandLine.Done;
    }

    private static async Task<TrainingFolder> ReadAsync(string path, Pipeline.Taxonomies.TaxonomySet taxonomies, CancellationToken cancellationToken)
    {
        try
        {
            return await TrainingFolder.ReadAsync(path, taxonomies, cancellationToken);
        }
        catch (ActivityFileException fault)
        {
            throw new UsageException(fault.Message);
        }
    }

    /// <summary>Written beside the target and moved at the end, so that a cut-off run leaves no half file that looks whole.</summary>
    private static async Task WriteAsync(LocalModel model, FileInfo output, CancellationToken cancellationToken)
    {
        var partial = output.FullName + ".partial";
        await using (var stream = File.Create(partial))
            model.Write(stream);
        File.Move(partial, output.FullName, overwrite: true);
        await File.WriteAllTextAsync(Path.ChangeExtension(output.FullName, ".md"), ModelCardText.Write(model.Card), cancellationToken);
    }

    private static string Describe(HeadCard head) => string.Create(CultureInfo.InvariantCulture,
        $"  {head.Taxonomy}: unseen writers {head.Accuracy.Value:P1} right ({head.Accuracy.Low:P1} to {head.Accuracy.High:P1}), macro-F1 {head.MacroF1?.Value:0.000}, training rows {head.TrainingAccuracy:P1}; calibration error {head.CalibrationError:0.000}; {head.Coverage:P1} of rows sure enough, {head.Risk:P1} of these wrong.");

    private sealed class Lines : IProgress<string>
    {
        public void Report(string value)
        {
            if (!System.Console.IsErrorRedirected)
                System.Console.Error.WriteLine(value);
        }
    }
}
