using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Classification.Asking;

/// <summary>
/// Questions of a backfill as one batch of the endpoint's own: handed over, looked at now and then, stored once it has ended. The endpoint's id is committed before
/// anything relies on it. A process that dies between handing over and that commit hands over a second time: that costs money, but the first batch's answers are
/// read by nobody, so it never costs a label. A batch that is lost or never ends leaves its questions to direct calls.
/// </summary>
public sealed class RemoteAsks(HostedDesk desk, IAskStore store, AskSettling settling, TimeProvider clock)
{
    /// <summary>Code of the wait for a batch at the endpoint; too common to be told in a log.</summary>
    public const string UnderWayCode = "hosted.batch_under_way";

    private const int TicketsAtOnce = 100;

    // The endpoint promises a day; after that it has given up or forgotten.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(26);

    /// <summary>Takes a batch one step on.</summary>
    public async IAsyncEnumerable<LedgerChange> HandleAsync(
        BatchContext context, RemoteWork batch, IReadOnlyList<AskWork> asks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(batch);
        var open = settling.Open(asks, context.Connector.Kind);
        var steps = batch switch
        {
            { Status: RemoteStatus.Preparing } => SubmitAsync(batch, open, cancellationToken),
            { Status: RemoteStatus.Submitted, RemoteId: { } id } => LookAsync(batch, id, open, cancellationToken),
            _ => Finished(),
        };
        await foreach (var change in steps)
            yield return change;
    }

    private async IAsyncEnumerable<LedgerChange> SubmitAsync(RemoteWork batch, OpenAsks open, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await desk.Auditor!.ReadyAsync(cancellationToken);
        yield return settling.Reuse(open, await store.FindAnswersAsync([.. open.ToAsk.Select(ask => ask.Key).Distinct()], cancellationToken));
        var (calls, reservation) = await ReserveAsync(open.ToAsk, cancellationToken);
        var asked = calls.SelectMany(call => call.Ticket.Slots).Select(slot => slot.Ref).ToHashSet();
        var keys = open.ToAsk.Where(ask => asked.Contains(ask.Work.AskId)).Select(ask => ask.Key).ToHashSet();
        var rest = open.ToAsk.Where(ask => !keys.Contains(ask.Key)).ToList();
        if (rest.Count > 0)
            yield return settling.Fail(rest, HostedFailures.Of("hosted.over_budget"));
        if (reservation is not { } taken)
        {
            yield return new LedgerChange { Remote = new RemoteStep(batch.Id, RemoteStatus.Ended), Ending = new BatchEnding.Completed() };
            yield break;
        }

        yield return new LedgerChange
        {
            Remote = new RemoteStep(batch.Id, RemoteStatus.Preparing) { Reservation = taken, Tickets = [.. calls.Select(call => call.Ticket)] },
        };
        var submitted = await desk.Model!.SubmitAsync([.. calls.Select(call => call.Prompt)], cancellationToken);
        if (submitted.Succeeded)
        {
            yield return new LedgerChange
            {
                Remote = new RemoteStep(batch.Id, RemoteStatus.Submitted) { RemoteId = submitted.Value }, Ending = LookAgain(),
            };
        }
        else
        {
            var lost = Lose(batch with { Reservation = taken }, [.. open.ToAsk.Where(ask => keys.Contains(ask.Key))], submitted.Failure);
            // What may have got through may be billed.
            yield return submitted.Failure.Category == FailureCategory.Unknown ? lost with { Spending = [] } : lost;
        }
    }

    private async IAsyncEnumerable<LedgerChange> LookAsync(RemoteWork batch, string remoteId, OpenAsks open, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var found = await desk.Model!.ReadBatchAsync(remoteId, cancellationToken);
        var isLate = batch.SubmittedAt is { } at && clock.GetUtcNow() - at > LongestWait;
        if (found is { Succeeded: true, Value.Ended: true })
        {
            foreach (var change in Store(batch, open, found.Value))
                yield return change;
        }
        else if (isLate || found.Failure is { Category: FailureCategory.Gone or FailureCategory.Reject })
        {
            yield return Lose(batch, open.ToAsk, AskCodes.BatchLost()) with { Spending = [] };
        }
        else
        {
            yield return found.Failure is { } trouble
                ? new LedgerChange { Log = [settling.Tell(trouble)], Ending = LookAgain() }
                : new LedgerChange { Ending = LookAgain() };
        }
    }

