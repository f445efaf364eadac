using CrmSync.Pipeline.Jobs;

namespace CrmSync.Storage.Intents;

/// <summary>The open intent of a key.</summary>
/// <param name="Id">Ledger id.</param>
/// <param name="DecisionId">The decision that it speaks for.</param>
/// <param name="Value">What it writes.</param>
/// <param name="InFlight">Sent, or held by a runner that may be sending it now; it cannot be taken back.</param>
/// <param name="BatchId">The open batch that covers it.</param>
/// <param name="Rank">When its activity happened, and which one it is.</param>
/// <param name="NextRank">The same of the activity whose current decision comes after it.</param>
internal sealed record OpenIntent(long Id, long DecisionId, string? Value, bool InFlight, long? BatchId, (long At, long ActivityId) Rank,
    (long At, long ActivityId)? NextRank)
{
    /// <summary>Whether it takes back an earlier write instead of carrying a decision out.</summary>
    public bool IsUndo { get; init; }
}

/// <summary>How the last intent of a key ended that reached the CRM.</summary>
internal sealed record LastIntent(IntentStatus Status, long DecisionId, long ActivityId, string? Value);

/// <summary>The last intent of a shared key after which the CRM held what it asked for, or somebody's own answer.</summary>
internal sealed record EffectiveIntent(string? Value, (long At, long ActivityId) Rank)
{
    /// <summary>Whether it took back what its activity had written; then nothing of that activity stands there.</summary>
    public bool IsUndo { get; init; }
}

/// <summary>What the ledger holds about the keys that are asked for.</summary>
internal sealed record KnownIntents(
    IReadOnlyDictionary<IntentKey, OpenIntent> Open, IReadOnlyDictionary<IntentKey, LastIntent> Last, IReadOnlyDictionary<IntentKey, EffectiveIntent> Effective)
{
    /// <summary>Decisions whose write of a key an operator took back or put away: they have no say there any more, a new decision has.</summary>
    public IReadOnlySet<(IntentKey Key, long DecisionId)> Barred { get; init; } = new HashSet<(IntentKey, long)>();
}

/// <summary>
/// Decides what a wanted value does to the intents of its key. No database here: what was found goes in, what is to be stored comes out.
/// On a record that activities share, the label of the one that happened last stands; an abstention takes back only what the same activity wrote.
/// </summary>
internal sealed class IntentPlan(KnownIntents known)
{
    private readonly Dictionary<IntentKey, PlannedIntent> _planned = [];
    private readonly Dictionary<IntentKey, long?> _inherited = [];
    private readonly Dictionary<long, WantedWrite> _repointed = [];
    private readonly Dictionary<long, long?> _next = [];
    private readonly Dictionary<long, (long, long)> _nextRanks = [];
    private readonly HashSet<long> _superseded = [];
    private readonly HashSet<IntentKey> _shared = [];

    /// <summary>Intents to make; at most one per key.</summary>
    public IReadOnlyCollection<PlannedIntent> Planned => _planned.Values;

    /// <summary>Open intents that stay, now on behalf of another decision.</summary>
    public IReadOnlyDictionary<long, WantedWrite> Repointed => _repointed;

    /// <summary>Intents in flight, with the decision that comes after them; null where none does any more.</summary>
    public IReadOnlyDictionary<long, long?> Next => _next;

    /// <summary>Open intents that a newer decision overtook before they were sent.</summary>
    public IReadOnlyCollection<long> Superseded => _superseded;

    /// <summary>Those of them on shared records that nothing takes the place of: another activity's label may stand there again.</summary>
    public IEnumerable<long> Vacated =>
        _shared.Where(key => !_planned.ContainsKey(key)).Select(key => known.Open.GetValueOrDefault(key)).OfType<OpenIntent>()
            .Select(open => open.Id).Where(_superseded.Contains);

    /// <summary>Takes wishes in the order in which they came; the last one for a key wins, on a shared record the one of the last activity.</summary>
    public void Add(WantedWrite wanted)
    {
        if (known.Barred.Contains((wanted.Key, wanted.DecisionId)))
            return;
        var standing = known.Open.TryGetValue(wanted.Key, out var open) && !_superseded.Contains(open.Id) ? open : null;
        if (wanted.IsShared && HasNoSay(wanted, standing))
            return;
        if (wanted.IsShared)
            _shared.Add(wanted.Key);
        if (standing is not null)
        {
            if (standing.InFlight)
            {
                _next[standing.Id] = !standing.IsUndo && IsSame(wanted, standing.Value, standing.Rank.ActivityId) ? null : wanted.DecisionId;
                _nextRanks[standing.Id] = wanted.Rank;
                return;
            }

            // An undo that happens to restore the wanted value must not carry the decision: its guard and its shadow are others.
            if (standing.Value == wanted.Value && !standing.IsUndo)
            {
                if (standing.DecisionId != wanted.DecisionId)
                    _repointed[standing.Id] = wanted;
                return;
            }

            _superseded.Add(standing.Id);
            _repointed.Remove(standing.Id);
            _inherited[wanted.Key] = standing.BatchId;
        }

        if (IsNeeded(wanted))
            _planned[wanted.Key] = new PlannedIntent(wanted, _inherited.GetValueOrDefault(wanted.Key));
        else
            _planned.Remove(wanted.Key);
    }

    private bool HasNoSay(WantedWrite wanted, OpenIntent? standing)
    {
        (long At, long ActivityId)?[] holders =
        [
            _planned.GetValueOrDefault(wanted.Key)?.Wanted.Rank,
            standing is null ? null : _repointed.TryGetValue(standing.Id, out var repointed) ? repointed.Rank : standing.Rank,
            standing is null ? null : _nextRanks.TryGetValue(standing.Id, out var next) ? next : standing.NextRank,
            known.Effective.GetValueOrDefault(wanted.Key)?.Rank,
        ];
        // An activity whose time was corrected ranks by its new time against others, and never yields to itself.
        if (holders.Any(holder => holder is { } rank && rank.ActivityId != wanted.ActivityId && rank.CompareTo(wanted.Rank) > 0))
            return true;
        return wanted.Value is null && !holders.Any(holder => holder?.ActivityId == wanted.ActivityId);
    }

    private bool IsNeeded(WantedWrite wanted)
    {
        if (wanted is { IsShared: true, Value: null })
            return known.Effective.GetValueOrDefault(wanted.Key) is { Value: not null, IsUndo: false } effective && effective.Rank.ActivityId == wanted.ActivityId;
        if (!known.Last.TryGetValue(wanted.Key, out var reached))
            return wanted.Value is not null;
        // Nobody has changed their mind: the answer that was kept then is still the answer.
        if (reached.Status is IntentStatus.Kept && wanted.Label.IsAgain && reached.DecisionId == wanted.DecisionId)
            return false;
        return reached.Status is not (IntentStatus.Applied or IntentStatus.Unchanged) || !IsSame(wanted, reached.Value, reached.ActivityId);
    }

    // On a shared record the same word of a later activity is news, too: from then on, nothing older may replace it.
    private static bool IsSame(WantedWrite wanted, string? value, long activityId) =>
        value == wanted.Value && (!wanted.IsShared || activityId == wanted.ActivityId);
}
