using CrmSync.Pipeline.Review;
using CrmSync.Storage.Reading;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

/// <content>Several reviewers at once, and words to be found.</content>
public abstract partial class LedgerContract
{
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Claim_OfSeveralPeople_GivesEachAnotherRowAndLetsGoOfTheFormer()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.LabelAsync("2", 0, "ENGAGED");

        (await Ledger.ClaimAsync("engagement", [1, 2], "ada", Hold, Token)).ShouldBe(1);
        (await Ledger.ClaimAsync("engagement", [1, 2], "bob", Hold, Token)).ShouldBe(2);
        (await Ledger.ClaimAsync("engagement", [1, 2], "cyd", Hold, Token)).ShouldBeNull();
        (await Ledger.ClaimAsync("stage", [1, 2], "cyd", Hold, Token)).ShouldBe(1, "another question is another row");
        (await Ledger.FindClaimantAsync("engagement", 1, "bob", Token)).ShouldBe("ada");
        (await Ledger.ClaimAsync("engagement", [2], "ada", Hold, Token)).ShouldBeNull();
        (await Ledger.ClaimAsync("engagement", [1, 2], "cyd", Hold, Token)).ShouldBe(1, "ada let go of it");
    }

    [Fact]
    public async Task Claim_WhoseTimeIsOver_HoldsNobodyUp()
    {
        await World.LabelAsync("1", 0, "ENGAGED");

        (await Ledger.ClaimAsync("engagement", [1], "ada", TimeSpan.Zero, Token)).ShouldBe(1);

        (await Ledger.ClaimAsync("engagement", [1], "bob", Hold, Token)).ShouldBe(1);
    }

    [Fact]
    public async Task DoubleReview_OfTwoPeople_MeasuresAgreementAndForgetsWhatIsTakenBack()
    {
        await Ledger.SetDoubleShareAsync(100, "op", Token);
        foreach (var id in new[] { "1", "2", "3" })
            await World.LabelAsync(id, 0, "ENGAGED");
        foreach (var id in new[] { 1, 2, 3 })
            await CorrectAsync(id, "engagement", id == 3 ? "engaged" : "nd");
        var figures = new ReviewFigures(Ledger, TimeProvider.System);
        (await Reviews.SecondLooksAsync("engagement", "ada", [], 10, Token)).ShouldBeEmpty("one's own answers are no second look");
        var waiting = await Reviews.SecondLooksAsync("engagement", "bob", [], 10, Token);
        waiting.Count.ShouldBe(await Contents());
        waiting.ShouldAllBe(row => row.Row.Label == null && row.Row.Status == "" && row.DoubleReviewId != null);

        (await Ledger.JudgeSecondAsync(waiting[0].DoubleReviewId!.Value, "engaged", "ada", Token)).ShouldBe(SecondOutcome.Gone, "the first person is no second one");
        (await Ledger.JudgeSecondAsync(waiting[0].DoubleReviewId!.Value, "engaged", "bob", Token)).ShouldBe(SecondOutcome.Differed);
        (await Ledger.JudgeSecondAsync(waiting[0].DoubleReviewId!.Value, "nd", "cyd", Token)).ShouldBe(SecondOutcome.Gone, "it is judged once");
        (await figures.AgreementAsync("engagement", Token))[1].ShouldSatisfyAllConditions(pair => pair.One.ShouldBe("ada"), pair => pair.Other.ShouldBe("bob"), pair => pair.Agreed.Count.ShouldBe(0));
        var dispute = (await figures.DisputesAsync("engagement", 10, Token)).ShouldHaveSingleItem();
        (dispute.FirstLabel, dispute.SecondLabel).ShouldBe(("nd", "engaged"));
        (await figures.LeftAsync("engagement", "bob", Token)).Disputes.ShouldBe(1);

        (await Ledger.SettleAsync(dispute.Id, "nd", "cyd", Token)).ShouldBeTrue();
        (await Ledger.SettleAsync(dispute.Id, "engaged", "ada", Token)).ShouldBeFalse();
        (await figures.DisputesAsync("engagement", 10, Token)).ShouldBeEmpty();
        (await World.ListAsync<string>("select action || ':' || actor from audit where action like 'review.%' order by id")).ShouldBe(["review.second:bob", "review.settle:cyd"]);

        await Ledger.UndoAsync(1, "ada", Token);
        (await figures.AgreementAsync("engagement", Token)).ShouldBeEmpty();

        async Task<int> Contents() => (int)await World.CountAsync("double_review");
    }

    [Fact]
    public async Task WriteBackChoice_IsEachPersonsOwnAndYesUnlessChosen()
    {
        (await Ledger.ReadWriteBackAsync("ada", Token)).ShouldBeTrue();
        await Ledger.SetWriteBackAsync(false, "ada", Token);
        (await Ledger.ReadWriteBackAsync("ada", Token)).ShouldBeFalse();
        (await Ledger.ReadWriteBackAsync("bob", Token)).ShouldBeTrue();
        await Ledger.SetWriteBackAsync(true, "ada", Token);
        (await Ledger.ReadWriteBackAsync("ada", Token)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("liability", "1")]
    [InlineData("LIAB", "1")]
    [InlineData("liab cap", "")]
    [InlineData("\"liability cap\"", "1")]
    [InlineData("\"cap liability\"", "")]
    [InlineData("naive cafe", "2")]
    [InlineData("東京", "2")]
    [InlineData("京東", "")]
    [InlineData("' or 1=1 --", "")]
    [InlineData("cap\" OR \"a", "")]
    [InlineData("the", "1 2")]
    public async Task Search_Words_FindsWhatHoldsAllOfThem(string typed, string expected)
    {
        await World.StoreAsync(LedgerWorld.Activity("1", "<p>Legal argues about the <b>liability</b> cap.</p>"));
        await World.StoreAsync(LedgerWorld.Activity("2", "The naïve CAFÉ in 東京 sent a note."));
        await TakeInAsync();

        (await FindAsync(typed)).ShouldBe(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Search_CommonWords_AreMetWindowByWindowFromTheNewestOn()
    {
        string[] bodies = ["A liability cap.", "Small talk.", "The cap holds.", "A cap and a bell.", "Small talk.", "No cap yet."];
        foreach (var (body, index) in bodies.Select((body, index) => (body, index)))
            await World.StoreAsync(LedgerWorld.Activity($"{index}", body, minute: index));
        await TakeInAsync();
        var queries = new ActivityQueries(Ledger) { Rare = 2, WordWindow = 3 };
        var filter = new ActivityFilter { Text = "cap" };

        var first = await queries.PageAsync(filter, new PageRequest(null, null), Token);
        var second = await queries.PageAsync(filter, new PageRequest(first.Older, null), Token);

        first.Rows.Select(row => row.ExternalId).ShouldBe(["5", "3"]);
        second.Rows.Select(row => row.ExternalId).ShouldBe(["2", "0"]);
        (await queries.CountAsync(filter, Token)).ShouldBe(new CappedCount(2, true), "what one page would look at");
        (await queries.PageAsync(filter with { From = first.Rows[1].OccurredAt is var at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null }, new PageRequest(null, null), Token))
            .Rows.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Search_TextThatChanged_IsFoundByItsNewWordsAlone()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await TakeInAsync();
        (await FindAsync("version")).ShouldBe(["1"]);

        await World.StoreAsync(LedgerWorld.Activity("1", "Something else altogether.", minute: 9));
        (await World.CountAsync("activity_text where searched_at is null")).ShouldBe(1);
        await TakeInAsync();

        (await FindAsync("version")).ShouldBeEmpty();
        (await FindAsync("altogether")).ShouldBe(["1"]);
        (await World.CountAsync("activity_search")).ShouldBe(1);
    }

    private async Task TakeInAsync()
    {
        while (await Ledger.TakeInAsync(10, Token) > 0)
        {
        }
    }

    private async Task<IEnumerable<string>> FindAsync(string typed) =>
        (await new ActivityQueries(Ledger).PageAsync(new ActivityFilter { Text = typed }, new PageRequest(null, null), Token)).Rows.Select(row => row.ExternalId).Order(StringComparer.Ordinal);
}
