namespace CrmSync.Simulator.AzureOpenAI.Answers;

/// <summary>Hashes that are the same on every machine and in every run.</summary>
internal static class Hash
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public static ulong Of(ReadOnlySpan<char> text, ulong start = Offset)
    {
        var hash = start;
        foreach (var c in text)
            hash = (hash ^ c) * Prime;
        return hash;
    }

    /// <summary>A number from 0 to below 1 that looks drawn.</summary>
    public static double Share(ulong hash) => (Mixed(hash) >> 11) * (1.0 / (1UL << 53));

    public static ulong Mixed(ulong hash)
    {
        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccd;
        hash ^= hash >> 33;
        hash *= 0xc4ceb9fe1a85ec53;
        return hash ^ (hash >> 33);
    }
}
