using System.Collections.Frozen;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.HubSpot;

/// <summary>
/// Words for call dispositions. HubSpot stores a GUID: six are the same in every account, the account's own are read from the property's
/// options when one is first met. Thread-safe.
/// </summary>
internal sealed class HubSpotDispositions(HubSpotSchemaClient client, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    // HubSpot's calls guide, 2026-09.
    private static readonly FrozenDictionary<string, string> Fixed = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["9d9162e7-6cf3-4944-bf63-4dff82258764"] = "Busy",
        ["f240bbac-87c9-4f6e-bf70-924b57d47db7"] = "Connected",
        ["a4c4c377-d246-4b32-a13b-75a56a4cd0ff"] = "Left live message",
        ["b2cf5968-551e-4856-9783-52b3da59a7d0"] = "Left voicemail",
        ["73a0d17f-1163-4015-bdd5-ec830791da20"] = "No answer",
        ["17b47fee-58de-441e-a44c-c6300d46f273"] = "Wrong number",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private volatile FrozenDictionary<string, string> _own = FrozenDictionary<string, string>.Empty;
    private long _readAtTicks;

    /// <summary>The words of a disposition; words come back as they are, an unknown GUID as null.</summary>
    public string? Resolve(string code) =>
        Fixed.TryGetValue(code, out var label) || _own.TryGetValue(code, out label) ? label
        : Guid.TryParse(code, out _) ? null
        : code;

    /// <summary>
    /// Makes sure that the codes are known as far as HubSpot can say; asks at most once in half an hour for codes that it does not name.
    /// </summary>
    /// <returns>A failure where HubSpot could not be asked.</returns>
    public async Task<Failure?> LearnAsync(IEnumerable<string> codes, CancellationToken cancellationToken)
    {
        if (codes.All(code => Resolve(code) is not null))
            return null;
        var now = time.GetUtcNow().UtcTicks;
        var readAt = Interlocked.Read(ref _readAtTicks);
        if (readAt != 0 && now - readAt < Patience.Ticks)
            return null;
        // Two scans may ask at the same time; the answers are the same.
        var answer = await client.PropertyAsync("calls", "hs_call_disposition", cancellationToken);
        if (!answer.Succeeded)
            return answer.Failure;
        var own = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var option in answer.Value.Body.Items("options"))
        {
            if (option.Filled("value") is { } value && option.Filled("label") is { } label)
                own[value] = label;
        }

        _own = own.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        Interlocked.Exchange(ref _readAtTicks, now);
        return null;
    }
}
