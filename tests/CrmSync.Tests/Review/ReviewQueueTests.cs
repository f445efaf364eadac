using CrmSync.Pipeline.Review;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Review;

public sealed class ReviewQueueTests
{
    [Fact]
    public void Choose_FiftyCopiesOfOneTemplate_ShowsOneAndSaysHowManyItStandsFor()
    {
        var copies = Enumerable.Range(1, 50).Select(id => Row(id, 0.3 + id / 1000.0, "note", $"Hello customer{(char)('a' + id / 26)}{(char)('a' + id % 26)}, following up on our pricing proposal from last week"));
        var other = Row(99, 0.6, "call", "Voicemail left, nobody picked up the phone");

        var queue = ReviewQueue.Choose(new ReviewPool([.. copies, other], [], []), 10);

        queue.Select(pick => pick.ActivityId).ShouldBe([1, 99]);
        queue[0].AlsoLike.ShouldBe(49);
        queue[0].Reasons.ShouldBe([ReviewReason.LeastSure]);
    }

    [Fact]
    public void Choose_SameContentTwice_AppearsOnceWithAllItsReasons()
    {
        var row = Row(1, 0.4, "call", "One text");
        var copy = row with { ActivityId = 2 };

        var queue = ReviewQueue.Choose(new ReviewPool([copy, row], [], [copy]), 10);

        queue.ShouldHaveSingleItem().Reasons.ShouldBe([ReviewReason.LeastSure, ReviewReason.Audit]);
    }

    [Fact]
    public void Choose_AnyOrderOfThePool_IsTheSameQueue()
    {
        var random = new Random(3);
        var rows = Enumerable.Range(1, 120).Select(id => Row(id, random.Next(30, 80) / 100.0, id % 2 == 0 ? "call" : "note", Words(random))).ToList();
        var pool = new ReviewPool(rows, [rows[5]], [rows[7], rows[9]]);
        var shuffled = pool with { LeastSure = [.. rows.OrderBy(row => row.Features[0] % 97).ThenByDescending(row => row.ActivityId)] };

        var queue = ReviewQueue.Choose(pool, 30);

        queue.Count.ShouldBe(30);
        Told(ReviewQueue.Choose(shuffled, 30)).ShouldBe(Told(queue));
        queue[0].ActivityId.ShouldBe(rows[5].ActivityId, "what a person or program changed in the CRM comes first");
    }

    [Fact]
    public void Choose_MoreKindsThanTheQueueHolds_MixesUnsureDifferentAndDrawnRows()
    {
        var random = new Random(5);
        var rows = Enumerable.Range(1, 200).Select(id => Row(id, 0.3 + id / 1000.0, "note", Words(random))).ToList();
        var drawn = Enumerable.Range(301, 20).Select(id => Row(id, 0.99, "call", Words(random))).ToList();

        var queue = ReviewQueue.Choose(new ReviewPool(rows, [], drawn), 20);

        queue.Count(pick => pick.Reasons.Contains(ReviewReason.LeastSure)).ShouldBe(8);
        queue.Count(pick => pick.Reasons.Contains(ReviewReason.Different)).ShouldBe(4);
        queue.Count(pick => pick.Reasons.Contains(ReviewReason.Audit)).ShouldBe(8);
    }

    [Fact]
    public void Likeness_IsTheShareOfCommonFeatures() => ReviewQueue.Likeness([1, 2, 3], [2, 3, 4]).ShouldBe(0.5);

    [Fact]
    public void Features_HostileLength_StaysBounded() =>
        ReviewFeatures.Of("note", "demo", [], new string('x', 100_000), string.Join(' ', Enumerable.Range(0, 50_000).Select(n => $"w{(char)('a' + n % 26)}{(char)('a' + n / 26 % 26)}{(char)('a' + n / 676 % 26)}")))
            .Count.ShouldBeLessThan(130);

    private static IEnumerable<string> Told(IEnumerable<ReviewPick> queue) => queue.Select(pick => $"{pick.ActivityId}:{string.Join('+', pick.Reasons)}:{pick.AlsoLike}");

    private static string Words(Random random) =>
        string.Join(' ', Enumerable.Range(0, 14).Select(_ => new string([.. Enumerable.Range(0, 5).Select(_ => (char)('a' + random.Next(26)))])));

    private static ReviewCandidate Row(long id, double confidence, string type, string text) =>
        new(id, $"hash-{text}-{type}", confidence, ReviewFeatures.Of(type, "demo", ["some-rule"], "", text));
}
