using System.CommandLine;
using System.Globalization;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Evaluation;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync classify</c>: labels a file. Needs no ledger and calls nobody.</summary>
internal static class ClassifyCommand
{
    public static Command Create()
    {
        var input = new Option<FileInfo>("--in") { Description = "CSV or JSON Lines of activities", Required = true, HelpName = "FILE" };
        var output = new Option<FileInfo>("--out") { Description = "CSV to write", Required = true, HelpName = "FILE" };
        var columns = new Option<string>("--columns") { Description = "full, or minimal for id and engagement only", DefaultValueFactory = _ => "full" };
        columns.AcceptOnlyFromAmong("full", "minimal");
        var hosted = new Option<bool>("--hosted") { Description = "Ask the configured hosted model about the rows that the local steps leave open; costs money" };
        var command = new Command("classify", "Labels a CSV or JSON Lines file") { input, output, columns, hosted };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            parsed.GetValue(CommandLine.Config), parsed.GetValue(input)!, parsed.GetValue(output)!,
            parsed.GetValue(columns) == "minimal" ? ClassificationColumns.Minimal : ClassificationColumns.Full,
            parsed.GetValue(hosted), token)));
        return command;
    }

    private static async Task<int> RunAsync(
        string? config, FileInfo input, FileInfo output, ClassificationColumns columns, bool useHosted, CancellationToken cancellationToken)
    {
        if (!input.Exists)
            throw new UsageException($"--in names {input.FullName}, which does not exist; give the path of a CSV or JSON Lines file.");
        if (string.Equals(input.FullName, output.FullName, StringComparison.Ordinal))
            throw new UsageException("--in and --out name the same file; the result needs a file of its own.");
        OutputFile.CheckFolder(output, "--out");

        var settings = SettingsReader.Read(config);
        var cascade = CascadeBook.Build(settings.Classification, HostFactory.LoadTaxonomies(settings));
        if (useHosted && !settings.Classification.Hosted.AsksModel)
            throw new UsageException("--hosted needs a hosted model; set CrmSync:Classification:Hosted:Endpoint, a deployment and a key, or leave --hosted out.");
        await using var owner = useHosted ? HostedBook.Open(settings) : null;
        var desk = owner is null ? null : HostedBook.Desk(
            settings, owner.GetRequiredService<IHostedModel>(), cascade.Taxonomies, null, new PurseBudget(settings.Classification.Hosted.DailyBudgetUsd));
        var hosted = desk is null ? null : new HostedSecondLook(desk);
        using var reader = input.OpenText();
        var result = await OutputFile.WriteTextAsync(output, writer => ClassifyFile.RunAsync(
            reader, writer, ActivityFileReader.FormatOf(input.FullName), columns, cascade, new LineProgress("rows"), hosted, cancellationToken));

        foreach (var error in result.RowErrors)
            await System.Console.Error.WriteLineAsync(error);
        System.Console.WriteLine($"{result.Written:N0} of {result.Rows:N0} rows classified into {output.Name}; {result.Malformed:N0} malformed rows left out.");
        foreach (var (answer, count) in result.Counts)
            System.Console.WriteLine($"  {answer,-28} {count,10:N0}");
        if (desk is not null && hosted is not null)
        {
            System.Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Hosted model: {hosted.Asked:N0} rows asked about, {hosted.Answered:N0} answers, {hosted.Usage.Prompt:N0} tokens sent, {hosted.Usage.Completion:N0} received, ${desk.Options.Price.Usd(hosted.Usage):0.0000}."));
            if (hosted.Failure is { } failure)
                await System.Console.Error.WriteLineAsync($"Some rows got no answer and keep the local one: {failure.Message} {failure.Fix}");
        }
        return CommandLine.Done;
    }
}
