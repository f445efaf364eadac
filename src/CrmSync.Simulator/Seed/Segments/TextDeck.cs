namespace CrmSync.Simulator.Seed.Segments;

/// <summary>Texts about one thing, dealt so that all are used before any comes again. Not thread-safe.</summary>
internal sealed class TextDeck
{
    private readonly List<AuthoredRow> _rows;

    public TextDeck(IReadOnlyList<AuthoredRow> rows, SeedRandom random)
    {
        var shuffled = rows.ToArray();
        random.Shuffle<AuthoredRow>(shuffled);
        _rows = [.. shuffled];
    }

    /// <summary>The first that fits; it goes to the bottom. Null where none fits.</summary>
    public AuthoredRow? Deal(Predicate<AuthoredRow> fits)
    {
        var at = _rows.FindIndex(fits);
        if (at < 0)
            return null;
        var dealt = _rows[at];
        _rows.RemoveAt(at);
        _rows.Add(dealt);
        return dealt;
    }
}
