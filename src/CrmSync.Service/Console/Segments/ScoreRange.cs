using System.Globalization;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Segments;

/// <summary>
/// The scores that a reader of a segment's accounts wants to see, both limits included. The list is in the order of scores, so a range needs no search of its own: it says where to begin
/// and where to stop. Pure.
/// </summary>
/// <param name="Least">In thousandths of a nat; null for any.</param>
/// <param name="Most">In thousandths of a nat; null for any.</param>
internal sealed record ScoreRange(long? Least, long? Most)
{
    private const double Largest = 1e9;

    /// <summary>Every score.</summary>
    public static ScoreRange All { get; } = new(null, null);

    /// <summary>Whether it leaves nothing out.</summary>
    public bool IsAll => Least is null && Most is null;

    /// <summary>The range as an address holds it; empty where nothing is left out.</summary>
    public string Query => string.Join('&', new[] { Least is { } least ? $"least={Write(least)}" : null, Most is { } most ? $"most={Write(most)}" : null }.Where(part => part is not null));

    /// <summary>Reads two numbers in nats; what is no number is no limit.</summary>
    public static ScoreRange Read(string? least, string? most) => new(Thousandths(least), Thousandths(most));

    /// <summary>A score as people read and type it.</summary>
    public static string Write(long thousandths) => (thousandths / 1000.0).ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>What to ask the ledger for.</summary>
    public PageRequest Narrow(PageRequest request) =>
        request is { Before: null, After: null } && Most is { } most ? request with { Before = new PageCursor(most + 1, 0) } : request;

    /// <summary>Takes from an answer what lies outside, and the ways to it.</summary>
    /// <param name="page">What the ledger answered to <see cref="Narrow"/>.</param>
    /// <param name="isFirst">Whether the reader asked for the beginning.</param>
    public KeysetPage<SegmentAccountRow> Cut(KeysetPage<SegmentAccountRow> page, bool isFirst)
    {
        var isBelow = page.Rows.Count > 0 && page.Rows[^1].Strength < Least;
        var isAbove = isFirst || (page.Rows.Count > 0 && page.Rows[0].Strength > Most);
        return page with
        {
            Rows = [.. page.Rows.Where(row => !(row.Strength < Least) && !(row.Strength > Most))], Older = isBelow ? null : page.Older, Newer = isAbove ? null : page.Newer,
        };
    }

    private static long? Thousandths(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var nats) && Math.Abs(nats) <= Largest ? (long)Math.Round(nats * 1000) : null;
}
