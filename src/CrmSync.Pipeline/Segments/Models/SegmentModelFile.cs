using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CrmSync.Pipeline.Segments.Vectors;

namespace CrmSync.Pipeline.Segments.Models;

/// <summary>
/// The segment model's file: the line <c>crmsync/segment-model/1</c>, the length of a JSON header (4 bytes, little-endian), the header (segments, number of terms, SHA-256 of what
/// follows), then under Brotli: the terms in UTF-8, one per line, a zero byte, and the ratios as 32-bit floats, little-endian, a row per term and a column per segment. A model that
/// reads topics, too, is a <c>crmsync/segment-model/2</c>: behind the ratios stand as many bytes of <see cref="VectorTopicsFile"/> as the header says.
/// </summary>
public static class SegmentModelFile
{
    /// <summary>The schema of a model of words alone.</summary>
    public const string Schema = "crmsync/segment-model/1";

    /// <summary>The schema of a model that reads topics, too.</summary>
    public const string SchemaWithTopics = "crmsync/segment-model/2";

    private const int MaxHeader = 4_000_000;
    private const int MaxTerms = 2_000_000;
    private const int MaxSegments = 1_000;
    private static readonly byte[] Magic = Encoding.ASCII.GetBytes(Schema + "\n");
    private static readonly byte[] MagicWithTopics = Encoding.ASCII.GetBytes(SchemaWithTopics + "\n");
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Writes a model; the same model gives the same bytes.</summary>
    public static void Write(SegmentModel model, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        byte[] topics = model.Topics is { } read ? VectorTopicsFile.Write(read) : [];
        byte[] payload = [.. Encoding.UTF8.GetBytes(string.Join('\n', model.Terms)), 0, .. MemoryMarshal.AsBytes(model.Ratios), .. topics];
        var header = JsonSerializer.SerializeToUtf8Bytes(
            new Header(model.Segments, model.Terms.Count, payload.Length, Convert.ToHexStringLower(SHA256.HashData(payload)), topics.Length > 0 ? topics.Length : null), Json);
        stream.Write(topics.Length > 0 ? MagicWithTopics : Magic);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        using var packed = new BrotliStream(stream, CompressionLevel.Optimal, leaveOpen: true);
        packed.Write(payload);
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="SegmentModelException">It is none, or damaged; the message says the way out.</exception>
    public static SegmentModel Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            var magic = new byte[Magic.Length];
            stream.ReadExactly(magic);
            var hasTopics = magic.AsSpan().SequenceEqual(MagicWithTopics);
            if (!hasTopics && !magic.AsSpan().SequenceEqual(Magic))
                throw new SegmentModelException($"This is no segment model of this version (it does not begin with \"{Schema}\"); run a discovery to make one.");
            Span<byte> length = stackalloc byte[sizeof(int)];
            stream.ReadExactly(length);
            var size = BinaryPrimitives.ReadInt32LittleEndian(length);
            if (size is <= 0 or > MaxHeader)
                throw Damaged(null);
            var bytes = new byte[size];
            stream.ReadExactly(bytes);
            var header = JsonSerializer.Deserialize<Header>(bytes, Json);
            if (header?.Segments is null || header.Terms is < 0 or > MaxTerms || header.Segments.Count is 0 or > MaxSegments || header.Topics is not null != hasTopics || header.Topics <= 0
                || header.Bytes - (header.Topics ?? 0) < (long)header.Terms * header.Segments.Count * sizeof(float))
                throw Damaged(null);
            var payload = new byte[header.Bytes];
            using var packed = new BrotliStream(stream, CompressionMode.Decompress, leaveOpen: true);
            packed.ReadExactly(payload);
            if (Convert.ToHexStringLower(SHA256.HashData(payload)) != header.Sha256)
                throw Damaged(null);
            var topics = header.Topics is { } tail ? VectorTopicsFile.Read(payload.AsSpan(payload.Length - tail)) : null;
            var end = payload.AsSpan().IndexOf((byte)0);
            string[] terms = header.Terms == 0 ? [] : Encoding.UTF8.GetString(payload, 0, end).Split('\n');
            var ratios = MemoryMarshal.Cast<byte, float>(payload.AsSpan((end + 1)..(payload.Length - (header.Topics ?? 0)))).ToArray();
            return terms.Length == header.Terms && ratios.Length == header.Terms * header.Segments.Count ? new SegmentModel(header.Segments, terms, ratios, topics) : throw Damaged(null);
        }
        catch (Exception fault) when (fault is EndOfStreamException or InvalidDataException or JsonException or InvalidOperationException or ArgumentException or OverflowException)
        {
            throw Damaged(fault);
        }
    }

    private static SegmentModelException Damaged(Exception? fault) => new("The segment model is cut off or damaged; run the discovery again.", fault);

    private sealed record Header(IReadOnlyList<ModelSegment> Segments, int Terms, int Bytes, string Sha256, int? Topics = null);
}

/// <summary>A segment model cannot be read; the message says why and the way out.</summary>
public sealed class SegmentModelException : Exception
{
    /// <summary>An exception without a stated reason.</summary>
    public SegmentModelException() : this("The segment model cannot be read.") { }

    /// <summary>An exception with its reason.</summary>
    public SegmentModelException(string message) : base(message) { }

    /// <summary>An exception with its reason and technical cause.</summary>
    public SegmentModelException(string message, Exception? innerException) : base(message, innerException) { }
}
