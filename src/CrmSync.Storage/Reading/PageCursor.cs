using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace CrmSync.Storage.Reading;

/// <summary>A place in a list that is ordered by an instant and an id. Opaque to those who carry it.</summary>
/// <param name="At">Unix milliseconds UTC.</param>
/// <param name="Id">Ledger id.</param>
public readonly record struct PageCursor(long At, long Id)
{
    /// <summary>Text for a link: base64url, no padding.</summary>
    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{At}.{Id}")));

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PageCursor cursor)
    {
        cursor = default;
        if (string.IsNullOrEmpty(text) || text.Length > 80 || !Base64Url.IsValid(text))
            return false;
        var plain = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text));
        var dot = plain.IndexOf('.', StringComparison.Ordinal);
        if (dot < 1
            || !long.TryParse(plain.AsSpan(0, dot), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at)
            || !long.TryParse(plain.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return false;
        cursor = new PageCursor(at, id);
        return true;
    }
}

/// <summary>Which part of a list to read.</summary>
/// <param name="Before">Rows older than this; null for the newest.</param>
/// <param name="After">Rows newer than this; wins over <paramref name="Before"/>.</param>
/// <param name="Size">Rows per page, 1 to 1,000.</param>
public readonly record struct PageRequest(PageCursor? Before, PageCursor? After, int Size = 50);

/// <summary>One page of a list, newest first.</summary>
/// <typeparam name="T">A row.</typeparam>
/// <param name="Rows">At most the size asked for.</param>
/// <param name="Older">Where older rows go on; null at the end.</param>
/// <param name="Newer">Where newer rows go on; null at the beginning.</param>
/// <param name="StoppedEarly">
/// True where the page holds fewer rows than asked for because the search looked at as many rows as one page may; <see cref="Older"/> goes on from there.
/// </param>
public sealed record KeysetPage<T>(IReadOnlyList<T> Rows, PageCursor? Older, PageCursor? Newer, bool StoppedEarly = false);

/// <summary>A count that stops counting: exact counts of long lists cost more than they tell.</summary>
/// <param name="Value">The count, at most <see cref="Limit"/> + 1.</param>
/// <param name="OfNewest">True where only the newest <see cref="WriteLogQueries.Window"/> rows were looked at.</param>
public readonly record struct CappedCount(long Value, bool OfNewest = false)
{
    /// <summary>Where counting stops.</summary>
    public const int Limit = 10_000;

    /// <summary>Whether there are more than <see cref="Limit"/>.</summary>
    public bool IsCapped => Value > Limit;
}
