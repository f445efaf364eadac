using System.Globalization;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Documents;

namespace CrmSync.Pipeline.Segments.Vectors;

/// <summary>
/// Finds out what notes are about before segments are searched: draws texts, learns topics from their vectors, then reads the topics of every note. What the endpoint answered is kept, so
/// that a search which was killed, held, or stopped by the endpoint asks for nothing twice. Thread-safe.
/// </summary>
/// <param name="desk">The endpoint.</param>
/// <param name="clock">The clock of short waits.</param>
public sealed class TopicSearch(VectorDesk desk, TimeProvider clock)
{
    // A search holds no lease of its own, and beginning to read again costs more than a short wait for a limit of requests per minute.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);
    private const double LearnShare = 0.25;

    private readonly TopicReader _reader = new(desk);

    /// <summary>Most texts that topics are learned from.</summary>
    internal int MostDrawn { get; init; } = VectorTopics.MostTexts;

    /// <summary>Whether there is an endpoint at all.</summary>
    public bool IsConfigured => desk.IsConfigured;

    /// <summary>How the endpoint is used.</summary>
    public VectorOptions Options => desk.Options;

    /// <summary>Reads the notes' topics.</summary>
    /// <param name="source">The notes; read two or three times.</param>
    /// <param name="options">Seed and threads.</param>
    /// <param name="memory">What is kept between two tries.</param>
    /// <param name="progress">Told how far it is, from 0 to 1.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The notes with their topics. A failure where the endpoint fails for longer than a moment; what was answered until then is kept.</returns>
    public async Task<Result<FoundTopics>> ReadAsync(
        INoteSource source, DiscoveryOptions options, IVectorMemory memory, IProgress<DiscoveryProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(memory);
        var work = new Work(source, options, memory, progress, new TopicBook());
        var kept = await memory.ReadAsync(cancellationToken);
        var topics = kept.Topics;
        if (topics is not null)
            work.Read(topics, kept.Drawn.Values);
        else
        {
            work.Say("drawing notes to learn topics from", 0, 0);
            var drawn = await TextDraw.ReadAsync(source, options.Seed, MostDrawn, cancellationToken);
            if (drawn.Count < VectorTopics.FewestTexts)
                return new FoundTopics(source, null, [Text($"There are only {drawn.Count:N0} different notes with text, too few to learn topics from their vectors; words alone were used.")], default);
            var learned = await LearnAsync(work, drawn, kept.Drawn, cancellationToken);
            if (!learned.Succeeded)
                return learned.Failure;
            if (learned.Value is not { } made)
                return new FoundTopics(source, null, ["The embeddings endpoint does not take enough of the notes to learn topics from; words alone were used."], work.Cost);
            topics = made;
        }
        if (await ReadAllAsync(work, topics, cancellationToken) is { } failure)
            return failure;
        return new FoundTopics(
            new TopicNotes(source, work.Book), topics,
            [Text($"Notes were read by their words and by {topics.Count:N0} topics, made of vectors from {topics.Model}; personal data was removed before anything was sent.")], work.Cost);
    }

    private async Task<Result<VectorTopics?>> LearnAsync(
        Work work, IReadOnlyList<(long Hash, string Text)> drawn, IReadOnlyDictionary<long, DrawnVector> kept, CancellationToken cancellationToken)
    {
        var known = kept.ToDictionary();
        var done = drawn.Count(text => known.ContainsKey(text.Hash));
        foreach (var piece in drawn.Where(text => !kept.ContainsKey(text.Hash)).Chunk(_reader.NotesAtOnce))
        {
            work.Say("asking for vectors to learn topics from", LearnShare * done / drawn.Count, done);
            if (await work.PatientlyAsync(() => AskAsync(work, piece, known, cancellationToken), clock, cancellationToken) is { } failure)
                return failure;
            done += piece.Length;
        }
        // In the order of the draw, so that an interrupted search learns the same.
        DrawnVector[] vectors = [.. drawn.Select(text => known[text.Hash]).Where(vector => vector.Vector.Length > 0)];
        if (vectors.Select(vector => (vector.Model, vector.Vector.Length)).Distinct().Count() > 1)
            return VectorFailures.Other(vectors[0].Model, vectors[0].Vector.Length, vectors[^1].Model, vectors[^1].Vector.Length);
        if (vectors.Length < VectorTopics.FewestTexts)
            return new Result<VectorTopics?>(null, null);
        work.Say("learning topics", LearnShare, done);
        var topics = VectorTopics.Learn([.. vectors.Select(vector => vector.Vector)], vectors[0].Model, work.Options, cancellationToken);
        work.Memory.Keep(new VectorStep { Learned = topics });
        work.Read(topics, drawn.Select(text => known[text.Hash]));
        return topics;
    }

