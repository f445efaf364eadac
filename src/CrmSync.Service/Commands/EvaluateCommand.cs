using System.CommandLine;
using CrmSync.Pipeline.Evaluation;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text;
using CrmSync.Service.Hosting;
using CrmSync.Service.Reports;
using CrmSync.Service.Settings;
using Spectre.Console;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync evaluate</c>: compares decisions with what people said in a file. Needs no ledger and calls nobody.</summary>
internal static class EvaluateCommand
{
    private const int ExcerptLength = 300;

    public static Command Create()
    {
        var input = new Option<FileInfo>("--in") { Description = "CSV or JSON Lines of labelled activities", Required = true, HelpName = "FILE" };
        var json = new Option<string?>("--json") { Description = "Write JSON for a script: into a file, or instead of the tables", HelpName = "FILE", Arity = ArgumentArity.ZeroOrOne };
        var html = new Option<FileInfo?>("--html") { Description = "Write a page with charts and all errors", HelpName = "FILE" };
        var model = new Option<string?>("--model") { Description = "Judge a model file, or \"rules\" for the rules alone", HelpName = "FILE|rules" };
        var taxonomies = new Option<string?>("--taxonomies") { Description = "Judge by the definitions in this folder", HelpName = "FOLDER" };
        var against = new Option<string?>("--against") { Description = "Compare with the rules alone, another model or other definitions", HelpName = "rules|MODEL|FOLDER" };
        var texts = new Option<bool>("--texts") { Description = "Let the page show how the texts of errors begin; they are personal data" };
        var byPrefix = new Option<bool>("--by-prefix") { Description = "Figures apart by what stands before the first hyphen of the ids" };
        var command = new Command("evaluate", "Measures decisions against a labelled CSV or JSON Lines file") { input, json, html, model, taxonomies, against, texts, byPrefix };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            new Wanted(
                SettingsReader.Read(parsed.GetValue(CommandLine.Config)), parsed.GetValue(input)!, parsed.GetResult(json) is not null, parsed.GetValue(json), parsed.GetValue(html),
                parsed.GetValue(model), parsed.GetValue(taxonomies), parsed.GetValue(against), parsed.GetValue(texts), parsed.GetValue(byPrefix)),
            TimeProvider.System, token)));
        return command;
    }

    private static async Task<int> RunAsync(Wanted wanted, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!wanted.Input.Exists)
            throw new UsageException($"--in names {wanted.Input.FullName}, which does not exist; give the path of a CSV or JSON Lines file.");
        CheckTarget("--html", wanted.Html, wanted.Input);
        CheckTarget("--json", wanted.JsonFile is { } path ? new FileInfo(path) : null, wanted.Input);
        var definitions = wanted.Taxonomies is { } folder ? TaxonomySet.LoadFolder(folder) : HostFactory.LoadTaxonomies(wanted.Settings);
        var judged = await JudgeAsync(wanted, Decider.Load(wanted.Model, definitions, "--model"), cancellationToken);
        var other = wanted.Against is null ? null : await JudgeAsync(wanted, Other(wanted, definitions), cancellationToken);
        var report = new EvaluationReport(judged.Decider.Name, judged.Result, clock.GetUtcNow())
        {
            File = wanted.Input.Name,
            Source = judged.Source,
            Against = other is null ? null : new ComparedWith(
                other.Decider.Name, other.Result, Comparison.Compare(other.Decider.Cascade.Taxonomies, other.Rows, judged.Decider.Cascade.Taxonomies, judged.Rows)),
        };
        foreach (var fault in judged.Source.Faults)
            await System.Console.Error.WriteLineAsync(fault);
        await WriteAsync(wanted, report, judged.Rows, cancellationToken);
        return CommandLine.Done;
    }

    /// <summary>The other side: other definitions with the same model, or another model with the same definitions.</summary>
    private static Decider Other(Wanted wanted, TaxonomySet definitions) => Directory.Exists(wanted.Against)
        ? Decider.Load(wanted.Model, TaxonomySet.LoadFolder(wanted.Against), "--model") with { Name = $"the definitions in {new DirectoryInfo(wanted.Against).Name}" }
        : Decider.Load(wanted.Against, definitions, "--against");

    private static async Task<Judged> JudgeAsync(Wanted wanted, Decider decider, CancellationToken cancellationToken)
    {
        var taxonomies = decider.Cascade.Taxonomies;
        LabelledRows source;
        using (var reader = wanted.Input.OpenText())
            source = await LabelledFile.ReadAsync(reader, ActivityFileReader.FormatOf(wanted.Input.FullName), taxonomies, cancellationToken);
        if (source.Rows.Count == 0)
            throw new UsageException(
                $"{wanted.Input.Name} holds no row with an answer ({source.Read:N0} rows read, {source.Malformed:N0} malformed); name a column {string.Join(" or ", taxonomies.All.Select(taxonomy => taxonomy.Id))} and fill it."
                + (source.Faults.Count > 0 ? $" {source.Faults[0]}" : ""));
        var rows = Evaluator.Judge(decider.Cascade, source.Rows, new LineProgress($"rows judged by {decider.Name}"), cancellationToken);
        var result = Evaluator.Evaluate(taxonomies, decider.Cascade.ModelVersion, rows, new EvaluationOptions { ByGroup = wanted.ByPrefix });
        return new Judged(decider, source, rows, result);
    }

    private static async Task WriteAsync(Wanted wanted, EvaluationReport report, IReadOnlyList<JudgedRow> rows, CancellationToken cancellationToken)
    {
        if (wanted.Html is { } html)
        {
            var contents = wanted.Texts ? rows.ToDictionary(row => row.Row.Line, row => row.Row.Content) : [];
            await SaveAsync(html.FullName, EvaluationPage.Write(report, wanted.Texts ? error => Opening(ActivityZoner.Zone(contents[error.Line]).Decoded) : null), cancellationToken);
        }
        if (wanted.JsonFile is { } json)
            await SaveAsync(Path.GetFullPath(json), EvaluationJson.Write(report), cancellationToken);
        if (wanted.Json && wanted.JsonFile is null)
            System.Console.WriteLine(EvaluationJson.Write(report));
        else
            EvaluationTables.Write(AnsiConsole.Console, report);
    }

    private static string Opening(string text)
    {
        var words = string.Join(' ', text.Split((char[]?)null, ExcerptLength, StringSplitOptions.RemoveEmptyEntries));
        return words.Length <= ExcerptLength ? words : TextCut.AtMost(words, ExcerptLength) + "…";
    }

    private static Task SaveAsync(string path, string text, CancellationToken cancellationToken) =>
        OutputFile.WriteTextAsync(new FileInfo(path), async writer =>
        {
            await writer.WriteAsync(text.AsMemory(), cancellationToken);
            return true;
        });

    private static void CheckTarget(string option, FileInfo? target, FileInfo input)
    {
        if (target is null)
            return;
        if (string.Equals(target.FullName, input.FullName, StringComparison.Ordinal))
            throw new UsageException($"--in and {option} name the same file; the result needs a file of its own.");
        OutputFile.CheckFolder(target, option);
    }

    private sealed record Wanted(
        ServiceSettings Settings, FileInfo Input, bool Json, string? JsonFile, FileInfo? Html, string? Model, string? Taxonomies, string? Against, bool Texts, bool ByPrefix);

    private sealed record Judged(Decider Decider, LabelledRows Source, IReadOnlyList<JudgedRow> Rows, EvaluationResult Result);
}
