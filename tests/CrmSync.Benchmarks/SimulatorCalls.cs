using System.Text.Json;

namespace CrmSync.Benchmarks;

/// <summary>Calls of one route that a simulator answered.</summary>
internal sealed record RouteCalls(string Method, string Route, int Calls, int Refused, long Items);

/// <summary>All calls that a simulator answered since its log was cleared.</summary>
internal sealed record CallCounts(int HighestPerSecond, int HighestPerTenSeconds, IReadOnlyList<RouteCalls> Routes);

/// <summary>Asks simulators for their call logs.</summary>
internal sealed class SimulatorCalls(IReadOnlyDictionary<string, int> ports) : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly HttpClient _client = new();

    public async Task ClearAsync()
    {
        foreach (var port in ports.Values)
            (await _client.DeleteAsync(new Uri($"http://127.0.0.1:{port}/simulator/calls"))).EnsureSuccessStatusCode();
    }

    public async Task<IReadOnlyDictionary<string, CallCounts>> ReadAsync(IEnumerable<string> crms)
    {
        var counts = new Dictionary<string, CallCounts>();
        foreach (var crm in crms)
        {
            var text = await _client.GetStringAsync(new Uri($"http://127.0.0.1:{ports[crm]}/simulator/calls?limit=0"));
            counts[crm] = JsonSerializer.Deserialize<CallCounts>(text, Json)!;
        }
        return counts;
    }

    public void Dispose() => _client.Dispose();
}
