using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Review;

namespace CrmSync.IntegrationTests.Console;

/// <summary>What a search could have found among the first companies of a ledger: a segment of sixty accounts and one of four.</summary>
internal static class SegmentSeed
{
    public static Task<SegmentOutcome> ProposeAsync(ISegmentStore store, CancellationToken cancellationToken) => store.ProposeAsync(
        new FoundSegments(
            1, 80, 1_520, ["Of 3 accounts more than 400 activities were there; an even draw of these was read."],
            [
                new FoundSegment(
                    "s01", "Bill payment, entities", true, 0.925,
                    new SegmentDescription(
                        [
                            new SegmentTerm("bill payment", 3.1, 31, 4), new SegmentTerm("legal entities", 2.8, 29, 6), new SegmentTerm("consolidated view", 2.2, 24, 3),
                            new SegmentTerm("separate logins", 1.7, 18, 2), new SegmentTerm("month end", 1.1, 22, 19), new SegmentTerm("intercompany", 0.9, 11, 5),
                        ],
                        [new DescribedQuote(2, 11, "we pay in ten copies of the same tool and have no consolidated view"), new DescribedQuote(3, 12, "each of the legal entities has separate logins, month end takes … days")],
                        new NearestSegment("s02", 0.31, ["month end"])),
                    [.. Enumerable.Range(1, 60).Select(account => new FoundMember(account, 61 - account, 7, 19, 0.9))]),
                new FoundSegment(
                    "s02", "Small one", false, 0.7, new SegmentDescription([new SegmentTerm("field service", 2, 4, 0)], [new DescribedQuote(61, 13, "a secret quote")], null),
                    [.. Enumerable.Range(61, 4).Select(account => new FoundMember(account, 9, 3, 11, 0.4))]),
            ])
        { Model = new byte[] { 1 } },
        "search", cancellationToken);
}
