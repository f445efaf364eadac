using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.Reconciling;

namespace CrmSync.Tests.Reconciling;

/// <summary>A ledger in memory that knows ids and labels, and remembers what comparisons commit.</summary>
internal sealed class FakeComparisons : IReconcileStore
{
    public ReconcileWork? Work { get; set; }

    public Dictionary<string, KnownKey> Keys { get; } = [];

    public List<WrittenLabel> Labels { get; } = [];

    /// <summary>Labels about which something newer is known by the time of the second look.</summary>
    public HashSet<long> Overtaken { get; } = [];

    public List<ReconcileRequest> Started { get; } = [];

    public List<CompletenessItem> Items { get; } = [];

    public CompletenessEnd? End { get; private set; }

    public long CrmRows { get; private set; }

    public long CheckedLabels { get; private set; }

    /// <summary>Saves a change as the ledger would.</summary>
    public void Save(LedgerChange change)
    {
        foreach (var activity in change.Activities)
            Keys[activity.ExternalId] = new KnownKey(activity.ModifiedAt, IsErased: false, IsGone: false);
        foreach (var id in change.Gone?.ExternalIds ?? [])
            Keys[id] = Keys[id] with { IsGone = true };
        if (change.Reconcile is not { } progress)
            return;
        Work = Work! with { Position = progress.Position ?? Work.Position };
        CrmRows += progress.CrmRows;
        CheckedLabels += progress.CheckedLabels;
        foreach (var item in progress.Items.Where(item => !Items.Any(known => (known.Kind, known.ExternalId) == (item.Kind, item.ExternalId))))
            Items.Add(item);
        End = progress.End ?? End;
    }

    public Task<(long? RunId, IReadOnlyList<BatchRef> Batches)> StartAsync(ReconcileRequest request, CancellationToken cancellationToken)
    {
        Started.Add(request);
        return Task.FromResult<(long?, IReadOnlyList<BatchRef>)>((Started.Count, []));
    }

    public Task<ReconcileWork?> ReadComparisonAsync(long batchId, CancellationToken cancellationToken) => Task.FromResult(Work);

    public Task<long> CountAsync(long connectionId, CompareWindow window, CancellationToken cancellationToken) => Task.FromResult((long)Inside(window).Count());

    public Task<IReadOnlyList<IdStamp>> ReadIdsAsync(long connectionId, CompareWindow window, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<IdStamp>>([.. Inside(window).Select(key => new IdStamp(key.Key, key.Value.ModifiedAt))]);

    public Task<IReadOnlyDictionary<string, KnownKey>> FindKeysAsync(
        long connectionId, string objectType, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, KnownKey>>(ids.Where(Keys.ContainsKey).ToDictionary(id => id, id => Keys[id]));

    public Task<IReadOnlyList<WrittenLabel>> ReadLabelsAsync(
        long connectionId, CompareWindow window, LabelCursor? after, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<WrittenLabel>>([.. Labels.SkipWhile(label => after is { } last && label.IntentId <= last.IntentId).Take(limit)]);

    public Task<IReadOnlySet<long>> StillLastAsync(IReadOnlyList<long> intentIds, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlySet<long>>(intentIds.Where(id => !Overtaken.Contains(id)).ToHashSet());

    public Task<CompletenessTotals> ReadTotalsAsync(long completenessId, CancellationToken cancellationToken) => Task.FromResult(new CompletenessTotals(
        CrmRows, 0, Items.Count(item => item.Kind == CompletenessKind.Missing),
        Items.Count(item => item.Kind == CompletenessKind.Missing && !(Keys.TryGetValue(item.ExternalId, out var key) && key.ModifiedAt >= item.ModifiedAt)),
        Items.Count(item => item.Kind == CompletenessKind.Extra), CheckedLabels, Items.Count(item => item.Kind == CompletenessKind.Drifted),
        Items.Count(item => item.Actor == ValueActor.Human)));

    private IEnumerable<KeyValuePair<string, KnownKey>> Inside(CompareWindow window) =>
        Keys.Where(key => !key.Value.IsGone && key.Value.ModifiedAt >= window.From && key.Value.ModifiedAt < window.Until);
}
