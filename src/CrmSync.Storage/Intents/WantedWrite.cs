namespace CrmSync.Storage.Intents;

/// <summary>The one place in a CRM that an intent is about.</summary>
internal readonly record struct IntentKey(string TargetType, string TargetId, string Property);

/// <summary>What a current decision wants a place to hold; null clears.</summary>
internal sealed record WantedWrite(long DecisionId, long ActivityId, string Taxonomy, long? RunId, IntentKey Key, string? Value);

/// <summary>An intent that is being made.</summary>
internal sealed record PlannedIntent(WantedWrite Wanted, long? BatchId);

/// <summary>A decision that is no longer the current one.</summary>
internal readonly record struct OvertakenDecision(long ActivityId, long DecisionId);
