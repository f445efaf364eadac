using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CrmSync.Service.Api;
using CrmSync.Service.Api.Rows;
using CrmSync.Service.Console.Words;
using CrmSync.Service.Exports;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Storage.Reading;
using Spectre.Console;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync log</c>: the newest rows of the write-back log with reason and fix, or all that match as a file.</summary>
internal static class LogCommand
{
    private const int UsualRows = 30;
    private const int MostRows = 1_000;

    public static Command Create()
    {
        var filter = FilterChoice.Option();
        var export = new Option<FileInfo?>("--export") { Description = "Write everything that matches to a file instead, the oldest first", HelpName = "FILE" };
        var format = new Option<string?>("--format") { Description = "csv or jsonl; by the file's ending when left out", HelpName = "NAME" };
        var limit = new Option<int?>("--limit") { Description = $"Rows to show, 1 to {MostRows}; {UsualRows} when left out", HelpName = "N" };
        var json = new Option<bool>("--json") { Description = "Print the rows as JSON" };
        var command = new Command("log", "Shows the newest writes with what became of them, or exports all that match") { filter, export, format, limit, json };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            SettingsReader.Read(parsed.GetValue(CommandLine.Config)), Read(parsed.GetValue(filter)),
            new Wanted(parsed.GetValue(export), parsed.GetValue(format), parsed.GetValue(limit), parsed.GetValue(json)), token)));
        return command;
    }

    private static WriteLogFilter Read(string? text)
    {
        var filter = WriteLogFilter.ParseText(text, out var faults);
        return faults.Count == 0 ? filter : throw new UsageException($"--filter cannot be read. {string.Join(' ', faults)}");
    }

    private static async Task<int> RunAsync(ServiceSettings settings, WriteLogFilter filter, Wanted wanted, CancellationToken cancellationToken)
    {
        var format = wanted.Check();
        await using var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, cancellationToken);
        var reader = new LedgerReader(ledger, TimeProvider.System);
        if (wanted.Export is not { } file)
            return await ShowAsync(reader, filter, wanted, cancellationToken);
        var watch = Stopwatch.StartNew();
        var written = await OutputFile.WriteAsync(
            file, output => RowWriter.WriteAsync(LedgerExports.Log(reader.Lists, filter, cancellationToken), format, output, cancellationToken));
        System.Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{written:N0} rows are in {file.Name} ({watch.Elapsed.TotalSeconds:0.0} s)."));
        return CommandLine.Done;
    }

    private static async Task<int> ShowAsync(LedgerReader reader, WriteLogFilter filter, Wanted wanted, CancellationToken cancellationToken)
    {
        var rows = await ReadAsync(reader, filter, wanted.Limit ?? UsualRows, cancellationToken);
        if (wanted.Json)
            System.Console.WriteLine(JsonSerializer.Serialize(rows, ApiJson.Options));
        else if (rows.Count == 0)
            System.Console.WriteLine(filter.IsEmpty ? "Nothing was meant to be written yet." : "No row matches the filter.");
        else
            AnsiConsole.Write(Draw(rows));
        return CommandLine.Done;
    }

    // A page looks at a bounded number of rows; a search for something rare goes on where it stopped.
    private static async Task<IReadOnlyList<LogRow>> ReadAsync(LedgerReader reader, WriteLogFilter filter, int limit, CancellationToken cancellationToken)
    {
        var ids = new List<long>();
        PageCursor? before = null;
        do
        {
            var page = await reader.WriteLog.PageAsync(filter, new PageRequest(before, null, limit - ids.Count), cancellationToken);
            ids.AddRange(page.Rows.Select(row => row.Id));
            before = page.Older;
        }
        while (before is not null && ids.Count < limit);
        return [.. (await reader.Lists.Log.FindAsync(ids, cancellationToken)).Select(LogRow.Of)];
    }

    private static Table Draw(IReadOnlyList<LogRow> rows)
    {
        var table = new Table().AddColumns("Write", "Changed (UTC)", "Record", "Label", "Value", "Outcome", "Reason", "Fix");
        foreach (var row in rows)
        {
            table.AddRow(new[]
            {
                row.Id, row.UpdatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), $"{row.Connection} {row.RecordType}/{row.RecordId}", row.Taxonomy,
                row.Value is null ? "(blank)" : OneLine.Of(row.Value, 60), OutcomeWords.Name(row.Outcome), row.Code is null ? row.Message : $"{row.Message} ({row.Code})", row.Fix ?? "",
            }.Select(Markup.Escape).ToArray());
        }
        return table;
    }

    private sealed record Wanted(FileInfo? Export, string? Format, int? Limit, bool Json)
    {
        public ExportFormat Check()
        {
            if (Limit is < 1 or > MostRows)
                throw new UsageException($"--limit is {Limit}, but must be 1 to {MostRows}; --export FILE gives everything.");
            if (Export is null && Format is not null)
                throw new UsageException("--format is for --export; --json prints rows as JSON.");
            if (Export is not null && (Json || Limit is not null))
                throw new UsageException("--export writes everything that matches to a file; leave --json and --limit out.");
            OutputFile.CheckFolder(Export, "--export");
            var name = Format ?? (Export?.Extension is ".jsonl" or ".ndjson" ? "jsonl" : "csv");
            return ExportFormats.Names.Contains(name, StringComparer.Ordinal)
                ? ExportFormats.Of(name)
                : throw new UsageException($"--format is '{name}', but must be {string.Join(" or ", ExportFormats.Names)}.");
        }
    }
}
