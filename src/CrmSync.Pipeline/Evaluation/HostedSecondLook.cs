using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Evaluation;

/// <summary>
/// Puts the rows of a file that the local steps leave open to the hosted model, some hundred at a time; what is the same is asked once. Its share and its answers count
/// as they do in the service. Not thread-safe.
/// </summary>
public sealed class HostedSecondLook(HostedDesk desk)
{
    private readonly Dictionary<(string TextHash, string Taxonomy), LabelDecision> _known = [];

    /// <summary>Rows that are looked at together.</summary>
    public const int RowsAtOnce = 400;

    /// <summary>Rows that were asked about.</summary>
    public long Asked { get; private set; }

    /// <summary>Answers that came.</summary>
    public long Answered { get; private set; }

    /// <summary>Tokens used.</summary>
    public TokenUsage Usage { get; private set; }

    /// <summary>The last failure; null where every question was answered.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>The same rows with the hosted model's answers in the place of local ones that were open.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<LabelDecision>>> LookAsync(
        IReadOnlyList<(ActivityContent Content, IReadOnlyList<LabelDecision> Local)> rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var most = (int)Math.Ceiling(rows.Count * desk.Asking.Share);
        var open = rows.Index().Select(row => (row.Index, row.Item.Content, Open: row.Item.Local.Where(desk.Wants).ToList())).Where(row => row.Open.Count > 0)
            .OrderBy(row => row.Open.Min(decision => decision.Confidence)).Take(most)
            .Select(row => (row.Index, row.Content, Text: ActivityZoner.Zone(row.Content), row.Open)).ToList();
        var hashes = open.ToDictionary(row => row.Index, row => ShownText.Hash(row.Content, row.Text));
        var items = new Dictionary<(string, string), AuditItem>();
        foreach (var row in open)
        {
            var fresh = row.Open.Where(decision => !_known.ContainsKey((hashes[row.Index], decision.Taxonomy)) && !items.ContainsKey((hashes[row.Index], decision.Taxonomy))).ToList();
            var item = new AuditItem(row.Index, row.Content, row.Text, fresh);
            foreach (var decision in fresh)
                items[(hashes[row.Index], decision.Taxonomy)] = item;
        }

        Asked += open.Count;
        foreach (var answer in await desk.Auditor!.AskAsync([.. items.Values.Distinct()], cancellationToken))
        {
            Usage += answer.Usage;
            Failure = answer.Failure ?? Failure;
            if (answer.Decision is { } decision)
                _known[(hashes[(int)answer.Ref], answer.Taxonomy)] = decision;
        }

        var answers = open.ToDictionary(row => row.Index, row => row.Open.Select(decision => decision.Taxonomy).ToHashSet());
        return [.. rows.Index().Select(row => (IReadOnlyList<LabelDecision>)[.. row.Item.Local.Select(local => Take(row.Index, local))])];

        LabelDecision Take(int index, LabelDecision local)
        {
            if (!answers.TryGetValue(index, out var asked) || !asked.Contains(local.Taxonomy) || !_known.TryGetValue((hashes[index], local.Taxonomy), out var answer))
                return local;
            Answered++;
            return answer;
        }
    }
}

/// <summary>A day's budget for one command, kept in memory. Thread-safe.</summary>
/// <param name="usd">What may be spent.</param>
public sealed class PurseBudget(decimal usd) : IHostedBudget
{
    private readonly Lock _gate = new();
    private decimal _left = usd;

    /// <inheritdoc/>
    public ValueTask<bool> ReserveAsync(decimal mostUsd, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (mostUsd > _left)
                return ValueTask.FromResult(false);
            _left -= mostUsd;
            return ValueTask.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask SettleAsync(decimal reservedUsd, TokenUsage usage, decimal usd, CancellationToken cancellationToken)
    {
        lock (_gate)
            _left += reservedUsd - usd;
        return ValueTask.CompletedTask;
    }
}
