using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Classification.Asking;

/// <summary>
/// Puts what the local steps left open to the hosted model, a few activities at a time, and stores each answer with its write. Where there is no answer, the
/// question waits or the local answer stands, by setting; a label is never guessed.
/// </summary>
public sealed class AskHandler(IAskStore store, HostedDesk desk, AskSettling settling, RemoteAsks remote, TimeProvider clock) : IBatchHandler
{
    /// <inheritdoc/>
    public BatchKind Kind => BatchKind.Ask;

    /// <inheritdoc/>
    public async IAsyncEnumerable<LedgerChange> HandleAsync(BatchContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var asks = await store.ReadAsksAsync(context.Batch.Id, cancellationToken);
        if (desk.Auditor is not null && await store.ReadRemoteAsync(context.Batch.Id, cancellationToken) is { } batch)
        {
            await foreach (var change in remote.HandleAsync(context, batch, asks, cancellationToken))
                yield return change;
            yield break;
        }

        var open = settling.Open(asks, context.Connector.Kind);
        yield return await ReuseAsync(open, cancellationToken);
        Failure? stopped = null;
        foreach (var group in open.ToAsk.GroupBy(ask => ask.Work.Activity.ActivityId).Chunk(ActivitiesAtOnce))
        {
            IReadOnlyList<OpenAsk> asked = [.. group.SelectMany(one => one)];
            if (stopped is null)
            {
                var answers = await AskAsync(asked, context, cancellationToken);
                stopped = answers.Values.Select(answer => answer.Failure).FirstOrDefault(IsForAll);
                yield return settling.Settle(asked, answers);
            }
            else
            {
                yield return settling.Fail(asked, stopped);
            }
        }

        yield return new LedgerChange { Log = stopped is null ? [] : [settling.Tell(stopped)], Ending = new BatchEnding.Completed() };
    }

    private int ActivitiesAtOnce => desk.Options.RecordsPerCall * desk.Options.ConcurrentCalls;

    // What is the same is asked once: answers in the ledger are taken over, and of several in this batch the first one speaks for all.
    private async Task<LedgerChange> ReuseAsync(OpenAsks open, CancellationToken cancellationToken)
    {
        var known = open.ToAsk.Count == 0
            ? new Dictionary<AskKey, KnownAnswer>()
            : await store.FindAnswersAsync([.. open.ToAsk.Select(ask => ask.Key).Distinct()], cancellationToken);
        return settling.Reuse(open, known);
    }

    private async Task<IReadOnlyDictionary<AskKey, AuditAnswer>> AskAsync(IReadOnlyList<OpenAsk> asked, BatchContext context, CancellationToken cancellationToken)
    {
        var first = asked.DistinctBy(ask => ask.Key).ToList();
        var byRef = first.ToDictionary(ask => (ask.Work.Activity.ActivityId, ask.Work.Taxonomy));
        // An endpoint that hangs must not outlast the lease: what came too late would be dropped.
        var left = context.LeaseEndsAt - clock.GetUtcNow() - BatchContext.LeaseMargin;
        using var late = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            var answers = await desk.Auditor!.AskAsync(AskSettling.ItemsOf(first), patience.Token);
            return answers.Where(answer => byRef.ContainsKey((answer.Ref, answer.Taxonomy)))
                .ToDictionary(answer => byRef[(answer.Ref, answer.Taxonomy)].Key);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return first.ToDictionary(ask => ask.Key, ask => new AuditAnswer(ask.Work.Activity.ActivityId, ask.Work.Taxonomy, null, null, default, HostedFailures.Of("hosted.unavailable", "it took longer than a batch may")));
        }
    }

    // An outage, a limit, a wrong key, an empty purse: the next group would meet it, too.
    private static bool IsForAll(Failure? failure) =>
        failure is { Category: FailureCategory.Wait or FailureCategory.Stop or FailureCategory.Unknown }
        || failure is { Category: FailureCategory.Retry, Code: not ("hosted.malformed" or "hosted.cut_off" or "hosted.outdated") };
}
