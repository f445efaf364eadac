using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using CrmSync.Pipeline.Segments.Models;

namespace CrmSync.Pipeline.Segments.Vectors;

/// <summary>
/// Topics as bytes: the line <c>crmsync/segment-topics/1</c>, the length of a JSON header (4 bytes, little-endian), the header (model, width, topics, concentration), then 32-bit floats,
/// little-endian: the mean of all vectors, a direction per topic, the logarithm of each topic's weight.
/// </summary>
public static class VectorTopicsFile
{
    /// <summary>The schema of this version.</summary>
    public const string Schema = "crmsync/segment-topics/1";

    private const int MaxHeader = 10_000;
    private const int MaxWidth = 100_000;
    private static readonly byte[] Magic = Encoding.ASCII.GetBytes(Schema + "\n");
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The bytes; the same topics give the same.</summary>
    public static byte[] Write(VectorTopics topics)
    {
        ArgumentNullException.ThrowIfNull(topics);
        var mixture = topics.Mixture;
        var header = JsonSerializer.SerializeToUtf8Bytes(new Header(topics.Model, topics.Width, topics.Count, mixture.Concentration), Json);
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, header.Length);
        return
        [
            .. Magic, .. length, .. header, .. MemoryMarshal.AsBytes(topics.Mean.AsSpan()), .. MemoryMarshal.AsBytes(mixture.Means.Span), .. MemoryMarshal.AsBytes(mixture.LogWeights.Span),
        ];
    }

    /// <summary>Reads topics.</summary>
    /// <exception cref="SegmentModelException">They are none, or damaged; the message says the way out.</exception>
    public static VectorTopics Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (!bytes.StartsWith(Magic))
                throw Damaged(null);
            var rest = bytes[Magic.Length..];
            var size = BinaryPrimitives.ReadInt32LittleEndian(rest);
            if (size is <= 0 or > MaxHeader)
                throw Damaged(null);
            var header = JsonSerializer.Deserialize<Header>(rest.Slice(sizeof(int), size), Json);
            if (header?.Model is null || header.Width is <= 0 or > MaxWidth || header.Topics is <= 0 or > VectorTopics.MostTopics)
                throw Damaged(null);
            var numbers = rest[(sizeof(int) + size)..];
            if (numbers.Length != ((long)(header.Topics + 1) * header.Width + header.Topics) * sizeof(float))
                throw Damaged(null);
            var floats = MemoryMarshal.Cast<byte, float>(numbers.ToArray());
            return new VectorTopics(header.Model, floats[..header.Width].ToArray(), new DirectionMixture(
                floats.Slice(header.Width, header.Topics * header.Width).ToArray(), floats[((header.Topics + 1) * header.Width)..].ToArray(), header.Concentration, header.Width));
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException or OverflowException)
        {
            throw Damaged(fault);
        }
    }

    private static SegmentModelException Damaged(Exception? fault) => new("The topics beside a segment model are cut off or damaged; run the discovery again.", fault);

    private sealed record Header(string Model, int Width, int Topics, float Concentration);
}
