using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CrmSync.Pipeline.Model;

/// <summary>All that a decision may look at: the raw text as the CRM holds it, and the CRM's own evidence.</summary>
/// <param name="Type">Kind of touch.</param>
/// <param name="Subject">Subject or title, raw; empty when there is none.</param>
/// <param name="Body">Body, raw text or HTML; empty when there is none. Untrusted, may be megabytes.</param>
/// <param name="Evidence">The CRM's own fields.</param>
public sealed record ActivityContent(ActivityType Type, string Subject, string Body, CrmEvidence Evidence)
{
    /// <summary>
    /// SHA-256 in lower-case hex over everything that a decision may look at, and nothing else: an activity whose hash is unchanged is never
    /// classified again, so our own label write, which moves the CRM's modified time, falls through here.
    /// </summary>
    public string ComputeHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, "1");
        Append(hash, Type.ToString());
        Append(hash, Subject);
        Append(hash, Body);
        Append(hash, Evidence.Direction?.ToString());
        Append(hash, Evidence.Disposition);
        Append(hash, Evidence.Status);
        Append(hash, Evidence.Duration?.Ticks.ToString(CultureInfo.InvariantCulture));
        Append(hash, Evidence.Outcome);
        Append(hash, Evidence.StartsAt?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        Append(hash, Evidence.EndsAt?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        Append(hash, Evidence.Subtype);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Each part is preceded by its length, so that no two different contents run together to the same bytes; null differs from empty.
    private static void Append(IncrementalHash hash, string? part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, part is null ? -1 : Encoding.UTF8.GetByteCount(part));
        hash.AppendData(length);
        if (!string.IsNullOrEmpty(part))
            hash.AppendData(Encoding.UTF8.GetBytes(part));
    }
}
