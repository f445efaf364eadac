using System.Collections.Concurrent;

namespace CrmSync.Connectors.HubSpot;

/// <summary>Properties that HubSpot refused to create in this process; asked again after an hour. Thread-safe.</summary>
internal sealed class HubSpotRefusals(TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<(string Type, string Name), (string Sentence, DateTimeOffset Until)> _refused = new();

    /// <summary>Keeps a refusal.</summary>
    public void Add(string type, string name, string sentence) => _refused[(type, name)] = (sentence, time.GetUtcNow() + Kept);

    /// <summary>What was said; null where nothing was refused, or not lately.</summary>
    public string? Find(string type, string name) =>
        _refused.TryGetValue((type, name), out var refusal) && time.GetUtcNow() < refusal.Until ? refusal.Sentence : null;

    /// <summary>Forgets everything, because set-up begins anew.</summary>
    public void Clear() => _refused.Clear();
}
