using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace CrmSync.Pipeline.Segments.Vectors;

/// <summary>By which a text is found again without keeping it: the first eight bytes of its SHA-256.</summary>
internal static class TextKey
{
    public static long Of(string text) => BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
