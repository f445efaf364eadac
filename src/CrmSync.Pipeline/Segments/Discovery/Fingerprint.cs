using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>A hash of all that decides where seeds lie.</summary>
internal static class Fingerprint
{
    public static string Of(Corpus corpus, DiscoveryOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{options.Seed} {options.WorkingSize} {options.MostDimensions} {corpus.AccountCount} {corpus.Languages}\n")));
        foreach (var account in corpus.Accounts)
            hash.AppendData(Encoding.UTF8.GetBytes(account + "\n"));
        hash.AppendData(MemoryMarshal.AsBytes<int>(corpus.AccountStart));
        hash.AppendData(MemoryMarshal.AsBytes<int>(corpus.ActivityStart));
        hash.AppendData(MemoryMarshal.AsBytes<int>(corpus.Terms));
        hash.AppendData(corpus.Language);
        foreach (var name in corpus.Names)
            hash.AppendData(Encoding.UTF8.GetBytes(name + "\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
