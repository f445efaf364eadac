using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.AzureOpenAI.Http;

/// <summary>
/// Requests and tokens per minute of each deployment, refilled evenly; a call is charged its prompt and the longest answer that it allows
/// before it is answered. Thread-safe.
/// </summary>
internal sealed class ModelQuota(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (Bucket Requests, Bucket Tokens)> _buckets = new(StringComparer.Ordinal);

    public bool On { get; set; }

    /// <summary>Charges a call and says so in the headers.</summary>
    /// <exception cref="ModelRefusal">The deployment has not so much left.</exception>
    public void Charge(HttpContext context, ModelDeployment deployment, int tokens, string operation)
    {
        if (!On)
            return;
        var now = clock.GetUtcNow();
        TimeSpan wait;
        Bucket requests, left;
        lock (_lock)
        {
            (requests, left) = _buckets.GetValueOrDefault(deployment.Name,
                (new Bucket(deployment.RequestsPerMinute, now), new Bucket(deployment.TokensPerMinute, now)));
            (requests, left) = (requests.At(now), left.At(now));
            wait = requests.WaitFor(1) is var first && left.WaitFor(tokens) is var second && first > second ? first : second;
            if (wait == TimeSpan.Zero)
                (requests, left) = (requests.Less(1), left.Less(tokens));
            _buckets[deployment.Name] = (requests, left);
        }

        var headers = context.Response.Headers;
        headers["x-ratelimit-limit-requests"] = Text(requests.Capacity);
        headers["x-ratelimit-limit-tokens"] = Text(left.Capacity);
        headers["x-ratelimit-remaining-requests"] = Text((long)requests.Level);
        headers["x-ratelimit-remaining-tokens"] = Text((long)left.Level);
        headers["x-ratelimit-reset-requests"] = Text((long)Math.Ceiling(requests.WaitFor(requests.Capacity).TotalSeconds));
        headers["x-ratelimit-reset-tokens"] = Text((long)Math.Ceiling(left.WaitFor(left.Capacity).TotalSeconds));
        if (wait > TimeSpan.Zero)
        {
            WriteWait(headers, wait);
            throw new ModelRefusal(ModelErrors.TooFast(operation, requests.Level < 1 ? "call" : "token", (int)Math.Ceiling(wait.TotalSeconds)));
        }
    }

    public static void WriteWait(IHeaderDictionary headers, TimeSpan wait)
    {
        headers["retry-after-ms"] = Text((long)Math.Ceiling(wait.TotalMilliseconds));
        headers.RetryAfter = Text((long)Math.Ceiling(wait.TotalSeconds));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private readonly record struct Bucket(int Capacity, double Level, DateTimeOffset Filled)
    {
        public Bucket(int capacity, DateTimeOffset now)
            : this(capacity, capacity, now)
        {
        }

        public Bucket At(DateTimeOffset now) => this with { Level = Math.Min(Capacity, Level + ((now - Filled).TotalMinutes * Capacity)), Filled = now };

        public Bucket Less(double amount) => this with { Level = Level - amount };

        // More than a minute's worth never fits; the service still names a minute.
        public TimeSpan WaitFor(double amount) => Level >= amount ? TimeSpan.Zero
            : TimeSpan.FromMinutes(Math.Min(1, (amount - Level) / Capacity));
    }
}
