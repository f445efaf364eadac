using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Storage.Reading;

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
        Found = await ledger.WriteLog.PageAsync(Filter, PageFromQuery(), cancellationToken);
        Count = await ledger.WriteLog.CountAsync(Filter, cancellationToken);
    }

    public ConnectionView ConnectionOf(WriteLogRow row) => Connections.First(connection => connection.Id == row.ConnectionId);
}
