using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>
/// The model file: the line <c>crmsync/model/2</c>, the length of a JSON header, the header (card, heads, sizes, SHA-256 of the weights), then the
/// weights under Brotli, little-endian: feature hashes by row, one scale per row, input weights as signed bytes, the rest as 32-bit floats. Version 1 held kinds of features
/// that are no longer read: such a model would answer worse than it was measured, so it is refused.
/// </summary>
internal static class ModelFile
{
    private const int MaxHeader = 4_000_000;
    private static readonly byte[] Magic = Encoding.ASCII.GetBytes("crmsync/model/2\n");
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Makes a model of freshly trained weights.</summary>
    public static LocalModel Create(ModelCard card, IReadOnlyList<ModelHead> heads, FeatureTable table, Network network)
    {
        var payload = Pack(table, network);
        IReadOnlyList<HeadPart> parts = [.. heads.Select(HeadPart.Of)];
        var named = card with { Version = NameOf(payload, parts) };
        return Unpack(payload, new Header(named, parts, table.Hashes.Count, network.Members, network.Hidden, ""));
    }

    /// <summary>Two models that can give different decisions, if only by their thresholds, have different names.</summary>
    private static string NameOf(byte[] payload, IReadOnlyList<HeadPart> heads)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(payload);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(heads, Json));
        return $"model-{Convert.ToHexStringLower(hash.GetHashAndReset())[..12]}";
    }

    public static void Write(LocalModel model, Stream stream)
    {
        var payload = Pack(model.Table, model.Network);
        var header = JsonSerializer.SerializeToUtf8Bytes(
            new Header(
                model.Card, [.. model.Heads.Select(HeadPart.Of)], model.Table.Hashes.Count, model.Network.Members, model.Network.Hidden,
                Convert.ToHexStringLower(SHA256.HashData(payload))),
            Json);
        stream.Write(Magic);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        using var packed = new BrotliStream(stream, CompressionLevel.Optimal, leaveOpen: true);
        packed.Write(payload);
    }

    public static LocalModel Read(Stream stream)
    {
        try
        {
            var magic = new byte[Magic.Length];
            stream.ReadExactly(magic);
            if (!magic.AsSpan().SequenceEqual(Magic))
                throw new ModelFileException("This is no model file of this version (it does not begin with \"crmsync/model/2\"); train one with \"crmsync train\".");
            Span<byte> length = stackalloc byte[sizeof(int)];
            stream.ReadExactly(length);
            var size = BinaryPrimitives.ReadInt32LittleEndian(length);
            if (size is <= 0 or > MaxHeader)
                throw new ModelFileException("The model file's header is damaged; train the model again or fetch the file anew.");
            var bytes = new byte[size];
            stream.ReadExactly(bytes);
            var header = JsonSerializer.Deserialize<Header>(bytes, Json);
            if (header is null || header.Rows is < 0 or > FeatureTable.MaxRows || header.Members is < 1 or > 64 || header.Hidden is < 1 or > 1_024)
                throw new ModelFileException("The model file's header is damaged; train the model again or fetch the file anew.");
            var payload = new byte[SizeOf(header)];
            using var packed = new BrotliStream(stream, CompressionMode.Decompress, leaveOpen: true);
            packed.ReadExactly(payload);
            if (Convert.ToHexStringLower(SHA256.HashData(payload)) != header.Sha256)
                throw new ModelFileException("The model file's weights do not match their checksum; fetch the file anew or train the model again.");
            return Unpack(payload, header);
        }
        catch (Exception fault) when (fault is EndOfStreamException or InvalidDataException or JsonException or InvalidOperationException)
        {
            throw new ModelFileException("The model file is cut off or damaged; fetch the file anew or train the model again.", fault);
        }
    }

    private static byte[] Pack(FeatureTable table, Network network)
    {
        using var payload = new MemoryStream();
        using var writer = new BinaryWriter(payload);
        foreach (var hash in table.Hashes)
            writer.Write(hash);
        foreach (var scale in network.Scales)
            writer.Write(scale);
        writer.Write(MemoryMarshal.AsBytes(network.Input));
        foreach (var value in network.HiddenBias)
            writer.Write(value);
        foreach (var value in network.Output)
            writer.Write(value);
        foreach (var value in network.OutputBias)
            writer.Write(value);
        writer.Flush();
        return payload.ToArray();
    }

    private static LocalModel Unpack(byte[] payload, Header header)
    {
        int rows = header.Rows, width = header.Members * header.Hidden, classes = header.Heads.Sum(head => head.Labels.Count);
        var rest = payload.AsSpan();
        var hashes = Take<uint>(ref rest, rows);
        var scales = Take<float>(ref rest, rows);
        var input = Take<sbyte>(ref rest, rows * width);
        var network = new Network(
            header.Members, header.Hidden, classes, input, scales, Take<float>(ref rest, width), Take<float>(ref rest, classes * width),
            Take<float>(ref rest, classes * header.Members));
        return new LocalModel(header.Card, [.. header.Heads.Select(head => head.ToHead())], new FeatureTable(hashes, scales), network);
    }

    private static int SizeOf(Header header)
    {
        int width = header.Members * header.Hidden, classes = header.Heads.Sum(head => head.Labels.Count);
        return checked((header.Rows * (sizeof(uint) + sizeof(float) + width)) + ((width + (classes * width) + (classes * header.Members)) * sizeof(float)));
    }

    private static T[] Take<T>(ref Span<byte> rest, int count) where T : unmanaged
    {
        var taken = MemoryMarshal.Cast<byte, T>(rest)[..count].ToArray();
        rest = rest[(count * Marshal.SizeOf<T>())..];
        return taken;
    }

    private sealed record Header(ModelCard Card, IReadOnlyList<HeadPart> Heads, int Rows, int Members, int Hidden, string Sha256);

    private sealed record HeadPart(string Taxonomy, string TaxonomyVersion, IReadOnlyList<string?> Labels, float Sharpness, IReadOnlyList<double> Thresholds)
    {
        public static HeadPart Of(ModelHead head) => new(head.Shape.Taxonomy, head.TaxonomyVersion, head.Shape.Labels, head.Sharpness, head.Thresholds);

        public ModelHead ToHead() => new(new HeadShape(Taxonomy, Labels), TaxonomyVersion, Sharpness, Thresholds);
    }
}