    private IEnumerable<LedgerChange> Store(RemoteWork batch, OpenAsks open, HostedBatch ended)
    {
        // What the local steps are sure about by now, or what nobody asks any more.
        yield return new LedgerChange { Decisions = open.Decisions, AskOutcomes = open.Outcomes };
        var byId = open.ToAsk.ToDictionary(ask => ask.Work.AskId);
        var left = open.ToAsk.ToLookup(ask => ask.Key);
        var items = Items(open.ToAsk);
        var settled = new HashSet<AskKey>();
        foreach (var tickets in batch.Tickets.Chunk(TicketsAtOnce))
        {
            var answers = tickets.SelectMany(ticket => Read(ticket, ended, items)).Where(answer => byId.ContainsKey(answer.Ref))
                .DistinctBy(answer => byId[answer.Ref].Key).ToDictionary(answer => byId[answer.Ref].Key);
            settled.UnionWith(answers.Keys);
            yield return settling.Settle([.. answers.Keys.SelectMany(key => left[key])], answers, batch: true);
        }

        var usage = ended.Replies.Values.Aggregate(default(TokenUsage), (sum, reply) => sum + reply.Usage);
        var forgotten = open.ToAsk.Where(ask => !settled.Contains(ask.Key)).ToList();
        yield return settling.Settle(forgotten, new Dictionary<AskKey, AuditAnswer>(), batch: true) with
        {
            Spending =
            [
                new HostedSpending(
                    batch.Reservation.Day, batch.Reservation.Micros, ended.Replies.Count, usage, LedgerBudget.MicrosOf(desk.Options.Price.Usd(usage, batch: true))),
            ],
            Remote = new RemoteStep(batch.Id, RemoteStatus.Ended),
            Ending = new BatchEnding.Completed(),
        };
    }

    private IEnumerable<AuditAnswer> Read(AuditTicket ticket, HostedBatch ended, IReadOnlyList<AuditItem> items)
    {
        if (!ended.Replies.TryGetValue(ticket.Key, out var reply))
            return Auditor.Unanswered(ticket, ended.Faults.GetValueOrDefault(ticket.Key) ?? ended.Faults.GetValueOrDefault(""));
        var reading = desk.Auditor!.Read(ticket, reply, items);
        return reading.Answers.Concat(reading.Again);
    }

    // Whatever the reason, direct calls are the way on.
    private LedgerChange Lose(RemoteWork batch, IReadOnlyList<OpenAsk> asks, Failure failure) =>
        settling.Settle(asks, asks.DistinctBy(ask => ask.Key).ToDictionary(
            ask => ask.Key, ask => new AuditAnswer(ask.Work.AskId, ask.Work.Taxonomy, null, null, default, failure)), batch: true) with
        {
            Log = [settling.Tell(failure)],
            Spending = [new HostedSpending(batch.Reservation.Day, batch.Reservation.Micros, 0, default, 0)],
            Remote = new RemoteStep(batch.Id, RemoteStatus.Lost),
            Ending = new BatchEnding.Completed(),
        };

    // As many prompts as today's budget holds at their highest price; a batch that is larger than a whole day's budget would otherwise never go.
    private async Task<(IReadOnlyList<AuditCall> Calls, HostedReservation? Reservation)> ReserveAsync(IReadOnlyList<OpenAsk> asks, CancellationToken cancellationToken)
    {
        var budget = LedgerBudget.MicrosOf(desk.DailyBudgetUsd);
        var day = await store.ReadDayAsync(cancellationToken);
        var room = LedgerBudget.UsdOf(budget - day.CostMicros - day.ReservedMicros);
        var calls = new List<AuditCall>();
        decimal most = 0;
        foreach (var call in desk.Auditor!.Prepare(Items([.. asks.DistinctBy(ask => ask.Key)])))
        {
            var price = desk.Options.Price.MostUsd(call.Prompt, batch: true);
            if (most + price > room)
                break;
            most += price;
            calls.Add(call);
        }

        var reservation = calls.Count == 0 ? null : await store.ReserveAsync(LedgerBudget.MicrosOf(most), budget, cancellationToken);
        return reservation is null ? ([], null) : (calls, reservation);
    }

    private static IReadOnlyList<AuditItem> Items(IReadOnlyList<OpenAsk> asks) =>
        [.. asks.Select(ask => new AuditItem(ask.Work.AskId, ask.Work.Activity.Content, ask.Text, [ask.Local]))];

    private BatchEnding.Snooze LookAgain() =>
        new(clock.GetUtcNow() + desk.Asking.LookAtBatchEvery, UnderWayCode, "The endpoint works on the batch; it is looked at again.");

    private static async IAsyncEnumerable<LedgerChange> Finished()
    {
        await Task.CompletedTask;
        yield return new LedgerChange { Ending = new BatchEnding.Completed() };
    }
}
