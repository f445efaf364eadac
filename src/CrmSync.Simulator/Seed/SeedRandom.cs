using System.Runtime.CompilerServices;

namespace CrmSync.Simulator.Seed;

/// <summary>
/// SplitMix64: a small generator whose sequence is fixed by its seed on every processor and runtime, which <see cref="Random"/> does not
/// promise between versions. Not thread-safe, not for secrets.
/// </summary>
internal sealed class SeedRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>
    /// One well-mixed number from up to three parts, so that any slot of a world has its own stream without drawing the ones before it.
    /// </summary>
    public static ulong Mix(ulong a, ulong b, ulong c = 0) => Finish(Finish(Finish(a) ^ b) ^ c);

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        return Finish(_state);
    }

    /// <summary>0 ≤ result &lt; <paramref name="bound"/>; 0 where the bound is 1 or less.</summary>
    public int Next(int bound) => bound <= 1 ? 0 : (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>Both ends included.</summary>
    public int Between(int low, int high) => low + Next(high - low + 1);

    public bool Chance(int percent) => Next(100) < percent;

    public T Pick<T>(IReadOnlyList<T> from) => from[Next(from.Count)];

    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Finish(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (z ^ (z >> 31)) + 0x9E3779B97F4A7C15;
    }
}