    private async Task<Failure?> AskAsync(Work work, (long Hash, string Text)[] texts, Dictionary<long, DrawnVector> known, CancellationToken cancellationToken)
    {
        (long Hash, string Text)[] open = [.. texts.Where(text => !known.ContainsKey(text.Hash))];
        if (open.Length == 0)
            return null;
        var embedded = await desk.EmbedAsync([.. open.Select(text => text.Text)], cancellationToken);
        work.Add(embedded.Cost);
        List<DrawnVector> news = [];
        for (var i = 0; i < open.Length; i++)
            if (embedded.Vectors[i] is { } vector)
                news.Add(known[open[i].Hash] = new DrawnVector(open[i].Hash, embedded.Model, vector));
        work.Memory.Keep(new VectorStep { Drawn = news });
        return embedded.Failure;
    }

    private async Task<Failure?> ReadAllAsync(Work work, VectorTopics topics, CancellationToken cancellationToken)
    {
        List<(string Note, string Text)> piece = new(_reader.NotesAtOnce);
        long read = 0;
        await foreach (var note in work.Source.ReadAsync(cancellationToken))
        {
            if (string.IsNullOrWhiteSpace(note.Text))
                continue;
            piece.Add((note.Id, note.Text));
            if (piece.Count < _reader.NotesAtOnce)
                continue;
            if (await ReadAsync() is { } failure)
                return failure;
        }
        return await ReadAsync();

        async Task<Failure?> ReadAsync()
        {
            // How many there are is not known before the end; the share creeps towards its limit.
            work.Say("reading topics of notes", LearnShare + ((1 - LearnShare) * read / (read + 200_000.0)), read);
            var known = await work.Memory.FindAsync(topics.Key, [.. piece.Select(note => note.Note)], cancellationToken);
            var failed = await work.PatientlyAsync(
                async () =>
                {
                    var (news, cost, failure) = await _reader.ReadAsync(topics, piece, known, work.Book, cancellationToken);
                    work.Add(cost);
                    work.Memory.Keep(new VectorStep { Read = news });
                    return failure;
                },
                clock, cancellationToken);
            read += piece.Count;
            piece.Clear();
            return failed;
        }
    }

    private static string Text(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);

    private sealed class Work(INoteSource source, DiscoveryOptions options, IVectorMemory memory, IProgress<DiscoveryProgress>? progress, TopicBook book)
    {
        public INoteSource Source => source;

        public DiscoveryOptions Options => options;

        public IVectorMemory Memory => memory;

        public TopicBook Book => book;

        public VectorCost Cost { get; private set; }

        public void Add(VectorCost cost) => Cost += cost;

        /// <summary>What topics were learned from is read by them without asking once more.</summary>
        public void Read(VectorTopics topics, IEnumerable<DrawnVector> drawn)
        {
            foreach (var vector in drawn.Where(vector => vector.Vector.Length is 0 || topics.Misfit(vector.Model, vector.Vector.Length) is null))
                Book.Add(vector.TextHash, topics.Read(vector.Vector));
        }

        public void Say(string stage, double share, long notes) => progress?.Report(new DiscoveryProgress(stage, share, notes));

        /// <summary>Asks until there is an answer, or a failure that a short wait does not mend.</summary>
        public async Task<Failure?> PatientlyAsync(Func<Task<Failure?>> ask, TimeProvider clock, CancellationToken cancellationToken)
        {
            while (true)
            {
                if (await ask() is not { } failure)
                    return null;
                if (failure is not { Category: FailureCategory.Wait, NotBefore: { } until } || until - clock.GetUtcNow() is var wait && wait > LongestWait)
                    return failure;
                Say("waiting for the embeddings deployment's limit", LearnShare, 0);
                await Task.Delay(wait > TimeSpan.FromSeconds(1) ? wait : TimeSpan.FromSeconds(1), clock, cancellationToken);
            }
        }
    }
}

/// <summary>What notes are about.</summary>
/// <param name="Notes">The notes, with topics where there are any.</param>
/// <param name="Topics">The topics; null where words alone have to do.</param>
/// <param name="Remarks">Plain sentences, counts only.</param>
/// <param name="Cost">What was asked of the endpoint by this try.</param>
public sealed record FoundTopics(INoteSource Notes, VectorTopics? Topics, IReadOnlyList<string> Remarks, VectorCost Cost);
