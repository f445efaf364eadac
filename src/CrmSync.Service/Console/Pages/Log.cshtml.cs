using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Service.Exports;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages;

/// <summary>Every intent with what became of it.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class LogModel(LedgerReader ledger, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    public WriteLogFilter Filter { get; private set; } = WriteLogFilter.All;

    public IReadOnlyList<string> Faults { get; private set; } = [];

    public KeysetPage<WriteLogRow> Found { get; private set; } = new([], null, null);

    public CappedCount Count { get; private set; }

    public IReadOnlyList<ConnectionView> Connections { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Filter = WriteLogFilter.Parse(QueryParts, out var faults, "before", "after");
        Faults = faults;
        Connections = await ledger.WriteLog.ConnectionsAsync(cancellationToken);
        var request = PageFromQuery();
        Found = await ledger.WriteLog.PageAsync(Filter, request, cancellationToken);
        // A first page that is not full has looked at all that the count would look at again.
        Count = request.Before is null && request.After is null && Found.Rows.Count < request.Size && (Found.Older is null || Found.StoppedEarly)
            ? new CappedCount(Found.Rows.Count, Found.StoppedEarly)
            : await ledger.WriteLog.CountAsync(Filter, cancellationToken);
    }

    /// <summary>All that matches as a file, the oldest first.</summary>
    public IActionResult OnGetExport(string? format)
    {
        Filter = WriteLogFilter.Parse(QueryParts, out var faults, "before", "after", "handler", "format");
        // A file with more rows than were asked for would not show that it has.
        if (faults.Count > 0 || !ExportFormats.Names.Contains(format ?? "", StringComparer.Ordinal))
            return Redirect($"/log?{Filter.ToQueryString()}");
        var kind = ExportFormats.Of(format!);
        return new ExportAnswer("log", kind, (output, token) => RowWriter.WriteAsync(LedgerExports.Log(ledger.Lists, Filter, token), kind, output, token));
    }

    /// <summary>Address of the same rows as a file.</summary>
    public string ExportAddress(string format) => $"/log?{(Filter.IsEmpty ? "" : Filter.ToQueryString() + "&")}handler=Export&format={format}";

    /// <summary>Whether one of the filters is set that are folded away.</summary>
    public bool HasMore => Filter.By is not null || Filter.ConfidenceFrom is not null || Filter.Purpose is not null || Filter.Actor is not null;

    public ConnectionView ConnectionOf(WriteLogRow row) => Connections.First(connection => connection.Id == row.ConnectionId);
}
