using System.Collections.Concurrent;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text.Redaction;

namespace CrmSync.Pipeline.Classification.Hosted;

/// <summary>
/// Asks a hosted model about activities that the local steps left open, a few records of one taxonomy per call, and believes an answer only when it is
/// exactly about the records that were asked. What is wrong with one record never stops the others: it is asked again alone, once, and
/// then left without a decision. Thread-safe.
/// </summary>
/// <remarks>
/// <see cref="AskAsync"/> is the whole of it. <see cref="Prepare"/>, <see cref="Read"/> and <see cref="Unanswered"/> are its pure parts, for a remote batch whose replies
/// come hours later, perhaps to another process.
/// </remarks>
public sealed class Auditor
{
    /// <summary>The step's name, stored as "decided by".</summary>
    public const string Step = "hosted";

    private readonly BudgetedModel _model;
    private readonly AuditCalls _calls;
    private readonly AuditJudge _judge;
    private readonly HostedOptions _options;
    private readonly IKnownNames? _names;

    /// <summary>An auditor.</summary>
    /// <param name="model">The endpoint.</param>
    /// <param name="taxonomies">The definitions.</param>
    /// <param name="options">How it is asked.</param>
    /// <param name="thresholds">From which confidence on an answer counts, the same as for the other steps.</param>
    /// <param name="names">Names that never leave the process; null for none.</param>
    /// <param name="budget">Where money is set aside before each call; null for as much as there is.</param>
    /// <exception cref="ArgumentException">The options cannot be used; the message lists every fault.</exception>
    public Auditor(
        IHostedModel model, TaxonomySet taxonomies, HostedOptions options, CascadeOptions thresholds, IKnownNames? names = null, IHostedBudget? budget = null)
        : this(model, taxonomies, options, thresholds, names, budget, AuditTokens.Drawn(), AuditDefences.All)
    {
    }

    internal Auditor(
        IHostedModel model, TaxonomySet taxonomies, HostedOptions options, CascadeOptions thresholds, IKnownNames? names, IHostedBudget? budget,
        AuditTokens tokens, AuditDefences defences)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate() is { Count: > 0 } faults)
            throw new ArgumentException(string.Join(" ", faults), nameof(options));
        _model = new BudgetedModel(model, options.Price, budget);
        _options = options;
        _names = names;
        var redactor = new Redactor(names);
        _calls = new AuditCalls(taxonomies, options, redactor, tokens, defences);
        _judge = new AuditJudge(taxonomies, options, thresholds, redactor, defences);
    }

    /// <summary>Waits until every name that the CRM holds is known, before <see cref="Prepare"/>; <see cref="AskAsync"/> does so by itself.</summary>
    public Task ReadyAsync(CancellationToken cancellationToken) => _names?.ReadyAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>
    /// The first calls that the items need, one per taxonomy and group of records. Pure, apart from the drawn ids. Taxonomies that are not in use any more are left out.
    /// </summary>
    public IReadOnlyList<AuditCall> Prepare(IReadOnlyList<AuditItem> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return _calls.Group(items);
    }

    /// <summary>The calls that ask some records again, each alone.</summary>
    /// <param name="items">The items that the records belong to.</param>
    /// <param name="again">What <see cref="Read"/> says is to be asked again.</param>
    public IReadOnlyList<AuditCall> PrepareAgain(IReadOnlyList<AuditItem> items, IReadOnlyList<AuditAnswer> again)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(again);
        var byRef = items.ToDictionary(item => item.Ref);
        return [.. again.Where(answer => byRef.ContainsKey(answer.Ref)).Select(answer => _calls.Alone(byRef[answer.Ref], answer.Taxonomy)).OfType<AuditCall>()];
    }

    /// <summary>Checks a reply. Pure; never throws on what a model wrote.</summary>
    /// <param name="call">The ticket of the call that it answers.</param>
    /// <param name="reply">What came back.</param>
    /// <param name="items">The items that were asked about; records whose item is not among them count as answered by nobody.</param>
    public AuditReading Read(AuditTicket call, HostedReply reply, IReadOnlyList<AuditItem> items)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(reply);
        ArgumentNullException.ThrowIfNull(items);
        return _judge.Read(call, reply, items.ToDictionary(item => item.Ref));
    }

    /// <summary>The answers of a call that got no reply: failures, every one.</summary>
    /// <param name="call">The ticket of the call.</param>
    /// <param name="failure">Why, where the endpoint said it.</param>
    public static IReadOnlyList<AuditAnswer> Unanswered(AuditTicket call, Failure? failure)
    {
        ArgumentNullException.ThrowIfNull(call);
        failure ??= HostedFailures.Of("hosted.unavailable");
        return [.. call.Slots.Select(slot => new AuditAnswer(slot.Ref, call.Taxonomy, null, null, default, failure))];
    }

    /// <summary>
    /// Asks about items: one answer per item and taxonomy in use that it has a local decision of, in no particular order. Never throws on what comes back; a
    /// failure that only a person or time can mend (no access, rate limit, budget) ends the asking of its deployment, and what was not asked yet gets the same failure.
    /// </summary>
    public async Task<IReadOnlyList<AuditAnswer>> AskAsync(IReadOnlyList<AuditItem> items, CancellationToken cancellationToken)
    {
        await ReadyAsync(cancellationToken);
        var byRef = items.ToDictionary(item => item.Ref);
        var run = new Asking([]);
        await AskAllAsync(Prepare(items), byRef, run, cancellationToken);
        AuditAnswer[] again = [.. run.Again];
        var calls = PrepareAgain(items, again);
        var spent = again.ToDictionary(answer => (answer.Ref, answer.Taxonomy));
        var second = new Asking(run.Stopped);
        await AskAllAsync(calls, byRef, second, cancellationToken);
        return
        [
            .. run.Answers,
            .. second.Answers.Concat(second.Again).Select(answer => answer with { Usage = answer.Usage + spent[(answer.Ref, answer.Taxonomy)].Usage }),
        ];
    }

    private Task AskAllAsync(
        IReadOnlyList<AuditCall> calls, Dictionary<long, AuditItem> items, Asking run, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            calls, new ParallelOptions { MaxDegreeOfParallelism = _options.ConcurrentCalls, CancellationToken = cancellationToken },
            async (call, token) =>
            {
                var deployment = call.Prompt.Deployment;
                var reply = run.Stopped.TryGetValue(deployment, out var stopped) ? stopped : await _model.AskAsync(call.Prompt, token);
                if (reply.Succeeded)
                {
                    run.Take(_judge.Read(call.Ticket, reply.Value, items));
                    return;
                }
                if (reply.Failure.Category is FailureCategory.Stop or FailureCategory.Wait)
                    run.Stopped.TryAdd(deployment, reply.Failure);
                run.Take(new AuditReading(Unanswered(call.Ticket, reply.Failure), []));
            });

    /// <summary>One round of calls, several at a time.</summary>
    private sealed class Asking(ConcurrentDictionary<string, Failure> stopped)
    {
        /// <summary>Deployments that are not asked any more, and why.</summary>
        public ConcurrentDictionary<string, Failure> Stopped { get; } = stopped;

        public ConcurrentQueue<AuditAnswer> Answers { get; } = [];

        public ConcurrentQueue<AuditAnswer> Again { get; } = [];

        public void Take(AuditReading reading)
        {
            foreach (var answer in reading.Answers)
                Answers.Enqueue(answer);
            foreach (var answer in reading.Again)
                Again.Enqueue(answer);
        }
    }
}
