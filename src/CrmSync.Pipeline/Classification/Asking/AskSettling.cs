using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Classification.Asking;

/// <summary>A question with what the local steps say now.</summary>
/// <param name="Work">The question.</param>
/// <param name="Text">The activity's zoned text.</param>
/// <param name="Local">The local answer.</param>
/// <param name="Key">What makes another question the same one.</param>
/// <param name="CrmKind">Kind of the connection's CRM.</param>
public sealed record OpenAsk(AskWork Work, ActivityText Text, LabelDecision Local, AskKey Key, string CrmKind);

/// <summary>The questions of a batch, sorted: those to put, and those that need no asking.</summary>
public sealed record OpenAsks(List<OpenAsk> ToAsk, List<DecisionRow> Decisions, List<AskOutcome> Outcomes);

/// <summary>Turns answers, and the lack of them, into what is saved. Thread-safe, does no I/O.</summary>
public sealed class AskSettling(ICascadeSource cascades, HostedDesk desk, AskBackOff backOff)
{
    /// <summary>Decides locally once more, and leaves only what is still to be asked.</summary>
    public OpenAsks Open(IReadOnlyList<AskWork> asks, string crmKind)
    {
        ArgumentNullException.ThrowIfNull(asks);
        var open = new OpenAsks([], [], []);
        foreach (var activity in asks.GroupBy(ask => ask.Activity.ActivityId))
        {
            var content = activity.First().Activity.Content;
            var text = ActivityZoner.Zone(content);
            var decisions = cascades.Current.Decide(content, text).ToDictionary(decision => decision.Taxonomy);
            foreach (var work in activity)
            {
                if (!decisions.TryGetValue(work.Taxonomy, out var local))
                    open.Outcomes.Add(new AskOutcome(work.AskId, AskStatus.Dropped) { Code = "hosted.changed_meanwhile", Message = "The question is no longer put: its taxonomy is not in use any more." });
                else
                    Sort(new OpenAsk(work, text, local, new AskKey(work.TextHash, work.Taxonomy, local.TaxonomyVersion, desk.AskedOf(work.Taxonomy, work.Vocabulary)), crmKind), open);
            }
        }

        return open;
    }

    /// <summary>Takes over answers that the ledger has; they cost nothing.</summary>
    public LedgerChange Reuse(OpenAsks open, IReadOnlyDictionary<AskKey, KnownAnswer> known)
    {
        ArgumentNullException.ThrowIfNull(open);
        foreach (var ask in open.ToAsk.Where(ask => known.ContainsKey(ask.Key)))
        {
            var answer = known[ask.Key];
            Answer(ask, answer.Decision, answer.Reason, default, open.Decisions, open.Outcomes);
        }

        open.ToAsk.RemoveAll(ask => known.ContainsKey(ask.Key));
        return new LedgerChange { Decisions = open.Decisions, AskOutcomes = open.Outcomes };
    }

    /// <summary>What answers lead to. The first of several equal questions carries the cost.</summary>
    public LedgerChange Settle(IReadOnlyList<OpenAsk> asked, IReadOnlyDictionary<AskKey, AuditAnswer> answers, bool batch = false)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(answers);
        var decisions = new List<DecisionRow>();
        var outcomes = new List<AskOutcome>();
        foreach (var same in asked.GroupBy(ask => ask.Key))
        {
            var answer = answers.GetValueOrDefault(same.Key);
            foreach (var (index, ask) in same.Index())
            {
                if (answer?.Decision is { } decision)
                    Answer(ask, decision, answer.Reason, index == 0 ? answer.Usage : default, decisions, outcomes, batch);
                else
                    Leave(ask, answer?.Failure ?? HostedFailures.Of("hosted.unavailable"), decisions, outcomes, batch);
            }
        }

