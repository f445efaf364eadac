using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Evaluation;

/// <summary>How often people agreed with the answers about a segment's accounts.</summary>
/// <param name="Segment">The segment; null for accounts in none.</param>
/// <param name="Right">How many answers were right, of how many that were judged, sure or not.</param>
/// <param name="RightOfSure">The same of those that were sure enough to be written.</param>
internal sealed record SegmentFigures(JudgedSegment? Segment, Share Right, Share RightOfSure)
{
    /// <summary>The segments with judged rows, the most first; accounts in none last. Empty where no row is in a segment.</summary>
    public static IReadOnlyList<SegmentFigures> Of(IEnumerable<JudgedAnswer> said)
    {
        List<SegmentFigures> figures =
        [
            .. said.GroupBy(row => row.Segment).Select(group => new SegmentFigures(group.Key, Count(group), Count(group.Where(row => row.Status == "decided"))))
                .OrderBy(figure => figure.Segment is null).ThenByDescending(figure => figure.Right.Of).ThenBy(figure => figure.Segment?.Key, StringComparer.Ordinal),
        ];
        return figures.Exists(figure => figure.Segment is not null) ? figures : [];
    }

    private static Share Count(IEnumerable<JudgedAnswer> rows) =>
        rows.Aggregate(new Share(0, 0), (share, row) => new Share(share.Count + (row.Truth == row.Answer ? 1 : 0), share.Of + 1));
}
