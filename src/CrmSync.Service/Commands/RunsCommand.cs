using System.CommandLine;
using CrmSync.Pipeline.Jobs;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Storage;
using CrmSync.Storage.Reading;
using Spectre.Console;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync runs</c>: lists runs, holds one, lets it go on, or ends it. Running hosts follow after the step under way.</summary>
internal static class RunsCommand
{
    private const int Shown = 30;

    public static Command Create()
    {
        var pause = new Option<long?>("--pause") { Description = "Hold a run; nothing of it starts until it is resumed", HelpName = "RUN" };
        var resume = new Option<long?>("--resume") { Description = "Let a held run go on where it stopped", HelpName = "RUN" };
        var cancel = new Option<long?>("--cancel") { Description = "End a run for good; what it stored stays", HelpName = "RUN" };
        var command = new Command("runs", "Lists the latest runs; holds, resumes or ends one") { pause, resume, cancel };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            SettingsReader.Read(parsed.GetValue(CommandLine.Config)),
            [(parsed.GetValue(pause), RunStatus.Paused), (parsed.GetValue(resume), RunStatus.Running), (parsed.GetValue(cancel), RunStatus.Cancelled)], token)));
        return command;
    }

    private static async Task<int> RunAsync(
        ServiceSettings settings, IReadOnlyList<(long? Run, RunStatus Status)> asked, CancellationToken cancellationToken)
    {
        await using var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, cancellationToken);
        foreach (var (run, status) in asked)
        {
            if (run is { } id)
                await ChangeAsync(ledger, id, status, cancellationToken);
        }
        Show(await new RunQueries(ledger).ListAsync(Shown, cancellationToken));
        return CommandLine.Done;
    }

    private static async Task ChangeAsync(Ledger ledger, long id, RunStatus status, CancellationToken cancellationToken)
    {
        if (await ledger.ChangeAsync(id, status, Environment.UserName, cancellationToken))
            return;
        var run = await ledger.FindAsync(id, cancellationToken);
        throw new UsageException(run is null
            ? $"The ledger has no run {id}; 'crmsync runs' lists the latest."
            : $"Run {id} is {run.Status.ToString().ToLowerInvariant()} and cannot become {status.ToString().ToLowerInvariant()}.");
    }

    private static void Show(IReadOnlyList<RunRow> runs)
    {
        var table = new Table().AddColumns("Run", "Connection", "Kind", "State", "Started (UTC)", "Read", "Of about", "Labelled", "Written", "Rejected", "Requests");
        foreach (var row in runs)
        {
            var run = row.Run;
            table.AddRow(new[]
            {
                $"{run.Id}", row.ConnectionKey, run.Kind.ToString(), run.Status.ToString().ToLowerInvariant(), run.StartedAt.ToString("u"), $"{run.Seen:N0}",
                run.Expected is { } expected ? $"{expected:N0}" : "", $"{run.Labelled:N0}", $"{run.Applied:N0}", $"{run.Rejected:N0}", $"{run.Requests:N0}",
            }.Select(Markup.Escape).ToArray());
        }
        AnsiConsole.Write(table);
    }
}