        return new LedgerChange { Decisions = decisions, AskOutcomes = outcomes };
    }

    /// <summary>What the same failure for all leads to.</summary>
    public LedgerChange Fail(IReadOnlyList<OpenAsk> asked, Failure failure)
    {
        ArgumentNullException.ThrowIfNull(asked);
        var decisions = new List<DecisionRow>();
        var outcomes = new List<AskOutcome>();
        foreach (var ask in asked)
            Leave(ask, failure, decisions, outcomes, false);
        return new LedgerChange { Decisions = decisions, AskOutcomes = outcomes };
    }

    /// <summary>The line of the log for an endpoint that did not serve.</summary>
    public LogLine Tell(Failure failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return new LogLine(
            failure.Category == FailureCategory.Stop ? LogSeverity.Error : LogSeverity.Warning, failure.Code,
            $"{failure.Message} {failure.Fix} {(desk.Options.WhenUnavailable == WithoutAnswer.Wait ? "The activities wait." : "The local answers stand.")}");
    }

    /// <summary>The items of questions, one per activity; the references are the activities' ids.</summary>
    public static IReadOnlyList<AuditItem> ItemsOf(IReadOnlyList<OpenAsk> asks) =>
    [
        .. asks.GroupBy(ask => ask.Work.Activity.ActivityId)
            .Select(group => new AuditItem(group.Key, group.First().Work.Activity.Content, group.First().Text, [.. group.Select(ask => ask.Local)])
            {
                Vocabulary = group.First().Work.Vocabulary,
            }),
    ];

    private void Sort(OpenAsk ask, OpenAsks open)
    {
        if (desk.Auditor is null)
            Accept(ask, "hosted.not_configured", "No hosted model is configured any more; the local answer stands.", open.Decisions, open.Outcomes);
        else if (!desk.Wants(ask.Local))
            Accept(ask, "hosted.sure_meanwhile", "The local steps are sure by now; nobody had to be asked.", open.Decisions, open.Outcomes);
        else if (ask.Work.IsBeyondShare)
            Accept(ask, "hosted.over_share", $"Less sure ones filled the share of {desk.Asking.Share:P0} that may be asked about; the local answer stands.", open.Decisions, open.Outcomes);
        else
            open.ToAsk.Add(ask);
    }

    private void Answer(
        OpenAsk ask, LabelDecision decision, string? reason, TokenUsage usage, List<DecisionRow> decisions, List<AskOutcome> outcomes, bool batch = false)
    {
        decisions.Add(new DecisionRow(
            ask.Work.Activity.ActivityId, ask.Work.Activity.ContentHash, decision, LabelWrites.For(cascades.Current.Taxonomies, decision, ask.CrmKind))
        {
            AskId = ask.Work.AskId,
            TextHash = ask.Work.TextHash,
            Usage = usage,
            CostMicros = LedgerBudget.MicrosOf(desk.Options.Price.Usd(usage, batch)),
            HostedReason = reason,
        });
        outcomes.Add(new AskOutcome(ask.Work.AskId, AskStatus.Answered) { AskedOf = ask.Key.AskedOf });
    }

    private void Leave(OpenAsk ask, Failure failure, List<DecisionRow> decisions, List<AskOutcome> outcomes, bool batch)
    {
        var next = backOff.Next(failure, ask.Work.Attempt);
        if (next is null || desk.Options.WhenUnavailable == WithoutAnswer.DecideLocally)
        {
            Accept(ask, failure.Code, $"{failure.Message} The local answer stands.", decisions, outcomes);
            return;
        }

        outcomes.Add(new AskOutcome(ask.Work.AskId, AskStatus.Open)
        {
            Code = failure.Code, Message = failure.Message, NotBefore = next.Value.At, CountsTry = next.Value.CountsTry, Directly = batch,
        });
    }

    // An unsure local answer stands in the ledger already; a sure one was held back for the question and is stored now, with its write.
    private void Accept(OpenAsk ask, string code, string message, List<DecisionRow> decisions, List<AskOutcome> outcomes)
    {
        if (ask.Local.Status != DecisionStatus.Unsure)
        {
            decisions.Add(new DecisionRow(
                ask.Work.Activity.ActivityId, ask.Work.Activity.ContentHash, ask.Local, LabelWrites.For(cascades.Current.Taxonomies, ask.Local, ask.CrmKind))
            {
                AskId = ask.Work.AskId, TextHash = ask.Work.TextHash,
            });
        }

        outcomes.Add(new AskOutcome(ask.Work.AskId, AskStatus.Accepted) { Code = code, Message = message });
    }
}
