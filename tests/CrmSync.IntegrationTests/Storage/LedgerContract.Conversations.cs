using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Retention;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Pipeline.Segments.Conversations;
using CrmSync.Pipeline.Segments.Packs;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private static Brief BriefFor(long? account, string segment = TalkSeed.Bills, params string[] activities) => new()
    {
        Account = account is { } id ? AccountKey.Of(id) : null, Title = "Brackwater", Segment = new SegmentMatch(segment, "Bill payment", "Because.", 0.9), PackVersion = 1, At = LedgerWorld.Start, Facts = [],
        Points = [new BriefPoint(BriefPart.Question, $"Why {Canary}?", ["questions-1", "questions-2"], activities, activities.Length > 0, PackAuthor.Template)],
        LeftOut = [], Waiting = 0, Notices = [], Tokens = 120, Budget = 1_500,
    };

    private static ThreadMessage Said(string text, params long[] activities) => new("", TalkSeed.Bills, ThreadRole.Specialist, "template", LedgerWorld.Start.AddMinutes(1), text)
    {
        Citations = [new Citation(CitationKind.Line, "l1", null, "A line."), .. activities.Select(id => new Citation(CitationKind.Activity, AccountKey.Of(id), "1", $"{Canary} said so"))],
        Notices = ["Something was left out."],
    };

    private static ThreadMessage Asked(string text) => new("", TalkSeed.Bills, ThreadRole.Person, "ada", LedgerWorld.Start, text);

    [Theory]
    [InlineData("brackw", "Brackwater 1,Brackwater 2,Brackwater 3,Brackwater 4,Brackwater 5")]
    [InlineData("BRACKWATER 3", "Brackwater 3")]
    [InlineData("  other  house", "Other House 13,Other House 14")]
    [InlineData("company9.example", "Coldmere 9")]
    [InlineData("hubspot-main:10", "Coldmere 10")]
    [InlineData("hubspot-main/10", "Coldmere 10")]
    [InlineData("nobody-main:10", "")]
    [InlineData("water", "")]
    [InlineData("%", "")]
    [InlineData("", "")]
    public async Task BriefAccounts_AreFoundByHowTheirNamesBeginDomainOrId(string wanted, string names)
    {
        await TalkSeed.PlantAsync(Ledger);
        (await Ledger.FindAccountsAsync(wanted, 5, Token)).Select(subject => subject.Name).ShouldBe(names.Split(',', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task BriefAccounts_TellTheirSegment_AndThoseThatAreGoneAreLeftOut()
    {
        var ids = await TalkSeed.PlantAsync(Ledger);
        var subject = (await Ledger.ReadBriefSubjectAsync(ids[2], Token)).ShouldNotBeNull();
        (subject.Key, subject.Domain, subject.Segment!.Segment, subject.Segment.Name, subject.Segment.Reason).ShouldBe(
            ("hubspot-main:2", "company2.example", TalkSeed.Bills, "Bill payment", "2 of 2 notes speak of it, 0.1 expected."));
        (await Ledger.ReadBriefSubjectAsync(ids[14], Token))!.Segment.ShouldBeNull();
        (await Ledger.FindAccountsAsync(AccountKey.Of(ids[2]), 5, Token)).ShouldHaveSingleItem().Id.ShouldBe(ids[2]);
        await Ledger.MergeAsync(Order(TalkSeed.Cold), TalkSeed.Bills, Token);
        (await Ledger.ReadBriefSubjectAsync(ids[8], Token))!.Segment!.Segment.ShouldBe(TalkSeed.Bills, "what is merged into a segment is that segment's");

        await AlterAsync($"update crm_company set gone_at = 1 where id = {ids[2]}");
        (await Ledger.ReadBriefSubjectAsync(ids[2], Token)).ShouldBeNull();
        (await Ledger.FindAccountsAsync("brackwater 2", 5, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Briefs_Kept_AreReadAgainAndTellLearningTheirLines()
    {
        var ids = await TalkSeed.PlantAsync(Ledger);
        var first = await Ledger.AddBriefAsync(BriefFor(ids[1]), "ada", Token);
        var prospect = await Ledger.AddBriefAsync(BriefFor(null), "bob", Token);
        var cold = await Ledger.AddBriefAsync(BriefFor(ids[7], TalkSeed.Cold), "ada", Token);

        var read = (await Ledger.ReadBriefAsync(first, Token)).ShouldNotBeNull();
        (read.Account, read.Segment, read.By, read.At).ShouldBe((ids[1], TalkSeed.Bills, "ada", LedgerWorld.Start));
        BriefText.Json(read.Content!).ShouldBe(BriefText.Json(BriefFor(ids[1])));
        (await Ledger.ReadBriefsAsync(null, 2, Token)).Select(brief => brief.Id).ShouldBe([cold, prospect]);
        (await Ledger.ReadBriefsAsync(ids[1], 9, Token)).Select(brief => brief.Id).ShouldBe([first]);
        (await Ledger.ReadBriefAsync(prospect, Token))!.Account.ShouldBeNull();
        (await Ledger.ReadBriefAsync(99, Token)).ShouldBeNull();
        var use = (await Ledger.ReadUsesAsync(TalkSeed.Bills, Token)).ShouldHaveSingleItem("a prospect has no deal to learn from");
        (use.Segment, use.Account, use.At, string.Join(' ', use.Lines)).ShouldBe((TalkSeed.Bills, AccountKey.Of(ids[1]), LedgerWorld.Start, "questions-1 questions-2"));
        (await World.ListAsync<string>("select actor || ' ' || subject || ' ' || after from audit where action = 'brief.make' order by id")).ShouldBe(
            [$"ada account/{ids[1]} bill-payment, pack version 1", "bob prospect bill-payment, pack version 1", $"ada account/{ids[7]} cold-chain, pack version 1"]);
    }

    [Fact]
    public async Task Threads_GrowAndAreReadInParts_EachSegmentsForItself()
    {
        await TalkSeed.PlantAsync(Ledger);
        foreach (var number in Enumerable.Range(1, 3))
            await Ledger.AppendAsync(Asked($"Question {number}?"), Said($"Answer {number}."), null, Token);

        var newest = await Ledger.ReadMessagesAsync(TalkSeed.Bills, null, 3, Token);
        newest.Select(message => message.Text).ShouldBe(["Answer 3.", "Question 3?", "Answer 2."]);
        var answer = newest[0];
        (answer.Role, answer.Author, answer.Segment, answer.Notices.Single()).ShouldBe((ThreadRole.Specialist, "template", TalkSeed.Bills, "Something was left out."));
        answer.Citations.ShouldBe([new Citation(CitationKind.Line, "l1", null, "A line.")]);
        (await Ledger.ReadMessagesAsync(TalkSeed.Bills, AccountKey.Parse(newest[2].Id), 2, Token)).Select(message => message.Text).ShouldBe(["Question 2?", "Answer 1."]);
        var thread = await Ledger.ReadThreadAsync(TalkSeed.Bills, 4, Token);
        thread.Messages.Select(message => message.Text).ShouldBe(["Question 2?", "Answer 2.", "Question 3?", "Answer 3."]);
        thread.Summary!.Text.ShouldContain(TalkSeed.BillsCanary);
        (await Ledger.ReadMessagesAsync(TalkSeed.Cold, null, 9, Token)).ShouldAllBe(message => message.Segment == TalkSeed.Cold && message.Text.Contains(TalkSeed.ColdCanary));
        (await Ledger.ReadMessageAsync(TalkSeed.Cold, AccountKey.Parse(answer.Id), Token)).ShouldBeNull("it stands in another segment's thread");
        (await Ledger.ReadMessageAsync(TalkSeed.Bills, AccountKey.Parse(answer.Id), Token))!.Text.ShouldBe("Answer 3.");
        (await World.ListAsync<string>("select actor || ' ' || subject || ' ' || after from audit where action = 'segment.ask' order by id"))[^1].ShouldBe($"ada bill-payment message/{answer.Id}");
    }

    [Fact]
    public async Task Threads_Summaries_OnlyReachFurther()
    {
        await TalkSeed.PlantAsync(Ledger);
        var (question, answer) = await Ledger.AppendAsync(Asked("One?"), Said("One."), null, Token);
        await Ledger.AppendAsync(Asked("Two?"), Said("Two."), new ThreadSummary(TalkSeed.Bills, answer.Id, 4, "Further.", PackAuthor.Model("gpt")), Token);
        await Ledger.AppendAsync(Asked("Three?"), Said("Three."), new ThreadSummary(TalkSeed.Bills, question.Id, 3, "Back.", PackAuthor.Template), Token);
        (await Ledger.ReadThreadAsync(TalkSeed.Bills, 9, Token)).Summary.ShouldBe(new ThreadSummary(TalkSeed.Bills, answer.Id, 4, "Further.", PackAuthor.Model("gpt")));
        await Should.ThrowAsync<ArgumentException>(() => Ledger.AppendAsync(Asked("Four?"), Said("Four.") with { Segment = TalkSeed.Cold }, null, Token));
    }

    [Fact]
    public async Task EraseAsync_Activity_TakesItsWordsOutOfBriefsThreadsAndSummaries()
    {
        var ids = await TalkSeed.PlantAsync(Ledger);
        var told = (await World.ListAsync<long>("select id from activity where external_id = '1-0'"))[0];
        var brief = await Ledger.AddBriefAsync(BriefFor(ids[1]), "ada", Token);
        var other = await Ledger.AddBriefAsync(BriefFor(ids[2]), "ada", Token);
        var (_, answer) = await Ledger.AppendAsync(Asked("Why?"), Said($"{Canary} is why.", told), null, Token);

        (await Ledger.EraseAsync(Request("calls", "1-0"), Token)).Succeeded.ShouldBeTrue();

        (await Ledger.ReadBriefAsync(brief, Token))!.Content.ShouldBeNull();
        (await Ledger.ReadBriefAsync(other, Token))!.Content.ShouldNotBeNull("another account's");
        (await Ledger.ReadUsesAsync(TalkSeed.Bills, Token)).Count.ShouldBe(2, "which lines it had is no personal data");
        var gone = (await Ledger.ReadMessagesAsync(TalkSeed.Bills, null, 1, Token)).Single();
        (gone.Id, gone.Text, gone.Citations.Count, gone.ErasedAt is null).ShouldBe((answer.Id, "", 0, false));
        var thread = await Ledger.ReadThreadAsync(TalkSeed.Bills, 9, Token);
        thread.Messages.ShouldNotContain(message => message.Id == answer.Id);
        thread.Summary.ShouldBeNull("it is made anew from what is left");
        (await Ledger.ReadThreadAsync(TalkSeed.Cold, 9, Token)).Summary.ShouldNotBeNull();
        (await World.CountAsync($"thread_message where text || citations like '%{Canary}%'")).ShouldBe(0);
        // What comes too late: made from the text while it was being erased.
        (await Ledger.ReadBriefAsync(await Ledger.AddBriefAsync(BriefFor(ids[1], TalkSeed.Bills, AccountKey.Of(told)), "ada", Token), Token))!.Content.ShouldBeNull();
        await Ledger.AppendAsync(Asked("Why?"), Said($"{Canary} is why.", told), null, Token);
        (await World.CountAsync($"thread_message where text || citations like '%{Canary}%'")).ShouldBe(0);
    }

    [Fact]
    public async Task Purge_OldBriefsAndMessages_GoWithWhatPointsAtThem()
    {
        var ids = await TalkSeed.PlantAsync(Ledger);
        await Ledger.AddBriefAsync(BriefFor(ids[1]), "ada", Token);
        await Ledger.AppendAsync(Asked("Why?"), Said("So.", (await World.ListAsync<long>("select min(id) from activity"))[0]), null, Token);
        RetentionRules.Find("brief")!.Days.ShouldBe(0, "nothing goes unless somebody says so");
        (await PurgeAsync("brief")).ShouldBe(1);
        (await PurgeAsync("thread_message")).ShouldBe(10);
        (await World.CountAsync("thread_summary")).ShouldBe(0);
        (await World.CountAsync("thread_citation")).ShouldBe(0);
    }
}
