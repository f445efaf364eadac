using System.Text.Json;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Documents;
using CrmSync.Pipeline.Segments.Models;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Segments;

public sealed class SegmentDiscoveryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task<DiscoveryResult> FindAsync(List<AccountNote> notes, DiscoveryOptions? options = null, SegmentConstraints? constraints = null) =>
        new SegmentDiscovery(options ?? new DiscoveryOptions()).RunAsync(new NoteList(notes), constraints, cancellationToken: Token);

    [Fact]
    public async Task Run_PlantedSegments_AreFoundAndOthersLeftOut()
    {
        var result = await FindAsync(SmallPlant.Notes());

        result.Segments.Count.ShouldBe(SmallPlant.Segments);
        result.Accounts.Count.ShouldBe(300);
        result.Accounts.Count(account => SmallPlant.TruthOf(SmallPlant.Number(account.Account)) < 0 && account.Segment is not null).ShouldBeLessThan(15);
        foreach (var segment in result.Segments)
        {
            var truths = segment.Members.Select(member => SmallPlant.TruthOf(SmallPlant.Number(member.Account))).ToArray();
            truths.GroupBy(truth => truth).Max(group => group.Count()).ShouldBeGreaterThanOrEqualTo(25);
            segment.IsPromoted.ShouldBeTrue();
            segment.Stability.ShouldBeGreaterThan(0.8);
        }
    }

    [Fact]
    public async Task Run_PlantedSegments_AreExplained()
    {
        var result = await FindAsync(SmallPlant.Notes());

        var segment = result.Segments.Single(segment => segment.Members.Any(member => member.Account == "a0"));
        segment.Name.ShouldNotBeNullOrWhiteSpace();
        segment.Terms.Select(term => term.Term).ShouldContain(term => term.Contains("payment") || term.Contains("bill") || term.Contains("entity"));
        segment.Terms.ShouldAllBe(term => term.Inside >= 5);
        segment.Members[0].Reason.ShouldMatch("^[0-9]+ of 12 notes speak of it, [0-9.]+ expected$");
        ((double)segment.Members[0].Speaking).ShouldBeGreaterThan(segment.Members[0].Expected);
        segment.Nearest.ShouldNotBeNull();
        segment.Quotes.Count.ShouldBe(5);
        segment.Quotes.Select(quote => quote.Account).Distinct().Count().ShouldBe(5);
    }

    [Fact]
    public async Task Run_SourceThatGrowsMeanwhile_QuotesTheNotesThatItMeant()
    {
        var notes = SmallPlant.Notes();
        var source = new GrowingList(notes);

        var result = await new SegmentDiscovery(new DiscoveryOptions()).RunAsync(source, null, cancellationToken: Token);

        source.Reads.ShouldBe(2);
        foreach (var segment in result.Segments)
        {
            segment.Quotes.Count.ShouldBeGreaterThan(2);
            // What few accounts use is left out of a quote, so its words are some of the note's.
            foreach (var quote in segment.Quotes)
                quote.Text.Split([' ', '…'], StringSplitOptions.RemoveEmptyEntries).Except(notes.Single(note => note.Id == quote.Note).Text.Split(' ')).ShouldBeEmpty();
            segment.Quotes.ShouldAllBe(quote => segment.Terms.Count(term => quote.Text.Contains(term.Term)) >= 2);
        }
    }

    [Fact]
    public async Task Run_NoiseOnly_FindsNothingAndSaysSo()
    {
        for (var seed = 0; seed < 5; seed++)
        {
            var result = await FindAsync(SmallPlant.Notes(perSegment: 0, seed: seed), new DiscoveryOptions { Seed = seed });

            result.Segments.ShouldBeEmpty();
            result.Model.ShouldBeNull();
            result.Accounts.ShouldAllBe(account => account.Segment == null);
            result.Remarks.ShouldContain(remark => remark.Contains("chance"));
        }
    }

    [Fact]
    public async Task Run_AnyNumberOfThreads_GivesTheSameBits()
    {
        var notes = SmallPlant.Notes();
        List<string> answers = [];
        foreach (var threads in new[] { 1, 3, 8 })
        {
            var result = await FindAsync(notes, new DiscoveryOptions { Threads = threads });
            using var model = new MemoryStream();
            SegmentModelFile.Write(result.Model!, model);
            answers.Add(JsonSerializer.Serialize(result.Segments) + Convert.ToBase64String(model.ToArray()));
        }

        answers.Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Run_BoilerplateOfReps_IsNoSegment()
    {
        // Ten reps with thirty accounts each; half of all notes end in the rep's standing sentence.
        static string Habit(int account, int note) => note % 2 == 0 ? $"\n{string.Join(' ', "alpha bravo charlie delta echo foxtrot golf hotel india juliet".Split(' ').Select((word, i) => i == account / 30 ? "mine" + word : word + (char)('a' + (account / 30))))} desk cadence logged" : "";

        var result = await FindAsync(SmallPlant.Notes(perSegment: 0, more: Habit));

        result.Segments.ShouldBeEmpty();
        result.Remarks.ShouldContain(remark => remark.Contains("to the letter"));
    }

    [Fact]
    public async Task Run_WordsOfOneOwner_AreLeftOut()
    {
        var random = new Random(3);
        List<AccountNote> notes = [.. SmallPlant.Notes(perSegment: 0).Select(note =>
        {
            var rep = SmallPlant.Number(note.Account) / 50;
            return note with { Owner = $"rep{rep}", Text = rep == 2 ? $"{note.Text} per synergy {SmallPlant.Filler(random)} playbook" : note.Text };
        })];

        var result = await FindAsync(notes);

        result.Segments.ShouldBeEmpty();
        result.Remarks.ShouldContain(remark => remark.Contains("one owner"));
    }

    [Fact]
    public async Task Run_OneHugeAccount_IsDrawnFromAndChangesLittle()
    {
        var notes = SmallPlant.Notes();
        var random = new Random(9);
        notes.AddRange(Enumerable.Range(0, 5_000).Select(i => new AccountNote("huge", $"h{i}", $"crane lifts clash on two sites {SmallPlant.Filler(random)} {SmallPlant.Filler(random)}")));

        var result = await FindAsync(notes);

        result.Segments.Count.ShouldBe(SmallPlant.Segments);
        result.Accounts.Single(account => account.Account == "huge").Segment.ShouldBeNull();
        result.Remarks.ShouldContain(remark => remark.Contains("huge") && remark.Contains("5,000"));
    }

    [Fact]
    public async Task Run_TwoLanguages_AreNoSegments()
    {
        string[] german = ["wir haben noch keine Entscheidung und warten auf die Leitung", "der Preis ist nicht das Problem fuer uns", "sie wollen das Angebot mit der Technik besprechen", "ich habe den Termin auf den Montag verschoben", "die Unterlagen sind nach dem Gespräch nicht angekommen", "das Budget wird erst im Sommer für die Abteilung frei"];
        var random = new Random(1);
        List<AccountNote> notes = [.. SmallPlant.Notes(perSegment: 0).Select(note => SmallPlant.Number(note.Account) % 3 == 0
            ? note with { Text = $"{german[random.Next(german.Length)]} {SmallPlant.Filler(random)}" }
            : note with { Text = $"{note.Text} and this is what they have for the team" })];

        var result = await FindAsync(notes);

        result.Segments.ShouldBeEmpty();
        result.Remarks.ShouldContain(remark => remark.Contains("2 languages"));
    }

    [Fact]
    public async Task Run_BorrowedWordInASegment_IsNoLanguage()
    {
        // "per" and "con" are words of other languages; notes too short for function words must not be told apart by them.
        var notes = SmallPlant.Notes(more: (account, note) => SmallPlant.TruthOf(account) == 0 && note % 2 == 0 ? " per con per" : "");

        var result = await FindAsync(notes);

        result.Segments.Count.ShouldBe(SmallPlant.Segments);
        result.Remarks.ShouldNotContain(remark => remark.Contains("languages"));
    }

    [Theory]
    [InlineData(0, "no activities")]
    [InlineData(3, "only 3 accounts")]
    [InlineData(10, "only 10 accounts")]
    public async Task Run_FewAccounts_SaysSo(int accounts, string sentence)
    {
        var result = await FindAsync(SmallPlant.Notes(accounts, perSegment: 3));

        result.Segments.ShouldBeEmpty();
        result.Accounts.Count.ShouldBe(accounts);
        result.Remarks.ShouldContain(remark => remark.Contains(sentence));
    }

    [Fact]
    public async Task Run_EmptyBodies_SaysSo()
    {
        var result = await FindAsync([.. Enumerable.Range(0, 200).Select(i => new AccountNote($"a{i % 50}", $"{i}", ""))]);

        result.Accounts.Count.ShouldBe(50);
        result.Remarks.ShouldContain(remark => remark.Contains("any text"));
    }

    [Fact]
    public async Task Run_Constraints_Hold()
    {
        // a0 and a3 are of one segment; a200 of none.
        var constraints = new SegmentConstraints([("a0", "a200")], [("a0", "a3")]);

        var result = await FindAsync(SmallPlant.Notes(), constraints: constraints);

        var segments = result.Accounts.ToDictionary(account => account.Account, account => account.Segment);
        segments["a200"].ShouldBe(segments["a0"]);
        if (segments["a0"] is { } shared)
            segments["a3"].ShouldNotBe(shared);
        segments["a6"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Run_Cancelled_StopsAndResumesToTheSameAnswer()
    {
        var notes = SmallPlant.Notes();
        var whole = await FindAsync(notes);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        DiscoveryCheckpoint? kept = null;
        await Should.ThrowAsync<OperationCanceledException>(() => new SegmentDiscovery(new DiscoveryOptions()).RunAsync(
            new NoteList(notes), keep: (checkpoint, _) =>
            {
                kept = JsonSerializer.Deserialize<DiscoveryCheckpoint>(JsonSerializer.Serialize(checkpoint));
                cancel.Cancel();
                return Task.CompletedTask;
            }, cancellationToken: cancel.Token));
        List<string> stages = [];

        var resumed = await new SegmentDiscovery(new DiscoveryOptions()).RunAsync(
            new NoteList(notes), progress: new Stages(stages), resume: kept, cancellationToken: Token);

        JsonSerializer.Serialize(resumed.Segments).ShouldBe(JsonSerializer.Serialize(whole.Segments));
        stages.ShouldNotContain("looking for directions");
        stages[^1].ShouldBe("done");
    }

    [Fact]
    public async Task Run_CheckpointOfOtherNotes_IsNotUsed()
    {
        DiscoveryCheckpoint? kept = null;
        await new SegmentDiscovery(new DiscoveryOptions()).RunAsync(new NoteList(SmallPlant.Notes(seed: 77)), keep: (checkpoint, _) =>
        {
            kept = checkpoint;
            return Task.CompletedTask;
        }, cancellationToken: Token);
        List<string> stages = [];

        await new SegmentDiscovery(new DiscoveryOptions()).RunAsync(new NoteList(SmallPlant.Notes()), progress: new Stages(stages), resume: kept, cancellationToken: Token);

        stages.ShouldContain("looking for directions");
    }

    private sealed class Stages(List<string> stages) : IProgress<DiscoveryProgress>
    {
        public void Report(DiscoveryProgress value) => stages.Add(value.Stage);
    }

    /// <summary>A source that somebody writes to between two reads: the second one has a note before every other.</summary>
    private sealed class GrowingList(List<AccountNote> notes) : INoteSource
    {
        public int Reads { get; private set; }

        public async IAsyncEnumerable<AccountNote> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var isLater = Reads++ > 0;
            foreach (var note in notes)
            {
                if (isLater)
                    yield return new AccountNote(note.Account, $"{note.Id}-new", "an invitation to breakfast");
                yield return note;
            }
            await Task.CompletedTask;
        }
    }
}
