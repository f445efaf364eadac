using System.Runtime.CompilerServices;
using CrmSync.Service.Api.Rows;
using CrmSync.Storage.Reading;
using CrmSync.Storage.Reading.Lists;

namespace CrmSync.Service.Exports;

/// <summary>What can be exported, as rows that files hold. One shape for the API and the command line.</summary>
internal static class LedgerExports
{
    public static IAsyncEnumerable<LogRow> Log(LedgerLists lists, WriteLogFilter filter, CancellationToken cancellationToken) =>
        MapAsync(lists.Log.StreamAsync(filter, cancellationToken), LogRow.Of, cancellationToken);

    public static IAsyncEnumerable<ActivityExportRow> Activities(LedgerLists lists, ActivityFilter filter, bool withTexts, CancellationToken cancellationToken) =>
        MapAsync(lists.Activities.StreamAsync(filter, withTexts, cancellationToken), ActivityExportRow.Of, cancellationToken);

    public static IAsyncEnumerable<DecisionRow> Decisions(LedgerLists lists, ActivityFilter filter, bool withFormer, CancellationToken cancellationToken) =>
        MapAsync(lists.Decisions.StreamAsync(filter, withFormer, cancellationToken), DecisionRow.Of, cancellationToken);

    public static IAsyncEnumerable<CorrectionRow> Corrections(LedgerLists lists, CancellationToken cancellationToken) =>
        MapAsync(lists.Corrections.StreamAsync(cancellationToken), CorrectionRow.Of, cancellationToken);

    public static IAsyncEnumerable<LeftOutRow> LeftOut(LedgerLists lists, long runId, CancellationToken cancellationToken) =>
        MapAsync(lists.Acts.StreamLeftOutAsync(runId, cancellationToken), LeftOutRow.Of, cancellationToken);

    public static IAsyncEnumerable<DealExportRow> Deals(HonestyQueries deals, HonestyFilter filter, CancellationToken cancellationToken) =>
        MapAsync(deals.StreamAsync(filter, cancellationToken), DealExportRow.Of, cancellationToken);

    public static IAsyncEnumerable<AuditExportRow> Audit(LedgerReader ledger, AuditFilter filter, CancellationToken cancellationToken) =>
        MapAsync(ledger.Audit.StreamAsync(filter, cancellationToken), AuditExportRow.Of, cancellationToken);

    private static async IAsyncEnumerable<TRow> MapAsync<TEntry, TRow>(
        IAsyncEnumerable<TEntry> entries, Func<TEntry, TRow> map, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var entry in entries.WithCancellation(cancellationToken))
            yield return map(entry);
    }
}
