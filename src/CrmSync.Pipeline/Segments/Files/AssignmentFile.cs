using CrmSync.Pipeline.Segments.Discovery;
using CsvHelper;

namespace CrmSync.Pipeline.Segments.Files;

/// <summary>Writes <c>account,segment</c> as CSV (RFC 4180): every account once, an empty cell where it belongs to none.</summary>
public static class AssignmentFile
{
    /// <summary>Writes the file; the writer stays open.</summary>
    public static async Task WriteAsync(IReadOnlyList<AccountSegment> accounts, TextWriter writer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        await using var csv = CsvWriter.Create(writer, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        await csv.WriteRecordAsync(["account", "segment"], cancellationToken);
        foreach (var account in accounts)
            await csv.WriteRecordAsync([account.Account, account.Segment ?? ""], cancellationToken);
    }
}
