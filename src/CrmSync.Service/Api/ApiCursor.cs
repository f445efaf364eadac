using System.Security.Cryptography;
using System.Text;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Api;

/// <summary>
/// A place in one list under one filter, opaque to those who carry it. It holds a mark of list and filter: carried to another one it would silently skip rows, so it is
/// refused there.
/// </summary>
internal static class ApiCursor
{
    private const int MarkLength = 8;

    /// <param name="at">The place.</param>
    /// <param name="list">List and filter, as text.</param>
    public static string Write(PageCursor at, string list) => Mark(list) + at;

    /// <summary>Reads what <see cref="Write"/> wrote for the same list.</summary>
    /// <exception cref="ApiRefusal">It is none, or one of another list or filter.</exception>
    public static PageCursor Read(string text, string list) =>
        text.Length > MarkLength && text.AsSpan(0, MarkLength).SequenceEqual(Mark(list)) && PageCursor.TryParse(text[MarkLength..], out var at)
            ? at
            : throw new ApiRefusal(ApiErrors.BadCursor);

    private static string Mark(string list) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(list)).AsSpan(0, MarkLength / 2));
}
