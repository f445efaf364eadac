using System.CommandLine;
using System.Globalization;
using CrmSync.Pipeline.Evaluation;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Documents;
using CrmSync.Pipeline.Segments.Files;
using CrmSync.Pipeline.Segments.Vectors;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync segments discover</c>: finds segments in a file of activities. Needs no ledger, and calls nobody unless <c>--hosted</c> is given.</summary>
internal static class SegmentsDiscoverCommand
{
    private const int ShownFaults = 20;

    public static Command Create()
    {
        var input = new Option<FileInfo>("--in") { Description = "JSON Lines of activities: account, id, subject, body; owner and when if known", Required = true, HelpName = "FILE" };
        var output = new Option<FileInfo>("--out") { Description = "CSV to write: every account and its segment, empty where none", Required = true, HelpName = "FILE" };
        var report = new Option<FileInfo?>("--report") { Description = "JSON to write: each segment with its reasons, terms, examples and stability", HelpName = "FILE" };
        var model = new Option<FileInfo?>("--model") { Description = "Segment model to write, which assigns new activities", HelpName = "FILE" };
        var seed = new Option<int>("--seed") { Description = "Seed of everything random; the same seed gives the same segments", DefaultValueFactory = _ => 1 };
        var hosted = new Option<bool>("--hosted") { Description = "Read the notes by vectors of the configured embeddings deployment, too, personal data removed first; costs money" };
        var command = new Command("discover", "Finds segments in a file, without a ledger") { input, output, report, model, seed, hosted };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            parsed.GetValue(input)!, new Targets(parsed.GetValue(output)!, parsed.GetValue(report), parsed.GetValue(model)), parsed.GetValue(seed),
            parsed.GetValue(hosted) ? SettingsReader.Read(parsed.GetValue(CommandLine.Config)) : null, token)));
        return command;
    }

    private static async Task<int> RunAsync(FileInfo input, Targets targets, int seed, ServiceSettings? hosted, CancellationToken cancellationToken)
    {
        if (!input.Exists)
            throw new UsageException($"--in names {input.FullName}, which does not exist; give the path of a JSON Lines file.");
        targets.Check(input);
        if (hosted is { Classification.Hosted.HasVectors: false })
            throw new UsageException("--hosted needs an embeddings deployment; set CrmSync:Classification:Hosted:Endpoint, a key and EmbeddingDeployment, or leave --hosted out.");
        await using var owner = hosted is null ? null : HostedBook.Open(hosted);
        var desk = hosted is null || owner is null
            ? VectorDesk.None
            : new VectorDesk(
                owner.GetRequiredService<ITextVectors>(), hosted.Classification.Hosted.ToVectors(), null, new PurseBudget(hosted.Classification.Hosted.DailyBudgetUsd), TimeProvider.System);
        var source = new NoteFile(input.FullName, new NoteCleaner());
        var line = new LineProgress("activities");
        var found = await new TopicDiscovery(new TopicSearch(desk, TimeProvider.System), new DiscoveryOptions()).RunAsync(
            source, new TopicOrder(seed), new NoVectorMemory(), new Steps(line), cancellationToken);
        if (!System.Console.IsErrorRedirected)
            await System.Console.Error.WriteLineAsync();
        if (!found.Succeeded)
        {
            await System.Console.Error.WriteLineAsync($"Nothing was written, because the notes got no vectors: {found.Failure.Message} {found.Failure.Fix} Without --hosted words alone are used.");
            return CommandLine.Failed;
        }
        var (result, cost) = found.Value;

        await OutputFile.WriteTextAsync(targets.Output, async writer =>
        {
            await AssignmentFile.WriteAsync(result.Accounts, writer, cancellationToken);
            return true;
        });
        if (targets.Report is { } report)
            await OutputFile.WriteAsync(report, async stream =>
            {
                await DiscoveryReport.WriteAsync(result, source, seed, stream, cancellationToken);
                return true;
            });
        if (targets.Model is { } model && result.Model is { } made)
            await OutputFile.WriteAsync(model, stream =>
            {
                Pipeline.Segments.Models.SegmentModelFile.Write(made, stream);
                return Task.FromResult(true);
            });
        await SayAsync(result, source, targets);
        if (cost.Calls > 0)
            System.Console.WriteLine($"Embeddings: {cost}.");
        return CommandLine.Done;
    }

    private static async Task SayAsync(DiscoveryResult result, NoteFile source, Targets targets)
    {
        foreach (var fault in source.Faults.Take(ShownFaults))
            await System.Console.Error.WriteLineAsync(fault);
        if (source.Malformed > ShownFaults)
            await System.Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"… and {source.Malformed - ShownFaults:N0} more malformed rows{(targets.Report is null ? "; --report lists the first thousand" : "")}."));
        var assigned = result.Accounts.Count(account => account.Segment is not null);
        System.Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Segments.Count:N0} segments, {assigned:N0} of {result.Accounts.Count:N0} accounts in one, from {result.Activities:N0} activities; {source.Malformed:N0} malformed rows left out. Written to {targets.Output.Name}."));
        foreach (var segment in result.Segments)
            System.Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {segment.Id}  {segment.Size,7:N0} accounts  stability {segment.Stability:0.00}  {segment.Name}{(segment.IsPromoted ? "" : " (small)")}"));
        foreach (var remark in result.Remarks)
            System.Console.WriteLine(remark);
        if (targets.Model is { } model && result.Model is null)
            System.Console.WriteLine($"{model.Name} was not written: without segments there is no model.");
    }

    /// <summary>What to write.</summary>
    private sealed record Targets(FileInfo Output, FileInfo? Report, FileInfo? Model)
    {
        public void Check(FileInfo input)
        {
            HashSet<string> seen = new(StringComparer.Ordinal) { input.FullName };
            foreach (var (name, file) in new[] { ("--out", Output), ("--report", Report), ("--model", Model) })
            {
                OutputFile.CheckFolder(file, name);
                if (file is not null && !seen.Add(file.FullName))
                    throw new UsageException($"{name} names a file that another option names too; every result needs a file of its own.");
            }
        }
    }

    private sealed class Steps(LineProgress line) : IProgress<DiscoveryProgress>
    {
        public void Report(DiscoveryProgress value) =>
            line.Report(value.Activities, string.Create(CultureInfo.InvariantCulture, $", {value.Stage}, {value.Share:P0}"));
    }
}
