namespace CrmSync.Simulator.HubSpot.Faults;

/// <summary>What goes wrong with the rows of a page. A row that no longer fits is asked for again by the next page, so none is lost.</summary>
internal static class PageFaults
{
    private const int SmallestPage = 3;

    /// <summary>
    /// Puts the row before the page, if there is one, at its head and the first row behind itself, and cuts the page to its limit.
    /// </summary>
    /// <returns>How many rows fell off the end.</returns>
    public static int Repeat<T>(List<T> page, T? before, int limit) where T : struct
    {
        if (limit < SmallestPage || page.Count == 0)
            return 0;
        page.Insert(1, page[0]);
        if (before is { } row)
            page.Insert(0, row);
        return Cut(page, limit);
    }

    /// <summary>Puts a foreign row at its place and cuts the page to its limit.</summary>
    /// <returns>How many rows fell off the end.</returns>
    public static int Insert<T>(List<T> page, T foreign, int at, int limit)
    {
        page.Insert(at, foreign);
        return Cut(page, limit);
    }

    /// <summary>Mixes a page, the same way for the same page.</summary>
    public static void Mix<T>(List<T> page, long seed)
    {
        var random = new Random(unchecked((int)seed ^ page.Count));
        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(page));
    }

    private static int Cut<T>(List<T> page, int limit)
    {
        var over = Math.Max(0, page.Count - limit);
        page.RemoveRange(page.Count - over, over);
        return over;
    }
}
