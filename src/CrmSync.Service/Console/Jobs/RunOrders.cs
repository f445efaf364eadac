using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.Reconciling;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Storage;
using CrmSync.Storage.Reading.Jobs;

namespace CrmSync.Service.Console.Jobs;

/// <summary>What a person changes of a run before it starts.</summary>
/// <param name="Types">The types that are meant; empty for all.</param>
/// <param name="From">Begin of the modified times; null as usual.</param>
/// <param name="To">Their end; null for now.</param>
internal sealed record RunWishes(IReadOnlyList<string> Types, DateTimeOffset? From = null, DateTimeOffset? To = null);

/// <summary>What became of an order.</summary>
/// <param name="RunId">The run that started; null where none did.</param>
/// <param name="Sentence">Why none did.</param>
internal sealed record OrderOutcome(long? RunId, string Sentence)
{
    public static OrderOutcome No(string sentence) => new(null, sentence);
}

/// <summary>
/// Starts runs for people: enters them in the ledger, from where a host takes them within a second. Asks no CRM. Thread-safe.
/// </summary>
internal sealed class RunOrders(
    IRunStore runs, IActStore acts, TimeProvider time, PollStarter? polls = null, ReconcileStarter? comparisons = null, IConnectorCatalog? connectors = null,
    ISegmentWorkStore? segments = null)
{
    private static readonly Texts T = Texts.Of(typeof(RunOrders));

    private static string Busy => T["NothingWasStartedSuchARunOfThese"];

    /// <summary>The types that a run of a kind covers on a connection; empty where none can be chosen.</summary>
    public IReadOnlyList<string> TypesOf(string kind, string connectionKey) =>
        kind == "reconcile" || connectors?.Find(connectionKey) is not { } connector ? [] : PollStarter.TypesOf(StoredNames.Run(kind), connector);

    /// <summary>Whether a range can be given: what it covers is read as a backfill, or compared.</summary>
    public static bool TakesRange(string kind) => kind is "poll_fresh" or "poll_settled" or "poll_reach_back" or "reconcile";

    /// <summary>Runs what a schedule runs, once, now.</summary>
    public async Task<OrderOutcome> RunNowAsync(ScheduleView schedule, string connectionKey, RunWishes wishes, string actor, CancellationToken cancellationToken)
    {
        var (connection, connector) = await FindAsync(connectionKey, cancellationToken);
        if (connection is null || connector is null)
            return OrderOutcome.No(NotHere(connectionKey));
        if (schedule.Kind == "reconcile")
            return await CompareAsync(connection, connector, wishes, actor, cancellationToken);
        if (schedule.Kind is "segment_fit" or "segment_assign" or "segment_learn")
            return await SegmentsAsync(StoredNames.Run(schedule.Kind), connection.Id, actor, cancellationToken);
        if (wishes.From is { } from && TakesRange(schedule.Kind))
            return await BackfillAsync(connectionKey, wishes with { From = from }, null, actor, schedule.Key, cancellationToken);
        return polls is null
            ? OrderOutcome.No(NotHere(connectionKey))
            : Answer(await polls.StartOrderedAsync(StoredNames.Run(schedule.Kind), connection, connector, actor, wishes.Types, schedule.Key, cancellationToken));
    }

    /// <summary>Reads a range at low priority. Without an end it reaches up to now.</summary>
    public async Task<OrderOutcome> BackfillAsync(
        string connectionKey, RunWishes wishes, long? expected, string actor, string? origin, CancellationToken cancellationToken)
    {
        var (connection, connector) = await FindAsync(connectionKey, cancellationToken);
        if (connection is null || connector is null)
            return OrderOutcome.No(NotHere(connectionKey));
        var to = wishes.To ?? time.GetUtcNow();
        if (wishes.From is not { } from || from >= to)
            return OrderOutcome.No(T["TheRangeNeedsABeginThatLies"]);
        var plans = connector.Reader.ObjectTypes.Where(type => wishes.Types.Count == 0 || wishes.Types.Contains(type)).Select(type => new ScanPlan(type, from, to)).ToList();
        return plans.Count == 0
            ? OrderOutcome.No(T["NoneOfTheseTypesIsReadOnItHas", connection.Name, string.Join(", ", connector.Reader.ObjectTypes)])
            : Answer(await runs.StartAsync(new RunRequest(RunKind.Backfill, connection.Id, actor, plans) { Expected = expected, Origin = origin }, cancellationToken));
    }

    /// <summary>Starts a run that does what an earlier one did: the same types and range, the same filter.</summary>
    public async Task<OrderOutcome> RepeatAsync(RunCard run, IReadOnlyList<RunScan> scans, RunAct? act, string actor, CancellationToken cancellationToken)
    {
        var kind = StoredNames.Run(run.Kind);
        if (act is not null)
            return await ActAsync(new ActRequest(kind, run.ConnectionId, act.Filter, actor)
            {
                Target = act.Target == "activity" ? ActTarget.Activity : ActTarget.Intent, Sample = act.Sample, PreviewRunId = act.PreviewRunId, Reason = act.Reason,
            }, cancellationToken);
        if (kind is RunKind.SegmentFit or RunKind.SegmentAssign or RunKind.SegmentLearn)
            return await SegmentsAsync(kind, run.ConnectionId, actor, cancellationToken);
        if (scans.Count == 0)
            return OrderOutcome.No(T["ThisRunLeftNothingBehindThatSays"]);
        if (kind is RunKind.Backfill or RunKind.Relabel)
        {
            var plans = scans.Select(scan => new ScanPlan(scan.ObjectType, DateTimeOffset.FromUnixTimeMilliseconds(scan.FromAt), DateTimeOffset.FromUnixTimeMilliseconds(scan.ToAt)));
            return Answer(await runs.StartAsync(new RunRequest(kind, run.ConnectionId, actor, [.. plans]) { Expected = run.Expected, Origin = $"run/{run.Id}" }, cancellationToken));
        }

        var (connection, connector) = await FindAsync(run.ConnectionKey, cancellationToken);
        if (connection is null || connector is null || polls is null)
            return OrderOutcome.No(NotHere(run.ConnectionKey));
        return kind is RunKind.Reconcile
            ? await CompareAsync(connection, connector, new RunWishes(
                [], DateTimeOffset.FromUnixTimeMilliseconds(scans.Min(scan => scan.FromAt)), DateTimeOffset.FromUnixTimeMilliseconds(scans.Max(scan => scan.ToAt))), actor, cancellationToken)
            : Answer(await polls.StartOrderedAsync(kind, connection, connector, actor, [.. scans.Select(scan => scan.ObjectType)], $"run/{run.Id}", cancellationToken));
    }

    /// <summary>Starts an act over all that matches its filter.</summary>
    public async Task<OrderOutcome> ActAsync(ActRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return new OrderOutcome(await acts.StartActAsync(request, cancellationToken), "");
        }
        catch (LedgerException refusal) when (refusal.Code.StartsWith("act.", StringComparison.Ordinal))
        {
            return OrderOutcome.No(refusal.Message);
        }
    }

    private async Task<OrderOutcome> CompareAsync(Connection connection, ICrmConnector connector, RunWishes wishes, string actor, CancellationToken cancellationToken) =>
        comparisons is null
            ? OrderOutcome.No(NotHere(connection.Key))
            : (await comparisons.StartAsync(connection, connector, new ReconcileAsk { From = wishes.From, To = wishes.To }, actor, null, cancellationToken)).RunId is { } id
                ? new OrderOutcome(id, "")
                : OrderOutcome.No(T["NothingWasStartedAComparisonIs"]);

    /// <summary>Looks for segments in the accounts of all connections; null where none is known yet.</summary>
    public async Task<OrderOutcome?> SearchSegmentsAsync(string actor, CancellationToken cancellationToken) =>
        (await runs.ListConnectionsAsync(cancellationToken)) is [var first, ..] ? await SegmentsAsync(RunKind.SegmentFit, first.Id, actor, cancellationToken) : null;

    private async Task<OrderOutcome> SegmentsAsync(RunKind kind, long connectionId, string actor, CancellationToken cancellationToken) =>
        segments is not null && (await segments.StartAsync(new SegmentRunRequest(kind, connectionId, actor), cancellationToken)).RunId is { } id
            ? new OrderOutcome(id, "")
            : OrderOutcome.No(kind switch
            {
                RunKind.SegmentFit => T["ASearchIsUnderWayAlready"],
                RunKind.SegmentLearn => T["NoSegmentToLearnFrom"],
                _ => T["NoAccountIsToBeLookedAtNow"],
            });

    private async Task<(Connection? Connection, ICrmConnector? Connector)> FindAsync(string key, CancellationToken cancellationToken) =>
        ((await runs.ListConnectionsAsync(cancellationToken)).FirstOrDefault(connection => connection.Key == key), connectors?.Find(key));

    private static OrderOutcome Answer((long? RunId, IReadOnlyList<BatchRef> Batches) started) => started.RunId is { } id ? new OrderOutcome(id, "") : OrderOutcome.No(Busy);

    private static string NotHere(string key) => T["TheConnectionIsNotInThisHosts", key];
}
