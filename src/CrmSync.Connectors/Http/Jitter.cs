namespace CrmSync.Connectors.Http;

/// <summary>Chance for spreading retries, seeded so that a run can be repeated. Thread-safe.</summary>
internal sealed class Jitter(int seed)
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);

    /// <summary>A seed that belongs to a connection and stays the same from start to start.</summary>
    public static Jitter For(string key) => new(key.Aggregate(17, (seed, character) => unchecked((seed * 31) + character)));

    /// <summary>The next number from 0 up to 1.</summary>
    public double Next()
    {
        lock (_lock)
            return _random.NextDouble();
    }
}
