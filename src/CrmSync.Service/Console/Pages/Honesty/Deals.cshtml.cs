using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Service.Exports;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages.Honesty;

/// <summary>Deals with the stage that is reported beside the one that is shown.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class DealsModel(LedgerReader ledger, LabelCatalog labels, CrmLinks links, TimeProvider time) : HonestyPage(ledger, labels, links, time)
{
    public KeysetPage<DealRow> Found { get; private set; } = new([], null, null);

    public CappedCount Count { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        await ReadFilterAsync(cancellationToken);
        Found = await Deals.PageAsync(Filter, PageFromQuery(), cancellationToken);
        Count = await Deals.CountAsync(Filter, cancellationToken);
    }

    /// <summary>All that match as a file.</summary>
    public async Task<IActionResult> OnGetExportAsync(string? format, CancellationToken cancellationToken)
    {
        await ReadFilterAsync(cancellationToken);
        if (Faults.Count > 0)
            return BadRequest(string.Join('\n', Faults));
        var (kind, name) = format == "jsonl" ? (ExportFormat.JsonLines, "crmsync-deals.jsonl") : (ExportFormat.Csv, "crmsync-deals.csv");
        Response.ContentType = ExportFormats.ContentType(kind);
        Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        await RowWriter.WriteAsync(LedgerExports.Deals(Deals, Filter, cancellationToken), kind, Response.Body, cancellationToken);
        return new EmptyResult();
    }
}
