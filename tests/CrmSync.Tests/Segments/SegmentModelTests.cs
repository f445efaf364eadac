using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Documents;
using CrmSync.Pipeline.Segments.Models;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Segments;

public sealed class SegmentModelTests
{
    private static readonly SegmentModel Small = new(
        [new ModelSegment("s01", "Bill payment", 0.5, 2, 0.1, 0.05), new ModelSegment("s02", "Cold chain", 0.4, 3, 0.2, 0.1)],
        ["bill", "bill payment", "excursion"],
        [1.5f, -0.5f, 2f, -1f, -1f, 3f]);

    [Fact]
    public void Read_KnownVector_GivesTheSameNumbersForEver()
    {
        // log(1 - 0.5 + 0.5 e^3.5) and log(1 - 0.4 + 0.4 e^-1.5): part of the format, so these never change.
        var evidence = Small.Read("Bill payment: another bill.");

        evidence.Added[0].ShouldBe(2.83658f, 1e-4f);
        evidence.Added[1].ShouldBe(-0.37215f, 1e-4f);
        evidence.Speaks.ShouldBe([true, false]);
        evidence.Weight.ShouldBe(1);
    }

    [Fact]
    public void Read_NothingKnown_SaysNothing()
    {
        var account = Small.Add(Small.Begin(), Small.Read("left a voicemail"));

        account.Notes.ShouldBe(0);
        account.Sums.ShouldAllBe(sum => sum == 0);
        Small.Assign(account).ShouldBeNull();
    }

    [Fact]
    public void Add_NoteByNote_EqualsAllAtOnceAndCrossesTheThreshold()
    {
        string[] notes = ["bill", "a bill payment", "excursion"];
        var account = Small.Begin();
        List<string?> assigned = [];
        foreach (var note in notes)
        {
            account = Small.Add(account, Small.Read(note));
            assigned.Add(Small.Assign(account)?.Segment);
        }

        assigned[0].ShouldBeNull();
        assigned[1].ShouldBe("s01");
        account.Sums.ShouldBe(Small.Gather(notes).Sums);
        Small.Assign(account)!.Speaking.ShouldBe(2);
    }

    [Fact]
    public void Match_Text_RanksSegmentsAndNamesTerms()
    {
        var matches = Small.Match("They had an excursion. Another excursion last week.");

        matches[0].Segment.ShouldBe("s02");
        matches[0].Terms.ShouldBe(["excursion"]);
        matches.Sum(match => match.Probability).ShouldBeLessThan(1);
    }

    [Fact]
    public void Write_Model_ReadsBackToTheSameBytes()
    {
        using var first = new MemoryStream();
        SegmentModelFile.Write(Small, first);
        first.Position = 0;
        var again = SegmentModelFile.Read(first);
        using var second = new MemoryStream();
        SegmentModelFile.Write(again, second);

        second.ToArray().ShouldBe(first.ToArray());
        again.Segments.ShouldBe(Small.Segments);
        again.Read("bill payment").Added.ShouldBe(Small.Read("bill payment").Added);
        System.Text.Encoding.ASCII.GetString(first.ToArray(), 0, 24).ShouldBe("crmsync/segment-model/1\n");
    }

    [Fact]
    public void Read_DamagedFile_SaysSo()
    {
        using var stream = new MemoryStream();
        SegmentModelFile.Write(Small, stream);
        var bytes = stream.ToArray();

        Should.Throw<SegmentModelException>(() => SegmentModelFile.Read(new MemoryStream(bytes[..^20]))).Message.ShouldContain("run the discovery again");
        Should.Throw<SegmentModelException>(() => SegmentModelFile.Read(new MemoryStream("nothing like it"u8.ToArray().Concat(new byte[40]).ToArray()))).Message.ShouldContain("run a discovery");
    }

    [Fact]
    public async Task Assign_AccountsNotSeenInDiscovery_GoToTheirSegments()
    {
        var notes = SmallPlant.Notes(accounts: 400, perSegment: 40);
        List<AccountNote> seen = [.. notes.Where(note => SmallPlant.Number(note.Account) % 4 != 0)];
        var result = await new SegmentDiscovery(new DiscoveryOptions()).RunAsync(new NoteList(seen), cancellationToken: TestContext.Current.CancellationToken);
        var segmentOf = result.Segments.ToDictionary(segment => SmallPlant.TruthOf(SmallPlant.Number(segment.Members[0].Account), 40), segment => segment.Id);

        var right = 0;
        var accounts = notes.GroupBy(note => note.Account).Where(group => SmallPlant.Number(group.Key) % 4 == 0).ToArray();
        foreach (var account in accounts)
            right += result.Model!.Assign(result.Model.Gather(account.Select(note => note.Text)))?.Segment == segmentOf.GetValueOrDefault(SmallPlant.TruthOf(SmallPlant.Number(account.Key), 40)) ? 1 : 0;

        right.ShouldBeGreaterThanOrEqualTo(accounts.Length * 9 / 10);
    }

    [Fact]
    public async Task Assign_NotesThatAllHoldAPastedParagraph_GoWhereDiscoveryPutThem()
    {
        const string pasted = "The project lead and two people of operations were there, and asked about the roll-out in three sites, the support hours and the import of old data. "
            + "We keep the minutes in the shared folder and send the next dates to everybody on the list before the end of the week.";
        List<AccountNote> notes = [.. SmallPlant.Notes().Select(note => note with { Text = $"{note.Text}.\n{pasted}" })];
        var result = await new SegmentDiscovery(new DiscoveryOptions()).RunAsync(new NoteList(notes), cancellationToken: TestContext.Current.CancellationToken);
        var segmentOf = result.Segments.SelectMany(segment => segment.Members.Select(member => (member.Account, segment.Id))).ToDictionary(pair => pair.Account, pair => pair.Id);
        segmentOf.Count.ShouldBeGreaterThan(60);

        var accounts = notes.GroupBy(note => note.Account).ToArray();
        var same = accounts.Count(account => result.Model!.Assign(result.Model.Gather(account.Select(note => note.Text)))?.Segment == segmentOf.GetValueOrDefault(account.Key));

        same.ShouldBeGreaterThanOrEqualTo(accounts.Length * 97 / 100);
    }

    [Fact]
    public void Tokens_OfOneNoteOrMillions_AreThoseThatWereAdded()
    {
        var store = new TokenStore();
        const int many = (1 << 20) + 1_000;
        for (var i = 0; i < many; i++)
            store.Add(i);

        store.Count.ShouldBe(many);
        foreach (var at in new[] { 0, 255, 256, 511, 512, 99_999, (1 << 20) - 1, 1 << 20, many - 1 })
            store[at].ShouldBe(at);
    }
}
