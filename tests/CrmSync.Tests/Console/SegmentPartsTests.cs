using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Service.Console.Charts;
using CrmSync.Service.Console.Segments;
using CrmSync.Storage.Reading;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Console;

/// <summary>What may be shown of a segment, and which of its accounts a range of scores leaves.</summary>
public sealed class SegmentPartsTests
{
    private const string Description =
        """{"terms":[{"term":"bill payment","logOdds":2.5,"inside":9,"outside":1},{"term":"rare","logOdds":2,"inside":4,"outside":0}],"quotes":[{"accountId":1,"activityId":7,"text":"ten copies"}],"nearest":null}""";

    private static SegmentAccountRow Row(long id, long strength) => new() { AccountId = id, Strength = strength };

    [Theory]
    [InlineData(4, 0, 0, false)]
    [InlineData(5, 1, 1, false)]
    [InlineData(9, 1, 1, false)]
    [InlineData(10, 1, 1, true)]
    public void Shown_OfFewAccounts_LeavesQuotesAndStatisticsOut(long accounts, int terms, int quotes, bool stability)
    {
        var shown = new SegmentShown(new SegmentCard { Accounts = accounts, Stability = 0.9, ModelId = 1, DescriptionJson = Description }, [], new NumberOptions());

        shown.Terms.Count.ShouldBe(terms, "a term needs five accounts of its own as well");
        shown.Quotes.Count.ShouldBe(quotes);
        shown.Stability.HasValue.ShouldBe(stability);
    }

    [Fact]
    public void Shown_WithParts_CountsTheirAccounts()
    {
        var shown = new SegmentShown(new SegmentCard { Accounts = 12 }, [new SegmentCard { Accounts = 8 }], new NumberOptions());

        shown.Accounts.ShouldBe(20);
        shown.IsLarge.ShouldBeTrue();
        shown.Stability.ShouldBeNull("no search has looked at it");
    }

    [Theory]
    [InlineData("proposed", null)]
    [InlineData("refitted,approved,proposed", "approved")]
    [InlineData("undone,approved,proposed", null)]
    public void Undoable_OfVersions_IsTheNewestChangeOfAPerson(string versions, string? expected) =>
        (SegmentShown.Undoable(versions.Split(',').Select(name => new SegmentVersionRow { ActionName = name }))?.ActionName).ShouldBe(expected);

    [Theory]
    [InlineData("", "", "")]
    [InlineData("x", "1e400", "")]
    [InlineData("-2.5", "10", "least=-2.5&most=10")]
    public void Range_OfTypedNumbers_IsWrittenBackAsRead(string least, string most, string query) => ScoreRange.Read(least, most).Query.ShouldBe(query);

    [Fact]
    public void Range_OnTheFirstPage_BeginsAtTheMostAndEndsAtTheLeast()
    {
        var range = ScoreRange.Read("2", "5");
        range.Narrow(new PageRequest(null, null)).Before.ShouldBe(new PageCursor(5001, 0), "5 itself belongs to it");

        var cut = range.Cut(new KeysetPage<SegmentAccountRow>([Row(1, 5000), Row(2, 2000), Row(3, 1999)], new PageCursor(1999, 3), new PageCursor(5000, 1)), isFirst: true);
        cut.Rows.Select(row => row.AccountId).ShouldBe([1, 2]);
        (cut.Older, cut.Newer).ShouldBe((null, null));
    }

    [Fact]
    public void Range_OnALaterPage_LeavesTheReadersPlaceAndCutsWhatIsAbove()
    {
        var range = ScoreRange.Read(null, "5");
        var wanted = new PageRequest(null, new PageCursor(3000, 9));
        range.Narrow(wanted).ShouldBe(wanted);

        var cut = range.Cut(new KeysetPage<SegmentAccountRow>([Row(1, 6000), Row(2, 4000)], new PageCursor(4000, 2), new PageCursor(6000, 1)), isFirst: false);
        cut.Rows.ShouldHaveSingleItem().AccountId.ShouldBe(2);
        cut.Newer.ShouldBeNull();
        cut.Older.ShouldNotBeNull();
    }

    [Fact]
    public void Bars_OfHostileTerms_AreEncoded() =>
        SegmentBars.Terms([new SegmentTerm("<script>", 2, 9, 0)]).ToString().ShouldNotContain("<script");
}
