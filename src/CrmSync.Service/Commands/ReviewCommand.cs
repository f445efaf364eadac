using System.CommandLine;
using System.Globalization;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Storage;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync review</c>: the review queue as a file, answers from a file, and what audits say. A running host writes what follows.</summary>
internal static class ReviewCommand
{
    private const int RowsPerTaxonomy = 200;
    private const int OpeningLength = 400;

    public static Command Create()
    {
        var export = new Option<FileInfo?>("--export") { Description = "Write rows worth a look as CSV, with an empty column label to fill", HelpName = "FILE" };
        var taxonomy = new Option<string?>("--taxonomy") { Description = "Only this taxonomy; all when left out", HelpName = "ID" };
        var texts = new Option<bool>("--texts") { Description = "Also write subject and beginning of the text, which are personal data" };
        var import = new Option<FileInfo?>("--import") { Description = "Take answers from a CSV file: the whole file, or nothing of it", HelpName = "FILE" };
        var undo = new Option<long?>("--undo") { Description = "Take a correction back, by its number", HelpName = "ID" };
        var command = new Command("review", "Shows what audits say; exports rows for review, imports corrections") { export, taxonomy, texts, import, undo };
        command.SetAction((parsed, token) => CommandLine.Guarded(async () =>
        {
            var settings = SettingsReader.Read(parsed.GetValue(CommandLine.Config));
            var taxonomies = HostFactory.LoadTaxonomies(settings);
            var chosen = Choose(taxonomies, parsed.GetValue(taxonomy));
            await using var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, token);
            return (parsed.GetValue(export), parsed.GetValue(import), parsed.GetValue(undo)) switch
            {
                (null, null, null) => await ShowAsync(ledger, chosen, token),
                ({ } file, null, null) => await ExportAsync(ledger, chosen, file, parsed.GetValue(texts), token),
                (null, { } file, null) => await ImportAsync(ledger, taxonomies, file, token),
                (null, null, { } correction) => await UndoAsync(ledger, correction, token),
                _ => throw new UsageException("--export, --import and --undo are three different things; give one of them."),
            };
        }));
        return command;
    }

    private static IReadOnlyList<Taxonomy> Choose(TaxonomySet taxonomies, string? id) => id is null ? taxonomies.All : taxonomies.TryGet(id, out var one)
        ? [one]
        : throw new UsageException($"--taxonomy names '{id}', which is none; there is {string.Join(", ", taxonomies.All.Select(known => known.Id))}.");

    private static async Task<int> ShowAsync(Ledger ledger, IReadOnlyList<Taxonomy> taxonomies, CancellationToken cancellationToken)
    {
        var reviews = new ReviewQueries(ledger, TimeProvider.System);
        foreach (var taxonomy in taxonomies)
        {
            var audit = await reviews.AuditAsync(taxonomy.Id, cancellationToken);
            var queue = await reviews.QueueAsync(taxonomy.Id, [], RowsPerTaxonomy, cancellationToken);
            System.Console.WriteLine(audit.ErrorRate is { } rate
                ? string.Create(CultureInfo.InvariantCulture, $"{taxonomy.Id}: {rate.Value:0.0%} of automatic answers are wrong ({rate.Low:0.0%} to {rate.High:0.0%}), by {audit.Judged} judged rows drawn by chance; {audit.Waiting} wait, {queue.Count} rows are worth a look.")
                : $"{taxonomy.Id}: no drawn row is judged yet; {audit.Waiting} wait, {queue.Count} rows are worth a look.");
        }
        return CommandLine.Done;
    }

    private static async Task<int> ExportAsync(
        Ledger ledger, IReadOnlyList<Taxonomy> taxonomies, FileInfo file, bool texts, CancellationToken cancellationToken)
    {
        OutputFile.CheckFolder(file, "--export");
        var reviews = new ReviewQueries(ledger, TimeProvider.System);
        var count = await OutputFile.WriteTextAsync(file, async text =>
        {
            var written = 0;
            await using var writer = new ReviewFileWriter(text, texts);
            await writer.WriteHeaderAsync(cancellationToken);
            foreach (var taxonomy in taxonomies)
                foreach (var item in await reviews.QueueAsync(taxonomy.Id, [], RowsPerTaxonomy, cancellationToken))
                {
                    await writer.WriteRowAsync(RowOf(item, taxonomy), cancellationToken);
                    written++;
                }
            return written;
        });
        System.Console.WriteLine($"{count:N0} rows are in {file.Name}. Fill the column label, then run 'crmsync review --import {file.Name}'.");
        return CommandLine.Done;
    }

    private static ReviewFileRow RowOf(ReviewQueueRow item, Taxonomy taxonomy)
    {
        var row = item.Row;
        var opening = TextDecoder.Decode(row.Opening, out _);
        return new ReviewFileRow(
            row.ActivityId, row.ConnectionKey, row.ObjectType, row.ExternalId, row.ContentHash, taxonomy.Id, row.Label, row.Status, row.Confidence,
            string.Join(' ', item.Reasons.Select(reason => reason switch
            {
                ReviewReason.CrmDiffers => "crm-differs",
                ReviewReason.LeastSure => "least-sure",
                ReviewReason.Different => "different",
                ReviewReason.Audit => "audit",
                ReviewReason.HostedDiffers => "hosted-differs",
                ReviewReason.Suspect => "suspect",
                ReviewReason.SecondLook => "second-look",
                _ => throw new InvalidOperationException($"A row is in the queue for no known reason ({reason})."),
            })),
            row.Subject, opening.Length <= OpeningLength ? opening : opening[..OpeningLength]);
    }

    private static async Task<int> ImportAsync(Ledger ledger, TaxonomySet taxonomies, FileInfo file, CancellationToken cancellationToken)
    {
        if (!file.Exists)
            throw new UsageException($"--import names {file.FullName}, which does not exist; give the path of a CSV file.");
        using var reader = file.OpenText();
        var result = await new CorrectionImport(ledger, new CorrectionDesk(ledger, taxonomies), taxonomies).RunAsync(reader, Environment.UserName, cancellationToken);
        foreach (var fault in result.Faults)
            await System.Console.Error.WriteLineAsync(fault);
        if (result.Faults.Count > 0)
        {
            await System.Console.Error.WriteLineAsync("Nothing was stored; mend the file and import it again.");
            return CommandLine.Failed;
        }
        System.Console.WriteLine($"{result.Stored:N0} corrections stored; {result.Blank:N0} rows without an answer left out. A running host writes what follows to the CRM.");
        return CommandLine.Done;
    }

    private static async Task<int> UndoAsync(Ledger ledger, long correction, CancellationToken cancellationToken)
    {
        var outcome = await ledger.UndoAsync(correction, Environment.UserName, cancellationToken);
        var (sentence, exit) = outcome switch
        {
            UndoOutcome.Undone => ($"Correction {correction} is taken back; what stood before stands again.", CommandLine.Done),
            UndoOutcome.UndoneForTraining => ($"Correction {correction} is taken back; the activity has another text by now, so no decision changed.", CommandLine.Done),
            UndoOutcome.NotTheLast => ($"A later correction than {correction} of the same label stands; take that back first.", CommandLine.Failed),
            UndoOutcome.AlreadyUndone => ($"Correction {correction} was taken back before.", CommandLine.Done),
            UndoOutcome.Unknown => ($"The ledger has no correction {correction}; the review page shows their activities.", CommandLine.WrongUse),
            _ => throw new InvalidOperationException($"Taking back ended in no known way ({outcome})."),
        };
        System.Console.WriteLine(sentence);
        return exit;
    }
}
