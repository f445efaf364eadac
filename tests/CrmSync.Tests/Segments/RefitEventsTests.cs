using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Pipeline.Segments.Refits;
using CrmSync.Pipeline.Segments.Review;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Segments;

public sealed class RefitEventsTests
{
    private static readonly DateTimeOffset At = new(2026, 10, 2, 2, 41, 0, TimeSpan.Zero);

    private static KnownSegment Known(string key, SegmentState state, int from, int to, params string[] terms) => new(key, state, Terms(terms), [.. Range(from, to)]) { Name = key.ToUpperInvariant() };

    private static FoundSegment Found(string id, string? continues, int from, int to, params string[] terms) => new(
        id, $"Found {id}", true, 0.9, new SegmentDescription(Terms(terms), [], null), [.. Range(from, to).Select(account => new FoundMember(account, 5, 3, 9, 0.5))]) { Continues = continues };

    private static SegmentTerm[] Terms(string[] terms) => [.. terms.Select(term => new SegmentTerm(term, 2, 9, 1))];

    private static IEnumerable<long> Range(int from, int to) => Enumerable.Range(from, to - from).Select(number => (long)number);

    private static IReadOnlyList<(SegmentEventKind Kind, string Segment, string? Other)> Of(KnownSegment[] known, FoundSegment[] found, SegmentChange[]? changes = null, Dictionary<long, Share>? wins = null) =>
        [.. RefitEvents.Of(known, found, changes ?? [], wins ?? [], new LearningOptions(), At).Select(row => (row.Kind, row.Segment, row.Other))];

    [Fact]
    public void Of_AFirstSearch_TellsNothing() => Of([], [Found("s01", null, 0, 30, "bill")]).ShouldBeEmpty();

    [Fact]
    public void Of_BornDiedAndSame_AreToldByTheirHandles() => Of(
        [Known("bills", SegmentState.Approved, 0, 30, "bill"), Known("fax", SegmentState.Proposed, 30, 50, "fax")],
        [Found("s01", "bills", 0, 30, "bill"), Found("s02", null, 60, 90, "drone")]).ShouldBe([(SegmentEventKind.Born, "#s02", null), (SegmentEventKind.Died, "fax", null)]);

    [Fact]
    public void Of_WhatPeopleRejectedOrMerged_IsNeitherBornNorDead() => Of(
        [Known("noise", SegmentState.Rejected, 0, 30, "lunch"), Known("part", SegmentState.Merged, 30, 50, "bill"), Known("lost", SegmentState.Merged, 50, 70, "fax")],
        [Found("s01", "noise", 0, 30, "lunch"), Found("s02", "part", 30, 50, "bill")]).ShouldBeEmpty();

    [Fact]
    public void Of_WhatPeopleSplitOff_HasNoWordsYetAndIsNotProposedForMergingWithItsParent()
    {
        var split = Known("payroll", SegmentState.Approved, 20, 30) with { Parent = "bills" };
        Of([Known("bills", SegmentState.Approved, 0, 20, "bill"), split], [Found("s01", "bills", 0, 20, "bill"), Found("s02", "payroll", 20, 30, "bill")]).ShouldBeEmpty();
        Of([Known("bills", SegmentState.Approved, 0, 20, "bill"), split], [Found("s01", "bills", 0, 20, "bill")]).ShouldBeEmpty("no search has found it, so none has lost it");
    }

    [Fact]
    public void Of_OtherAccountsUnderTheSameWords_IsDriftWithCounts()
    {
        var told = RefitEvents.Of(
            [Known("bills", SegmentState.Approved, 0, 30, "bill")], [Found("s01", "bills", 20, 60, "bill")], [new SegmentChange(SegmentFate.Drifted, "bills", "s01", 0.17, 1)], new Dictionary<long, Share>(),
            new LearningOptions(), At).ShouldHaveSingleItem();
        told.Kind.ShouldBe(SegmentEventKind.Drifted);
        told.Reason.ShouldBe("'BILLS' is made up of other accounts than before: 10 of its 30 are among the 40 that were found now. Look at who left and who came.");
    }

    [Fact]
    public void Of_AlikePair_IsProposedOnlyWhereWinRatesOverlap()
    {
        KnownSegment[] known = [Known("bills", SegmentState.Approved, 0, 20, "bill", "entity"), Known("invoices", SegmentState.Approved, 20, 40, "bill", "entity")];
        FoundSegment[] found = [Found("s01", "bills", 0, 20, "bill", "entity"), Found("s02", "invoices", 20, 40, "bill", "entity")];
        var apart = Range(0, 40).ToDictionary(account => account, account => new Share(account < 20 ? 3 : 0, 3));

        Of(known, found).ShouldBe([(SegmentEventKind.Converging, "bills", "invoices")]);
        Of(known, found, wins: apart).ShouldBeEmpty();
    }
}
