using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;

namespace CrmSync.Pipeline.Reconciling;

/// <summary>
/// Compares windows with the CRM: counts first, then, where they differ, halves until a window is small, then ids; what only one side has is read directly, record by
/// record. A record that changed meanwhile has left the window; so ids decide and counts only say where to look. Thread-safe.
/// </summary>
public sealed class WindowComparison(IReconcileStore store, ReconcileOptions options, FailurePolicy policy, RequestMeter meter)
{
    /// <summary>Compares the windows that are left; moves the walk's position with every window that is done with.</summary>
    internal async IAsyncEnumerable<LedgerChange> RunAsync(
        BatchContext context, ReconcileWalk walk, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (walk.Position.Windows is [var window, ..])
        {
            if (!context.HasRoomForCall)
                yield return LedgerChange.Renewal;
            var counted = await context.Connector.Windows.CountAsync(window, cancellationToken);
            if (!counted.Succeeded)
            {
                yield return Ended(context, counted.Failure);
                yield break;
            }

            var ours = await store.CountAsync(context.Batch.ConnectionId, window, cancellationToken);
            if (counted.Value.IsExact && counted.Value.Rows == ours && (!walk.Work.ByIds || ours == 0))
            {
                walk.Position = walk.Position.AfterFirst(hidden: 0);
                yield return walk.Step(context, meter) with { Reconcile = walk.Progress() with { CrmRows = counted.Value.Rows, LedgerRows = ours } };
                continue;
            }

            var isSmall = counted.Value.IsExact && Math.Max(counted.Value.Rows, ours) <= options.LeafRows;
            if (!isSmall && window.Until - window.From > CompareWindow.Grain)
            {
                walk.Position = walk.Position.HalveFirst();
                continue;
            }

            await foreach (var change in ByIdsAsync(context, walk, window, counted.Value, cancellationToken))
            {
                yield return change;
                if (change.Ending is not null)
                    yield break;
            }
        }
    }

    private async IAsyncEnumerable<LedgerChange> ByIdsAsync(
        BatchContext context, ReconcileWalk walk, CompareWindow window, WindowCount counted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var connectionId = context.Batch.ConnectionId;
        var theirs = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var expected = counted.IsExact ? counted.Rows : 0;
        // A list that shows fewer records than the CRM counts is read once more; what changed between the two requests is then in neither.
        for (var round = 0; round == 0 || (round == 1 && theirs.Count < expected); round++)
        {
            string? position = null;
            do
            {
                if (!context.HasRoomForCall)
                    yield return LedgerChange.Renewal;
                var page = await context.Connector.Windows.ReadIdsAsync(window, position, cancellationToken);
                if (!page.Succeeded)
                {
                    yield return Ended(context, page.Failure);
                    yield break;
                }
                foreach (var row in page.Value.Rows)
                    theirs[row.ExternalId] = row.ModifiedAt;
                position = page.Value.Position;
            }
            while (position is not null);

            if (theirs.Count >= expected)
                continue;
            if (!context.HasRoomForCall)
                yield return LedgerChange.Renewal;
            var again = await context.Connector.Windows.CountAsync(window, cancellationToken);
            if (!again.Succeeded)
            {
                yield return Ended(context, again.Failure);
                yield break;
            }
            expected = Math.Min(expected, again.Value.Rows);
        }

        // Ours are read after theirs: what a poll stored meanwhile is not missing.
        var ours = (await store.ReadIdsAsync(connectionId, window, cancellationToken)).ToDictionary(row => row.ExternalId, row => row.ModifiedAt, StringComparer.Ordinal);
        var comparison = IdComparison.Of(theirs, ours);
        foreach (var chunk in comparison.Missing.Chunk(IWindowReader.MostDirect))
        {
            var known = await store.FindKeysAsync(connectionId, window.ObjectType, chunk, cancellationToken);
            var asked = IdComparison.StillMissing(chunk, theirs, known);
            if (asked.Count == 0)
                continue;
            if (!context.HasRoomForCall)
                yield return LedgerChange.Renewal;
            var read = await context.Connector.Windows.ReadByIdsAsync(window.ObjectType, asked, cancellationToken);
            yield return read.Succeeded ? Repair(context, walk, window, asked, known, read.Value) : Ended(context, read.Failure);
            if (!read.Succeeded)
                yield break;
        }

        foreach (var chunk in comparison.Extra.Chunk(IWindowReader.MostDirect))
        {
            if (!context.HasRoomForCall)
                yield return LedgerChange.Renewal;
            var read = await context.Connector.Windows.ReadByIdsAsync(window.ObjectType, chunk, cancellationToken);
            yield return read.Succeeded ? MarkGone(context, walk, ours, chunk, read.Value) : Ended(context, read.Failure);
            if (!read.Succeeded)
                yield break;
        }

        walk.Position = walk.Position.AfterFirst(Math.Max(0, expected - theirs.Count));
        yield return walk.Step(context, meter) with { Reconcile = walk.Progress() with { CrmRows = theirs.Count, LedgerRows = ours.Count } };
    }

