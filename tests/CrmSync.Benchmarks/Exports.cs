using System.Diagnostics;
using CrmSync.Service.Exports;
using CrmSync.Storage;
using CrmSync.Storage.Reading;

namespace CrmSync.Benchmarks;

/// <summary>Measures how long an export of the whole write-back log takes, and what it costs in memory: rows are streamed, so the heap must not grow with their number.</summary>
internal static class Exports
{
    public static async Task MeasureAsync(string title, Ledger ledger)
    {
        var lists = new LedgerReader(ledger, TimeProvider.System).Lists;
        foreach (var format in new[] { ExportFormat.Csv, ExportFormat.JsonLines })
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var most = 0L;
            using var watch = new Timer(_ => most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false) - before), null, 0, 20);
            var timer = Stopwatch.StartNew();
            await using var file = new FileStream(Path.GetTempFileName(), FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
            var written = await RowWriter.WriteAsync(LedgerExports.Log(lists, WriteLogFilter.All, CancellationToken.None), format, file, CancellationToken.None);
            Console.WriteLine(FormattableString.Invariant(
                $"{title}: export of {written:N0} rows as {format}: {timer.Elapsed.TotalSeconds:0.0} s, {file.Length / 1e6:0} MB, heap at most {most / 1e6:0} MB above the start"));
        }
    }
}
