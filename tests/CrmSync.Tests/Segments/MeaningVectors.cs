using System.Text;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Documents;
using CrmSync.Pipeline.Segments.Vectors;

namespace CrmSync.Tests.Segments;

/// <summary>An endpoint for which the first letter of a text is its meaning. Remembers what it was asked, and fails when it is told to.</summary>
internal sealed class MeaningVectors : ITextVectors
{
    private const int Meanings = 20;
    private const int Synonyms = 400;

    public List<string> Asked { get; } = [];

    public int Calls { get; private set; }

    /// <summary>Calls that are answered before <see cref="Failure"/> is.</summary>
    public int FailsAfter { get; set; } = int.MaxValue;

    public Failure Failure { get; set; } = new(FailureCategory.Retry, "test.down", "The endpoint is down.", "Try again.");

    public Func<string, bool> Refuses { get; set; } = _ => false;

    /// <summary>Characters that the deployment takes in a minute; a larger call meets its limit, however long one waits.</summary>
    public int MostCharacters { get; init; } = int.MaxValue;

    public string Model { get; set; } = "meanings-1";

    public int MostTexts { get; set; } = 100;

    public Task<Result<TextVectors>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        lock (Asked)
        {
            if (Calls++ >= FailsAfter)
                return Task.FromResult<Result<TextVectors>>(Failure);
            if (texts.Sum(text => text.Length) > MostCharacters)
                return Task.FromResult<Result<TextVectors>>(new Failure(FailureCategory.Wait, "test.limited", "The endpoint takes no more in this minute.", "Wait.") { NotBefore = DateTimeOffset.UnixEpoch });
            if (texts.Any(Refuses))
                return Task.FromResult<Result<TextVectors>>(new Failure(FailureCategory.Reject, "test.refused", "The endpoint does not take it.", "Leave it."));
            Asked.AddRange(texts);
            return Task.FromResult<Result<TextVectors>>(new TextVectors([.. texts.Select(Vector)], Model, texts.Sum(text => text.Length / 4)));
        }
    }

    public static float[] Vector(string text)
    {
        var random = new Random(text.Sum(c => c));
        var vector = new float[Meanings + 4];
        for (var i = 0; i < vector.Length; i++)
            vector[i] = 0.15f * (float)random.NextDouble();
        vector[Math.Clamp(text[0] - 'a', 0, Meanings - 1)]++;
        return vector;
    }

    /// <summary>Notes in which every meaning has hundreds of words, so that hardly any is said twice and words alone show nothing. Sixty of two hundred accounts speak of one of two meanings.</summary>
    public static List<AccountNote> Notes()
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

    public static string Word(int meaning, int synonym)
    {
        var word = new StringBuilder().Append((char)('a' + meaning)).Append('q');
        for (var rest = synonym; word.Length < 5; rest /= 26)
            word.Append((char)('a' + (rest % 26)));
        return word.ToString();
    }
}

/// <summary>Keeps what a search was told, as the ledger does.</summary>
internal sealed class KeptVectors : IVectorMemory
{
    private readonly Dictionary<long, DrawnVector> _drawn = [];
    private readonly Dictionary<(string Key, string Note), KnownTopics> _read = [];
    private VectorTopics? _topics;

    public int Read => _read.Count;

    public Task<SearchVectors> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(new SearchVectors(_topics, _drawn.ToDictionary()));

    public Task<IReadOnlyDictionary<string, KnownTopics>> FindAsync(string key, IReadOnlyList<string> notes, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, KnownTopics>>(notes.Where(note => _read.ContainsKey((key, note))).ToDictionary(note => note, note => _read[(key, note)]));

    public void Keep(VectorStep news)
    {
        foreach (var drawn in news.Drawn)
            _drawn[drawn.TextHash] = drawn;
        _topics = news.Learned is { } learned ? VectorTopicsFile.Read(VectorTopicsFile.Write(learned)) : _topics;
        foreach (var read in news.Read)
            _read[(read.Key, read.Note)] = read.Known;
    }
}
