namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>How segments are looked for. The defaults were chosen on planted sets; sizes are those of the segments' requirement.</summary>
public sealed record DiscoveryOptions
{
    /// <summary>Decides everything random; the same seed and accounts give the same segments, bit for bit, on the same type of processor.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Fewest accounts of a proposal.</summary>
    public int WorkingSize { get; init; } = 8;

    /// <summary>Fewest accounts that justify a specialist.</summary>
    public int PromotedSize { get; init; } = 20;

    /// <summary>A term or a quote is shown only where this many accounts have it.</summary>
    public int FewestAccountsShown { get; init; } = 5;

    /// <summary>Most activities of one account that are read; of more, an even draw by hash is.</summary>
    public int MostActivitiesPerAccount { get; init; } = 400;

    /// <summary>Most words of one activity that are read.</summary>
    public int MostWordsPerActivity { get; init; } = 300;

    /// <summary>Most terms; the rarest go first.</summary>
    public int MostTerms { get; init; } = 60_000;

    /// <summary>Most dimensions that are looked for, so about the most segments that are found at once.</summary>
    public int MostDimensions { get; init; } = 96;

    /// <summary>Share of a term's activities that one owner may write before it is that owner's habit; owners have to be known.</summary>
    public double OwnerShare { get; init; } = 0.8;

    /// <summary>Accepted share of accounts in a segment that came there by chance.</summary>
    public double FalseShare { get; init; } = 0.07;

    /// <summary>Threads to use; results do not depend on it. All processors when 0.</summary>
    public int Threads { get; init; }

    /// <summary>Quotes per segment.</summary>
    public int Quotes { get; init; } = 5;

    /// <summary>Terms shown per segment.</summary>
    public int ShownTerms { get; init; } = 15;

    internal ParallelOptions Parallel(CancellationToken cancellationToken) =>
        new() { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Threads > 0 ? Threads : Environment.ProcessorCount };
}
