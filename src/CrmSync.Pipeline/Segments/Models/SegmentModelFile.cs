using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CrmSync.Pipeline.Segments.Models;

/// <summary>
/// The segment model's file: the line <c>crmsync/segment-model/1</c>, the length of a JSON header (4 bytes, little-endian), the header (segments, number of terms, SHA-256 of what
/// follows), then under Brotli: the terms in UTF-8, one per line, a zero byte, and the ratios as 32-bit floats, little-endian, a row per term and a column per segment.
/// </summary>
public static class SegmentModelFile
{
    /// <summary>The schema of this version.</summary>
    public const string Schema = "crmsync/segment-model/1";

    private const int MaxHeader = 4_000_000;
    private const int MaxTerms = 2_000_000;
    private const int MaxSegments = 1_000;
    private static readonly byte[] Magic = Encoding.ASCII.GetBytes(Schema + "\n");
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Writes a model; the same model gives the same bytes.</summary>
    public static void Write(SegmentModel model, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        byte[] payload = [.. Encoding.UTF8.GetBytes(string.Join('\n', model.Terms)), 0, .. MemoryMarshal.AsBytes(model.Ratios)];
        var header = JsonSerializer.SerializeToUtf8Bytes(
            new Header(model.Segments, model.Terms.Count, payload.Length, Convert.ToHexStringLower(SHA256.HashData(payload))), Json);
        stream.Write(Magic);
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
            if (!magic.AsSpan().SequenceEqual(Magic))
                throw new SegmentModelException($"This is no segment model of this version (it does not begin with \"{Schema}\"); run a discovery to make one.");
            Span<byte> length = stackalloc byte[sizeof(int)];
            stream.ReadExactly(length);
            var size = BinaryPrimitives.ReadInt32LittleEndian(length);
            if (size is <= 0 or > MaxHeader)
                throw Damaged(null);
            var bytes = new byte[size];
            stream.ReadExactly(bytes);
            var header = JsonSerializer.Deserialize<Header>(bytes, Json);
            if (header?.Segments is null || header.Terms is < 0 or > MaxTerms || header.Segments.Count is 0 or > MaxSegments
                || header.Bytes < (long)header.Terms * header.Segments.Count * sizeof(float))
                throw Damaged(null);
            var payload = new byte[header.Bytes];
            using var packed = new BrotliStream(stream, CompressionMode.Decompress, leaveOpen: true);
            packed.ReadExactly(payload);
            if (Convert.ToHexStringLower(SHA256.HashData(payload)) != header.Sha256)
                throw Damaged(null);
            var end = payload.AsSpan().IndexOf((byte)0);
            string[] terms = header.Terms == 0 ? [] : Encoding.UTF8.GetString(payload, 0, end).Split('\n');
            var ratios = MemoryMarshal.Cast<byte, float>(payload.AsSpan(end + 1)).ToArray();
            return terms.Length == header.Terms && ratios.Length == header.Terms * header.Segments.Count ? new SegmentModel(header.Segments, terms, ratios) : throw Damaged(null);
        }
        catch (Exception fault) when (fault is EndOfStreamException or InvalidDataException or JsonException or InvalidOperationException or ArgumentException or OverflowException)
        {
            throw Damaged(fault);
        }
    }

    private static SegmentModelException Damaged(Exception? fault) => new("The segment model is cut off or damaged; run the discovery again.", fault);

    private sealed record Header(IReadOnlyList<ModelSegment> Segments, int Terms, int Bytes, string Sha256);
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
