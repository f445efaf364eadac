using System.CommandLine;
using System.Globalization;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Review;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync train</c>: trains a local model from labelled files, and from the ledger's corrections where asked. Calls nobody.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var rows = new Option<string[]>("--rows")
        {
            Description = "Files or folders of labelled activities, a file per writer, those in a folder \"chosen\" picked because they are hard; the rows that come with CrmSync when left out", HelpName = "PATH",
        };
        var output = new Option<FileInfo?>("--out") { Description = "Model file to write; its card is written beside it", HelpName = "FILE" };
        var ledger = new Option<bool>("--ledger") { Description = "Also learn from people's corrections, and put the model into the ledger as a proposal" };
        var errors = new Option<FileInfo?>("--label-errors") { Description = "CSV of rows whose given label is likely wrong", HelpName = "FILE" };
        var seed = new Option<int>("--seed") { Description = "Seed of everything random", DefaultValueFactory = _ => 1 };
        var date = new Option<DateTimeOffset?>("--date") { Description = "Date for the card, so that training twice gives the same file; now when left out" };
        var command = new Command("train", "Trains the local model from labelled files") { rows, output, ledger, errors, seed, date };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            parsed.GetValue(CommandLine.Config), parsed.GetValue(rows) ?? [], new Aims(parsed.GetValue(output), parsed.GetValue(ledger), parsed.GetValue(errors)),
            new TrainingOptions { Seed = parsed.GetValue(seed), CreatedAt = parsed.GetValue(date) ?? TimeProvider.System.GetUtcNow() }, token)));
        return command;
    }

    private static async Task<int> RunAsync(
        string? config, IReadOnlyList<string> paths, Aims aims, TrainingOptions options, CancellationToken cancellationToken)
    {
        aims.Check();
        var settings = SettingsReader.Read(config);
        var taxonomies = HostFactory.LoadTaxonomies(settings);
        var rows = await TrainingRows.ReadAsync(paths, taxonomies, cancellationToken);
        var trained = aims.Ledger
            ? await LedgerProposals.MakeAsync(settings, taxonomies, rows, options, new Lines(), cancellationToken)
            : ModelTrainer.Train(taxonomies, rows, options, new Lines(), cancellationToken);
        if (aims.Output is { } output)
            await WriteAsync(trained.Model, output, cancellationToken);
        if (aims.LabelErrors is { } errors)
            await WriteErrorsAsync(trained, errors, cancellationToken);
        System.Console.WriteLine($"{trained.Model.Version}: {trained.Unseen.Count:N0} rows, {trained.Model.Card.Features:N0} features{(aims.Output is { } file ? $", written to {file.Name}" : "")}.");
        foreach (var head in trained.Model.Card.Heads)
            System.Console.WriteLine(Describe(head));
        return CommandLine.Done;
    }

    private static async Task WriteAsync(LocalModel model, FileInfo output, CancellationToken cancellationToken)
    {
        await OutputFile.WriteAsync(output, stream =>
        {
            model.Write(stream);
            return Task.FromResult(true);
        });
        await File.WriteAllTextAsync(Path.ChangeExtension(output.FullName, ".md"), ModelCardText.Write(model.Card), cancellationToken);
    }

    private static async Task WriteErrorsAsync(TrainedModel trained, FileInfo file, CancellationToken cancellationToken)
    {
        var suspects = SuspectRows.Find(trained.Unseen);
        await OutputFile.WriteTextAsync(file, async text =>
        {
            await using var writer = new SuspectFileWriter(text);
            await writer.WriteAsync(suspects, cancellationToken);
            return true;
        });
        System.Console.WriteLine($"{suspects.Count:N0} labels are likely wrong, the likeliest first in {file.Name}.");
    }

    private static string Describe(HeadCard head) => string.Create(CultureInfo.InvariantCulture,
        $"  {head.Taxonomy}: unseen writers {head.Accuracy.Value:P1} right ({head.Accuracy.Low:P1} to {head.Accuracy.High:P1}), macro-F1 {head.MacroF1?.Value:0.000}, training rows {head.TrainingAccuracy:P1}; calibration error {head.CalibrationError:0.000}; {head.Coverage:P1} of rows sure enough, {head.Risk:P1} of these wrong.");

    /// <summary>What the training is for.</summary>
    private sealed record Aims(FileInfo? Output, bool Ledger, FileInfo? LabelErrors)
    {
        public void Check()
        {
            if (Output is null && !Ledger && LabelErrors is null)
                throw new UsageException("Say what the training is for: --out FILE for a model file, --ledger for a proposal, or --label-errors FILE.");
            foreach (var (name, file) in new[] { ("--out", Output), ("--label-errors", LabelErrors) })
                OutputFile.CheckFolder(file, name);
        }
    }

    private sealed class Lines : IProgress<string>
    {
        public void Report(string value)
        {
            if (!System.Console.IsErrorRedirected)
                System.Console.Error.WriteLine(value);
        }
    }
}
