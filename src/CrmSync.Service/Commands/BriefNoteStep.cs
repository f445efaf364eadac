using System.Globalization;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack.Notes;
using CrmSync.Service.Console.Words;
using CrmSync.Service.Settings;
using Spectre.Console;

namespace CrmSync.Service.Commands;

/// <summary>Notes by command: the last step of <c>crmsync brief ACCOUNT --write-note</c> says what would be written and where, asks, and follows the note until the CRM holds it; <c>--take-back</c> takes it away again.</summary>
internal static class BriefNoteStep
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    // A wait that is longer than this is a person's to mend, or the CRM's day to end.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Carries it out.</summary>
    /// <param name="settings">Connections and ledger.</param>
    /// <param name="brief">Ledger id of the brief.</param>
    /// <param name="yes">Whether nothing is asked.</param>
    /// <param name="dryRun">Whether it stops after saying what would be written.</param>
    /// <param name="cancellationToken">Stops following; the note goes on where a host lives.</param>
    public static async Task<int> RunAsync(ServiceSettings settings, long brief, bool yes, bool dryRun, CancellationToken cancellationToken)
    {
        await using var host = await RunHost.StartAsync(settings, cancellationToken);
        var given = await host.Ledger.ReadBriefAsync(brief, cancellationToken) ?? throw new UsageException($"The ledger has no brief {brief}.");
        var preview = await new NoteDesk(host.Ledger, host.Ledger).PreviewAsync(given, host.Connectors, cancellationToken);
        if (!preview.Succeeded)
            return await BriefCommand.FailAsync(preview.Failure);
        Show(preview.Value);
        if (dryRun)
            return CommandLine.Done;
        if (!yes && !Confirmed(preview.Value))
            return CommandLine.Failed;
        var asked = await host.Ledger.AskNoteAsync(brief, Environment.UserName, cancellationToken);
        if (!asked.Succeeded)
            return await BriefCommand.FailAsync(asked.Failure);
        if (preview.Value.Connection.WriteMode is WriteMode.Preview or WriteMode.Paused)
        {
            System.Console.WriteLine($"It waits: {NoteWords.Sends(preview.Value.Connection.WriteMode)} 'crmsync resume --connection {preview.Value.Connection.Key} --mode on' turns writing on.");
            return CommandLine.Done;
        }
        return await FollowAsync(host, brief, removes: false, cancellationToken);
    }

    /// <summary>Takes the note of a brief away from the CRM, unless somebody changed it there.</summary>
    /// <param name="settings">Connections and ledger.</param>
    /// <param name="brief">Ledger id of the brief.</param>
    /// <param name="cancellationToken">Stops following; taking back goes on where a host lives.</param>
    public static async Task<int> TakeBackAsync(ServiceSettings settings, long brief, CancellationToken cancellationToken)
    {
        await using var host = await RunHost.StartAsync(settings, cancellationToken);
        var note = await host.Ledger.FindNoteAsync(brief, cancellationToken) ?? throw new UsageException($"Brief {brief} has no note in the CRM; 'crmsync brief ACCOUNT --write-note' named the brief when it wrote one.");
        var begun = await host.Ledger.ActOnNoteAsync(note.Id, NoteAct.TakeBack, Environment.UserName, cancellationToken);
        return begun.Succeeded ? await FollowAsync(host, brief, removes: true, cancellationToken) : await BriefCommand.FailAsync(begun.Failure);
    }

    private static void Show(NotePreview preview)
    {
        System.Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"\nTo be written to {preview.Connection.Name}, account {NoteText.Line(preview.Subject.Title, 200)} ({preview.Subject.Key}); {preview.Text.Body.Length:N0} of {preview.Place.Longest:N0} characters. {preview.Place.Sentence}\n"));
        if (preview.Place.HasTitle)
            System.Console.WriteLine($"  {preview.Text.Title}\n");
        foreach (var block in preview.Text.Blocks)
        {
            System.Console.WriteLine(block.Kind switch
            {
                NoteBlockKind.Heading => $"  {block.Text}",
                NoteBlockKind.Point => $"  - {block.Text}",
                NoteBlockKind.Paragraph => $"  {block.Text}",
            });
        }
        System.Console.WriteLine();
    }

    private static bool Confirmed(NotePreview preview)
    {
        if (System.Console.IsInputRedirected)
            throw new UsageException("--write-note writes to the CRM and there is nobody to ask; add --yes to write the note, or --dry-run to see it only.");
        return AnsiConsole.Confirm(Markup.Escape($"Write this to {preview.Connection.Name}?"), defaultValue: false);
    }

    private static async Task<int> FollowAsync(RunHost host, long brief, bool removes, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Look);
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var note = await host.Ledger.FindNoteAsync(brief, cancellationToken) ?? throw new UsageException($"Brief {brief} has no note any more.");
            switch (note.Status)
            {
                case NoteStatus.Removed:
                    System.Console.WriteLine($"Taken back: {note.Record?.ObjectType} {note.Record?.ExternalId}.");
                    return CommandLine.Done;
                case NoteStatus.Written when !removes:
                    System.Console.WriteLine($"Written: {note.Record?.ObjectType} {note.Record?.ExternalId}. 'crmsync brief --take-back {brief}' or the brief's page takes it back.");
                    return CommandLine.Done;
                case not (NoteStatus.Waiting or NoteStatus.Sending or NoteStatus.Removing):
                    await System.Console.Error.WriteLineAsync($"It was not {(removes ? "taken back" : "written")}. {note.Message} {note.RemoteMessage}".TrimEnd());
                    return CommandLine.Failed;
            }
            // Waiting for its turn is not failing; what takes longer goes on by itself.
            var waits = TimeProvider.System.GetElapsedTime(started) > Patience || (note.NextTryAt is { } next && next - TimeProvider.System.GetUtcNow() > Patience);
            if (waits)
            {
                await System.Console.Error.WriteLineAsync($"It is not {(removes ? "taken back" : "written")} yet. {note.Message} It goes on by itself wherever a host runs; the brief's page shows how it stands.");
                return CommandLine.Failed;
            }
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
