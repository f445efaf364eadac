using CrmSync.Pipeline.Jobs;

namespace CrmSync.Storage.Intents;

/// <summary>The open intent of a key.</summary>
/// <param name="Id">Ledger id.</param>
/// <param name="Value">What it writes.</param>
/// <param name="InFlight">Sent, or held by a runner that may be sending it now; it cannot be taken back.</param>
/// <param name="BatchId">The open batch that covers it.</param>
internal sealed record OpenIntent(long Id, string? Value, bool InFlight, long? BatchId);

/// <summary>How the last intent of a key ended that reached the CRM.</summary>
internal sealed record LastIntent(IntentStatus Status, string? Value);

/// <summary>
/// Decides what a wanted value does to the intents of its key. No database here: what was found goes in, what is to be stored comes out.
/// </summary>
internal sealed class IntentPlan(IReadOnlyDictionary<IntentKey, OpenIntent> open, IReadOnlyDictionary<IntentKey, LastIntent> last)
{
    private readonly Dictionary<IntentKey, PlannedIntent> _planned = [];
    private readonly Dictionary<IntentKey, long?> _inherited = [];
    private readonly Dictionary<long, WantedWrite> _repointed = [];
    private readonly Dictionary<long, long?> _next = [];
    private readonly HashSet<long> _superseded = [];

    /// <summary>Intents to make; at most one per key.</summary>
    public IReadOnlyCollection<PlannedIntent> Planned => _planned.Values;

    /// <summary>Open intents that stay, now on behalf of another decision.</summary>
    public IReadOnlyDictionary<long, WantedWrite> Repointed => _repointed;

    /// <summary>Intents in flight, with the decision that comes after them; null where none does any more.</summary>
    public IReadOnlyDictionary<long, long?> Next => _next;

    /// <summary>Open intents that a newer decision overtook before they were sent.</summary>
    public IReadOnlyCollection<long> Superseded => _superseded;

    /// <summary>Takes wishes in the order in which they came; the last one for a key wins.</summary>
    public void Add(WantedWrite wanted)
    {
        if (open.TryGetValue(wanted.Key, out var standing) && !_superseded.Contains(standing.Id))
        {
            if (standing.InFlight)
            {
                _next[standing.Id] = standing.Value == wanted.Value ? null : wanted.DecisionId;
                return;
            }

            if (standing.Value == wanted.Value)
            {
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

    private bool IsNeeded(WantedWrite wanted) => last.TryGetValue(wanted.Key, out var reached)
        ? reached.Status is not (IntentStatus.Applied or IntentStatus.Unchanged) || reached.Value != wanted.Value
        : wanted.Value is not null;
}
