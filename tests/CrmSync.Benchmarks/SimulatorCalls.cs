using System.Text.Json;

namespace CrmSync.Benchmarks;

/// <summary>Calls of one route that a simulator answered.</summary>
internal sealed record RouteCalls(string Method, string Route, int Calls, int Refused, long Items);

/// <summary>One call that a simulator answered.</summary>
internal sealed record OneCall(DateTimeOffset At, string Method, string Route, string Path, int Status);

/// <summary>All calls that a simulator answered since its log was cleared.</summary>
internal sealed record CallCounts(int HighestPerSecond, int HighestPerTenSeconds, IReadOnlyList<RouteCalls> Routes, IReadOnlyList<OneCall> Calls)
{
    /// <summary>Most calls that fit in any window of a length.</summary>
    public int Highest(Func<OneCall, bool> fits, TimeSpan window)
    {
        var times = Calls.Where(fits).Select(call => call.At).Order().ToList();
        var (highest, first) = (0, 0);
        for (var last = 0; last < times.Count; last++)
        {
            while (times[last] - times[first] >= window)
                first++;
            highest = Math.Max(highest, last - first + 1);
        }
        return highest;
    }
}

/// <summary>Asks simulators for their call logs.</summary>
internal sealed class SimulatorCalls(IReadOnlyDictionary<string, int> ports) : IDisposable
{
    private const int Most = 10_000;
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
            var text = await _client.GetStringAsync(new Uri($"http://127.0.0.1:{ports[crm]}/simulator/calls?limit={Most}"));
            counts[crm] = JsonSerializer.Deserialize<CallCounts>(text, Json)!;
        }
        return counts;
    }

    public void Dispose() => _client.Dispose();
}