    // A record that changed after the CRM's list was read is stored along with the others, but its window is a later one's business: it is not said to be missing.
    private LedgerChange Repair(
        BatchContext context, ReconcileWalk walk, CompareWindow window, IReadOnlyList<string> asked, IReadOnlyDictionary<string, KnownKey> known, DirectRead read)
    {
        var found = read.Activities.Where(activity => activity.ObjectType == window.ObjectType).ToDictionary(activity => activity.ExternalId, StringComparer.Ordinal);
        return walk.Step(context, meter) with
        {
            Activities = read.Activities,
            Reconcile = walk.Keep() with
            {
                Items =
                [
                    .. from id in asked
                       where found.ContainsKey(id) && found[id].ModifiedAt < walk.Work.Window.Until
                       select new CompletenessItem(CompletenessKind.Missing, id)
                       {
                           ModifiedAt = found[id].ModifiedAt, KnownAt = known.TryGetValue(id, out var key) ? key.ModifiedAt : null,
                       },
                ],
            },
        };
    }

    // What is there after all was edited while we looked, or is hidden from the list on purpose; storing what it reads now is never wrong. One that was edited before
    // the window's end, and that we hold as it was before, is an edit that the polls have missed.
    private LedgerChange MarkGone(
        BatchContext context, ReconcileWalk walk, Dictionary<string, DateTimeOffset> ours, IReadOnlyList<string> asked, DirectRead read)
    {
        var type = walk.Work.Window.ObjectType;
        IReadOnlyList<string> gone = [.. asked.Where(id => !read.Existing.Contains(id))];
        var outdated =
            from activity in read.Activities
            where activity.ObjectType == type && ours.TryGetValue(activity.ExternalId, out var known)
                && known < activity.ModifiedAt && activity.ModifiedAt < walk.Work.Window.Until
            select new CompletenessItem(CompletenessKind.Missing, activity.ExternalId) { ModifiedAt = activity.ModifiedAt, KnownAt = ours[activity.ExternalId] };
        return walk.Step(context, meter) with
        {
            Activities = read.Activities,
            Gone = gone.Count > 0 ? new GoneActivities(type, gone) : null,
            Reconcile = walk.Keep() with { Items = [.. gone.Select(id => new CompletenessItem(CompletenessKind.Extra, id)), .. outdated] },
        };
    }

    private LedgerChange Ended(BatchContext context, Failure failure) =>
        new() { Requests = meter.Take(context.Connector), Ending = policy.EndingFor(failure, context.Batch.Attempt) };
}

/// <summary>How far a comparison has come while a batch works on it. Not thread-safe.</summary>
internal sealed class ReconcileWalk(ReconcileWork work, ReconcilePosition position)
{
    public ReconcileWork Work => work;

    public ReconcilePosition Position { get; set; } = position;

    /// <summary>A change that says which requests it took.</summary>
    public LedgerChange Step(BatchContext context, RequestMeter meter) => new() { Requests = meter.Take(context.Connector), Reconcile = Keep() };

    /// <summary>Progress that moves the stored position to this one.</summary>
    public ReconcileProgress Progress() => new(work.CompletenessId, Position.ToString());

    /// <summary>Progress inside a window: what was found is kept, and a restart looks at the window again.</summary>
    public ReconcileProgress Keep() => new(work.CompletenessId, null);
}
