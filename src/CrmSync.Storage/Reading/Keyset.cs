namespace CrmSync.Storage.Reading;

/// <summary>Turns one row more than a page into a page and its neighbours.</summary>
internal static class Keyset
{
    /// <summary>Condition that a column is one of the values of the parameter <c>ids</c>: PostgreSQL takes an array, SQLite has none and gets a list.</summary>
    public static string AmongIds(this LedgerDialect dialect, string column) => dialect switch
    {
        LedgerDialect.Sqlite => $"{column} in @ids",
        LedgerDialect.Postgres => $"{column} = any(@ids)",
        _ => throw new ArgumentOutOfRangeException(nameof(dialect)),
    };

    /// <param name="found">Up to one row more than the page, in reading order: newest first, or oldest first where the request reads upwards.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="cursor">The place of a row.</param>
    /// <param name="stop">Where the search stopped before the rows ended; null where it did not.</param>
    public static KeysetPage<T> Page<T>(IReadOnlyList<T> found, PageRequest request, Func<T, PageCursor> cursor, PageCursor? stop)
    {
        var more = found.Count > request.Size;
        List<T> rows = [.. found.Take(request.Size)];
        if (request.After is not null)
        {
            rows.Reverse();
            PageCursor? older = rows.Count > 0 ? cursor(rows[^1]) : new PageCursor(request.After.Value.At, request.After.Value.Id + 1);
            return new KeysetPage<T>(rows, older, more ? cursor(rows[0]) : stop, !more && stop is not null);
        }
        PageCursor? newer = request.Before is null ? null : rows.Count > 0 ? cursor(rows[0]) : new PageCursor(request.Before.Value.At, request.Before.Value.Id - 1);
        return new KeysetPage<T>(rows, more ? cursor(rows[^1]) : stop, newer, !more && stop is not null);
    }
}
