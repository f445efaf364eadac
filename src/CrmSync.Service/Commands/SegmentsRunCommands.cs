using System.CommandLine;
using System.Text.Json;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Service.Settings;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync segments fit</c>, <c>assign</c> and <c>learn</c>: runs that a host carries out; without one this process is the host until they are done.</summary>
internal static class SegmentsRunCommands
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    public static IEnumerable<Command> Create()
    {
        var seed = new Option<int>("--seed") { Description = "Seed of everything random; the same seed and notes give the same segments", DefaultValueFactory = _ => 1 };
        var json = new Option<bool>("--json") { Description = "Print the outcome as JSON" };
        var fit = new Command("fit", "Looks for segments in the accounts of all connections; 'crmsync runs' holds, resumes or ends the search") { seed, json };
        fit.SetAction((parsed, token) => CommandLine.Guarded(() => FitAsync(SettingsReader.Read(parsed.GetValue(CommandLine.Config)), parsed.GetValue(seed), parsed.GetValue(json), token)));

        var connection = ConnectionChoice.Option();
        var outcome = new Option<bool>("--json") { Description = "Print the outcome as JSON" };
        var assign = new Command("assign", "Assigns accounts that are to be looked at to approved segments; the CRM's values follow") { connection, outcome };
        assign.SetAction((parsed, token) => CommandLine.Guarded(() => AssignAsync(
            SettingsReader.Read(parsed.GetValue(CommandLine.Config)), parsed.GetValue(connection), parsed.GetValue(outcome), token)));

        var asJson = new Option<bool>("--json") { Description = "Print the outcome as JSON" };
        var learn = new Command("learn", "Works out the figures of approved segments, brings packs up to date, and proposes what rose among recent wins and losses") { asJson };
        learn.SetAction((parsed, token) => CommandLine.Guarded(() => LearnAsync(SettingsReader.Read(parsed.GetValue(CommandLine.Config)), parsed.GetValue(asJson), token)));
        return [fit, assign, learn];
    }

    private static async Task<int> FitAsync(ServiceSettings settings, int seed, bool json, CancellationToken cancellationToken)
    {
        await using var host = await RunHost.StartAsync(settings, cancellationToken);
        if (await host.ChooseAsync(settings, null, cancellationToken) is not [var (connection, _), ..])
            throw new UsageException("The ledger knows no connection yet, so there is nothing to look through; run 'crmsync run' first.");
        var (run, _) = await host.Ledger.StartAsync(new SegmentRunRequest(RunKind.SegmentFit, connection.Id, Environment.UserName) { Seed = seed }, cancellationToken);
        if (run is not { } id)
            throw new UsageException("A search is under way or held already; 'crmsync runs' shows it.");
        var completed = await FollowAsync(host, id, json, cancellationToken);
        var reader = new LedgerReader(host.Ledger, TimeProvider.System);
        var search = (await reader.Segments.SearchesAsync(1, cancellationToken)).FirstOrDefault(row => row.RunId == id);
        var found = await reader.Segments.ListAsync([Pipeline.Segments.Review.SegmentState.Proposed, Pipeline.Segments.Review.SegmentState.Approved], cancellationToken);
        if (json)
            System.Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    run = id, completed, accounts = search?.Accounts, activities = search?.Activities, found = search?.Segments, remarks = search?.Remarks ?? [],
                    segments = found.Select(SegmentsShowCommands.Row),
                },
                SegmentsShowCommands.Json));
        else
        {
            foreach (var remark in search?.Remarks ?? [])
                System.Console.WriteLine(remark);
            SegmentsShowCommands.Show(found);
        }
        return completed ? CommandLine.Done : CommandLine.Failed;
    }

    // A run that waits for the embeddings endpoint would else stand still without a word.
    private static async Task<bool> FollowAsync(RunHost host, long run, bool json, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var telling = TellWaitsAsync(new LedgerReader(host.Ledger, TimeProvider.System), run, done.Token);
        try
        {
            return await host.FollowAsync(run, cancellationToken, json);
        }
        finally
        {
            await done.CancelAsync();
            await telling;
        }
    }

    private static async Task TellWaitsAsync(LedgerReader reader, long run, CancellationToken cancellationToken)
    {
        var told = "";
        using var timer = new PeriodicTimer(Look);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (await reader.Jobs.Parts.LinesAsync(run, 1, cancellationToken) is [{ Level: "warning" } line] && line.Message != told)
                    await System.Console.Error.WriteLineAsync($"\n{told = line.Message}");
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended, or nobody follows it any more.
        }
    }

    private static async Task<int> LearnAsync(ServiceSettings settings, bool json, CancellationToken cancellationToken)
    {
        await using var host = await RunHost.StartAsync(settings, cancellationToken);
        if (await host.ChooseAsync(settings, null, cancellationToken) is not [var (connection, _), ..])
            throw new UsageException("The ledger knows no connection yet, so there is nothing to learn from; run 'crmsync run' first.");
        var (run, _) = await host.Ledger.StartAsync(new SegmentRunRequest(RunKind.SegmentLearn, connection.Id, Environment.UserName), cancellationToken);
        if (run is not { } id)
            throw new UsageException("No segment is approved, or learning is under way or held already; 'crmsync segments list' and 'crmsync runs' show it.");
        var ended = await host.Ledger.FindAsync(id, cancellationToken);
        if (!json)
            System.Console.WriteLine($"Learning from {ended?.Expected ?? 0} approved segments.");
        ended = await host.WaitAsync(id, _ => { }, cancellationToken);
        var completed = ended.Status == RunStatus.Completed;
        if (json)
            System.Console.WriteLine(JsonSerializer.Serialize(new { run = id, completed, segments = ended.Seen - ended.Skipped, failed = ended.Skipped, changes = ended.Stored }, SegmentsShowCommands.Json));
        else
            System.Console.WriteLine(
                $"Run {id} {ended.Status.ToString().ToLowerInvariant()}: {ended.Seen - ended.Skipped} segments learned from{(ended.Skipped > 0 ? $", {ended.Skipped} not (the run's log says why)" : "")}; "
                + $"{ended.Stored} new versions and proposals of packs. 'crmsync segments metrics' shows the figures.");
        return completed && ended.Skipped == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    private static async Task<int> AssignAsync(ServiceSettings settings, string? key, bool json, CancellationToken cancellationToken)
    {
        ConnectionChoice.Choose(settings, key);
        await using var host = await RunHost.StartAsync(settings, cancellationToken);
        // All begin before the first is followed: one whose writes wait must not hold up the others.
        List<(string Connection, long? Run)> started = [];
        foreach (var (connection, _) in await host.ChooseAsync(settings, key, cancellationToken))
            started.Add((connection.Key, (await host.Ledger.StartAsync(new SegmentRunRequest(RunKind.SegmentAssign, connection.Id, Environment.UserName), cancellationToken)).RunId));
        var failed = false;
        List<object> outcomes = [];
        foreach (var (connection, run) in started)
        {
            if (run is { } id)
                failed |= !await FollowAsync(host, id, json, cancellationToken);
            else if (!json)
                System.Console.WriteLine($"{connection}: no account is to be looked at, or this is under way already.");
            var ended = run is { } done ? await host.Ledger.FindAsync(done, cancellationToken) : null;
            outcomes.Add(new { connection, run, accounts = ended?.Seen ?? 0, assigned = ended?.Labelled ?? 0, unassigned = ended?.Abstained ?? 0 });
        }
        if (json)
            System.Console.WriteLine(JsonSerializer.Serialize(outcomes, SegmentsShowCommands.Json));
        return failed ? CommandLine.Failed : CommandLine.Done;
    }
}
