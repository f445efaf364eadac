namespace CrmSync.Pipeline.Segments.Vectors;

/// <summary>
/// How many characters one call to the embeddings endpoint may hold. A call that meets the deployment's limit halves it, because a deployment whose minute is smaller than a call would never
/// take that call, however long it waits; each call that is taken lets it grow a little. Thread-safe.
/// </summary>
internal sealed class CallSize
{
    /// <summary>Characters of the largest call.</summary>
    public const int Most = 100_000;

    /// <summary>It goes no lower: one text may be this long.</summary>
    public const int Least = 8_000;

    private int _current = Most;

    /// <summary>What a call may hold now.</summary>
    public int Current => Volatile.Read(ref _current);

    /// <summary>A call was taken.</summary>
    public void Grow() => Change(now => Math.Min(Most, now + Least));

    /// <summary>A call of so many characters met the limit.</summary>
    public void Shrink(int characters) => Change(now => Math.Max(Least, Math.Min(now, characters / 2)));

    private void Change(Func<int, int> to)
    {
        for (var seen = Current; ;)
        {
            var before = Interlocked.CompareExchange(ref _current, to(seen), seen);
            if (before == seen)
                return;
            seen = before;
        }
    }
}
