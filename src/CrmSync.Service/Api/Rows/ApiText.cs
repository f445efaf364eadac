using System.Globalization;

namespace CrmSync.Service.Api.Rows;

/// <summary>A page of a list.</summary>
/// <param name="Items">The rows; fewer than asked for do not mean the end.</param>
/// <param name="Next">Cursor of the next page; null at the end.</param>
internal sealed record ApiPage<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Ids as decimal strings, because 64 bits do not fit the numbers of JavaScript; instants as RFC 3339.</summary>
internal static class ApiText
{
    public static string Text(this long id) => id.ToString(CultureInfo.InvariantCulture);

    public static DateTimeOffset Instant(this long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    public static DateTimeOffset? Instant(this long? milliseconds) => milliseconds is { } value ? value.Instant() : null;
}
