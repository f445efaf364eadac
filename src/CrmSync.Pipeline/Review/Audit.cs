using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.Review;

/// <summary>How rows are drawn for audits.</summary>
public sealed record AuditOptions
{
    /// <summary>Seed of the draws; the same seed and ledger give the same rows. Default 1.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>How many drawn rows per taxonomy wait for a person at a time, 0 to 500; 0 draws none. Default 20.</summary>
    public int Waiting { get; init; } = 20;

    /// <summary>How far back judged draws count towards the error rate. Default 90 days.</summary>
    public TimeSpan Reach { get; init; } = TimeSpan.FromDays(90);
}

/// <summary>A chance that many people would call random: a function of seed, taxonomy and number, equal on every machine.</summary>
public static class AuditLot
{
    /// <summary>A number from 1 to <paramref name="highest"/>.</summary>
    /// <param name="seed">Seed.</param>
    /// <param name="taxonomy">Taxonomy id, so that taxonomies are drawn independently.</param>
    /// <param name="number">Which lot, from 0.</param>
    /// <param name="highest">At least 1.</param>
    public static long Draw(long seed, string taxonomy, long number, long highest)
    {
        ArgumentNullException.ThrowIfNull(taxonomy);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(highest);
        var state = unchecked((ulong)seed * 0x9E3779B97F4A7C15UL);
        foreach (var c in taxonomy)
            state = Mix(state ^ c);
        state = Mix(state ^ (ulong)number);
        // The high half of a 128-bit product is uniform but for one part in 2^64 / highest.
        return (long)Math.BigMul(state, (ulong)highest, out _) + 1;
    }

    // SplitMix64 (Steele, Lea, Flood 2014).
    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z += 0x9E3779B97F4A7C15UL;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }
}

/// <summary>What the audits of one taxonomy say.</summary>
/// <param name="Waiting">Drawn rows that nobody has judged.</param>
/// <param name="Judged">Drawn rows that a person judged.</param>
/// <param name="Wrong">Of these, rows whose automatic answer was wrong.</param>
public sealed record AuditFigures(long Waiting, long Judged, long Wrong)
{
    /// <summary>Share of automatic answers that are wrong, with its 95 % Wilson interval; null before the first judged row.</summary>
    public Estimate? ErrorRate => new Share(Wrong, Judged).Estimate;
}

/// <summary>Draws rows for audits. The draw and the answer that stood at that moment are kept, so that the estimate is about answers that nobody had touched.</summary>
public interface IAuditStore
{
    /// <summary>
    /// Draws decided rows of a taxonomy until <see cref="AuditOptions.Waiting"/> wait for a person; each decided row that no person has judged is equally
    /// likely. Gives up for now where rows are too sparse to be hit.
    /// </summary>
    /// <returns>How many were drawn.</returns>
    Task<int> DrawAsync(string taxonomy, AuditOptions options, CancellationToken cancellationToken);
}

/// <summary>Keeps drawn rows waiting for every taxonomy.</summary>
public sealed class AuditDrawer(IAuditStore store, TaxonomySet taxonomies, AuditOptions options)
{
    /// <summary>Draws what is missing.</summary>
    public async Task DrawAsync(CancellationToken cancellationToken)
    {
        foreach (var taxonomy in taxonomies.All)
            await store.DrawAsync(taxonomy.Id, options, cancellationToken);
    }
}
