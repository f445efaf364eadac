using System.CommandLine;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Service.Settings;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Commands;

/// <summary>
/// <c>crmsync approve</c>: lets waiting writes go, all or those of a filter, a sample, or exactly what a preview showed. It switches nothing on: what is let go is sent
/// where the connection's mode is approve or on.
/// </summary>
internal static class ApproveCommand
{
    /// <summary>What shall be let go.</summary>
    private sealed record Wish(bool All, string? Filter, long? Preview, long? Sample);

    public static Command Create()
    {
        var connection = ConnectionChoice.Required();
        var all = new Option<bool>("--all") { Description = "Everything that waits" };
        var filter = FilterChoice.Option();
        var preview = new Option<long?>("--preview") { Description = "Exactly what this preview showed, unless it changed since", HelpName = "RUN" };
        var sample = new Option<long?>("--sample") { Description = "So many only, the same number of each label; may go with --filter", HelpName = "N" };
        var command = new Command("approve", "Lets waiting writes of a connection go, where it asks for an approval") { connection, all, filter, preview, sample };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            SettingsReader.Read(parsed.GetValue(CommandLine.Config)), parsed.GetValue(connection)!,
            new Wish(parsed.GetValue(all), parsed.GetValue(filter), parsed.GetValue(preview), FilterChoice.Sample(parsed.GetValue(sample))), token)));
        return command;
    }

    private static async Task<int> RunAsync(ServiceSettings settings, string key, Wish wish, CancellationToken cancellationToken)
    {
        Check(wish);
        var filter = FilterChoice.ReadWaiting(wish.Filter, key);
        ConnectionChoice.Choose(settings, key);
        await using var host = await RunHost.StartAsync(settings, cancellationToken);
        var connection = await ConnectionChoice.FindAsync(host.Ledger, key, cancellationToken);
        if (wish.Preview is { } shown)
            await CheckPreviewAsync(new PreviewQueries(host.Ledger), shown, key, cancellationToken);
        var runId = await host.Ledger.StartActAsync(
            new ActRequest(RunKind.Approve, connection.Id, filter.ToQueryString(), Environment.UserName) { Sample = wish.Sample, PreviewRunId = wish.Preview },
            cancellationToken);
        System.Console.WriteLine($"{key}: run {runId} lets them go. 'crmsync runs --pause {runId}' holds it, '--cancel {runId}' ends it; what it let go stays so.");
        var completed = await ActCommands.FollowAsync(host, connection, runId, cancellationToken);
        if (await host.Ledger.FindActAsync(runId, cancellationToken) is { Done: > 0 })
            System.Console.WriteLine(WhatFollows(await ConnectionChoice.FindAsync(host.Ledger, key, cancellationToken)));
        return completed ? CommandLine.Done : CommandLine.Failed;
    }

    private static void Check(Wish wish)
    {
        if (wish is { All: false, Filter: null, Preview: null, Sample: null })
            throw new UsageException("Say what to let go: --all, --filter QUERY, --sample N, or --preview RUN for exactly what a preview showed.");
        if (wish is { Preview: not null } and not { All: false, Filter: null, Sample: null })
            throw new UsageException("--preview lets exactly go what that run showed; leave --all, --filter and --sample out.");
        if (wish is { All: true } and not { Filter: null, Sample: null })
            throw new UsageException("--all lets everything go that waits; leave --filter and --sample out, or leave --all out.");
    }

    private static async Task CheckPreviewAsync(PreviewQueries previews, long runId, string key, CancellationToken cancellationToken)
    {
        var preview = await previews.FindAsync(runId, cancellationToken)
            ?? throw new UsageException($"Run {runId} is no preview; 'crmsync runs' lists the latest, 'crmsync preview --connection {key}' makes one.");
        if (preview.ConnectionKey != key)
            throw new UsageException($"Preview {runId} is of the connection '{preview.ConnectionKey}', and --connection names '{key}'; name that one.");
        if (preview.Status is "running" or "paused")
            throw new UsageException($"Preview {runId} has not looked at everything yet; wait until it has, or end it with 'crmsync runs --cancel {runId}' and approve what it showed.");
        if (preview.Looked == 0)
            throw new UsageException($"Preview {runId} showed nothing, so there is nothing to let go.");
    }

    private static string WhatFollows(Connection connection) => connection.WriteMode switch
    {
        WriteMode.Preview =>
            $"{connection.Key} is in preview, so nothing is sent. What was let go is sent once its mode is approve or on: crmsync resume --connection {connection.Key} --mode approve",
        WriteMode.Paused => $"{connection.Key} is paused, so nothing is sent until it is resumed in mode approve or on.",
        WriteMode.Approve => "What was let go is sent; the write-back log shows what becomes of it.",
        WriteMode.On => $"{connection.Key} writes without approvals, so they would have gone out anyhow.",
        _ => throw new InvalidOperationException($"The connection is in no known mode ({connection.WriteMode})."),
    };
}
