using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Service.Exports;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages;

/// <summary>Who changed what, before and after, and why.</summary>
[Needs(ApiRole.Operator)]
internal sealed class AuditModel(LedgerReader ledger, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    /// <summary>Areas that acts belong to, for those who do not know the names.</summary>
    public static readonly IReadOnlyList<string> Areas =
        ["account", "act", "alert", "connection", "correction", "erasure", "invitation", "key", "model", "retention", "run", "schedule", "setting", "taxonomy"];

    public AuditFilter Filter { get; private set; } = AuditFilter.All;

    public IReadOnlyList<string> Faults { get; private set; } = [];

    public KeysetPage<AuditRow> Found { get; private set; } = new([], null, null);

    public CappedCount Count { get; private set; }

    /// <summary>Address of the same acts as a file.</summary>
    public string ExportHref => Filter.IsEmpty ? "/audit?handler=Export" : $"/audit?handler=Export&{Filter.ToQueryString()}";

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Filter = AuditFilter.Parse(QueryParts, out var faults, "before", "after");
        Faults = faults;
        Found = await ledger.Audit.ListAsync(Filter, PageFromQuery(), cancellationToken);
        Count = await ledger.Audit.CountAsync(Filter, cancellationToken);
    }

    /// <summary>The acts that match, as CSV. A filter that cannot be read is refused: a file must not hold more than was asked for.</summary>
    public async Task<IActionResult> OnGetExportAsync(CancellationToken cancellationToken)
    {
        var filter = AuditFilter.Parse(QueryParts, out var faults, "handler");
        if (faults.Count > 0)
            return BadRequest();
        Response.ContentType = ExportFormats.ContentType(ExportFormat.Csv);
        Response.Headers.ContentDisposition = "attachment; filename=\"crmsync-audit.csv\"";
        await RowWriter.WriteAsync(LedgerExports.Audit(ledger, filter, cancellationToken), ExportFormat.Csv, Response.Body, cancellationToken);
        return new EmptyResult();
    }
}
