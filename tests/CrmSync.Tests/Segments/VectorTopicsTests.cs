using System.Text;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Documents;
using CrmSync.Pipeline.Segments.Vectors;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Segments;

public sealed class VectorTopicsTests
{
    private const int Meanings = 20;
    private const int Synonyms = 400;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Every meaning has hundreds of words, so that hardly any is said twice: words alone show nothing.</summary>
    private static List<AccountNote> Notes()
    {
        var random = new Random(8);
        List<AccountNote> notes = [];
        for (var account = 0; account < 200; account++)
            for (var i = 0; i < 12; i++)
            {
                var meaning = account < 60 && random.Next(2) == 0 ? account % 2 : random.Next(Meanings);
                notes.Add(new AccountNote($"a{account}", $"{account}-{i}", $"{Word(meaning, random.Next(Synonyms))} {Word(meaning, random.Next(Synonyms))}"));
            }
        return notes;
    }

    private static string Word(int meaning, int synonym)
    {
        var word = new StringBuilder().Append((char)('a' + meaning)).Append('q');
        for (var rest = synonym; word.Length < 5; rest /= 26)
            word.Append((char)('a' + (rest % 26)));
        return word.ToString();
    }

    [Fact]
    public async Task Run_OtherWordsForTheSame_AreFoundByVectorsOnly()
    {
        var source = new NoteList(Notes());
        var options = new DiscoveryOptions();
        var topics = await VectorTopics.LearnAsync(source, new Meaning(), options, Token);
        topics.Succeeded.ShouldBeTrue();
        var tagged = new TopicNotes(source, topics.Value!, new Meaning());

        var byWords = await new SegmentDiscovery(options).RunAsync(source, cancellationToken: Token);
        var byVectors = await new SegmentDiscovery(options).RunAsync(tagged, cancellationToken: Token);

        byWords.Segments.ShouldBeEmpty();
        byVectors.Segments.Count.ShouldBe(2);
        byVectors.Segments.ShouldAllBe(segment => segment.Size >= 20 && segment.Size <= 40);
        byVectors.Segments.SelectMany(segment => segment.Terms).ShouldAllBe(term => !term.Term.StartsWith('#'));
        tagged.Failure.ShouldBeNull();
    }

    [Fact]
    public async Task Learn_EndpointFails_IsTheResult() =>
        (await VectorTopics.LearnAsync(new NoteList(Notes()), new Meaning(failAfter: 0), new DiscoveryOptions(), Token)).Failure!.Code.ShouldBe("test.down");

    [Fact]
    public async Task Read_EndpointFailsHalfWay_GivesTheRestWithoutTopics()
    {
        var source = new NoteList(Notes());
        var topics = await VectorTopics.LearnAsync(source, new Meaning(), new DiscoveryOptions(), Token);
        var tagged = new TopicNotes(source, topics.Value!, new Meaning(failAfter: 3));
        List<AccountNote> notes = [];
        await foreach (var note in tagged.ReadAsync(Token))
            notes.Add(note);

        notes.Select(note => note.Id).ShouldBe(Notes().Select(note => note.Id));
        notes[0].Topics.ShouldNotBeNull();
        notes[^1].Topics.ShouldBeNull();
        tagged.Failure!.Code.ShouldBe("test.down");
    }

    /// <summary>The first letter of a word is its meaning.</summary>
    private sealed class Meaning(int failAfter = int.MaxValue) : ITextVectors
    {
        private int _calls;

        public int MostTexts => 100;

        public Task<Result<IReadOnlyList<float[]>>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
            Task.FromResult(_calls++ >= failAfter
                ? new Failure(FailureCategory.Retry, "test.down", "The endpoint is down.", "Try again.")
                : Result.Success<IReadOnlyList<float[]>>([.. texts.Select(text =>
                {
                    var random = new Random(text.Sum(c => c));
                    var vector = new float[Meanings + 4];
                    for (var i = 0; i < vector.Length; i++)
                        vector[i] = 0.15f * (float)random.NextDouble();
                    vector[text[0] - 'a']++;
                    return vector;
                })]));
    }
}
