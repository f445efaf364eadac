using System.Numerics.Tensors;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Vectors;

namespace CrmSync.Pipeline.Segments.Models;

/// <summary>A segment that a model knows.</summary>
/// <param name="Id">Id of the segment.</param>
/// <param name="Name">Its name when the model was made.</param>
/// <param name="Share">Share of a member's notes that speak of it, from 0 to 1.</param>
/// <param name="Threshold">Score that an account needs, in nats.</param>
/// <param name="Prior">Share of all accounts that belonged to it, from 0 to 1.</param>
/// <param name="Expected">Share of notes that speak of it in accounts outside, from 0 to 1.</param>
public sealed record ModelSegment(string Id, string Name, double Share, double Threshold, double Prior, double Expected);

/// <summary>
/// Frozen segments: log-likelihood ratios per term. Assigns accounts note by note without looking at old text again. Immutable, thread-safe. Written and read by
/// <see cref="SegmentModelFile"/>.
/// </summary>
public sealed class SegmentModel
{
    private const int MostTokens = 20_000;
    private readonly Dictionary<string, int> _rows;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly float[] _ratios;
    private readonly int _width;
    private readonly float[] _share;
    private readonly double[] _logPrior;

    internal SegmentModel(IReadOnlyList<ModelSegment> segments, IReadOnlyList<string> terms, float[] ratios, VectorTopics? topics = null)
    {
        Topics = topics;
        Segments = segments;
        Terms = terms;
        _ratios = ratios;
        _width = segments.Count;
        _rows = new Dictionary<string, int>(terms.Count, StringComparer.Ordinal);
        for (var i = 0; i < terms.Count; i++)
            _rows[terms[i]] = i;
        _lookup = _rows.GetAlternateLookup<ReadOnlySpan<char>>();
        _share = [.. segments.Select(segment => (float)segment.Share)];
        _logPrior = [.. segments.Select(segment => Math.Log(Math.Max(1e-6, segment.Prior)))];
    }

    /// <summary>The segments.</summary>
    public IReadOnlyList<ModelSegment> Segments { get; }

    /// <summary>The terms, a word or two each.</summary>
    public IReadOnlyList<string> Terms { get; }

    /// <summary>Topics that it reads beside words, so that its notes need vectors; null for a model of words alone, which needs none.</summary>
    public VectorTopics? Topics { get; }

    /// <summary>Ratios, a row per term and a column per segment.</summary>
    internal ReadOnlySpan<float> Ratios => _ratios;

    /// <summary>The same model with the topics that its notes had; as it is where none of them came to mean anything.</summary>
    public SegmentModel With(VectorTopics topics) => Terms.Any(NoteWords.IsTopic) ? new SegmentModel(Segments, Terms, _ratios, topics) : this;

    /// <summary>What a note says for each segment. The text is a cleaned one, see <see cref="Documents.NoteCleaner"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="topics">Topics of its vector, where the model was made with vectors; else null.</param>
    public NoteEvidence Read(string text, IReadOnlyList<int>? topics = null) => Read(text, topics, new SaidOnce());

    /// <summary>The same for one of several notes of an account: sentences that stood in the ones before say nothing again.</summary>
    /// <param name="text">The text.</param>
    /// <param name="topics">Topics of its vector, where the model was made with vectors; else null.</param>
    /// <param name="said">What the account's notes before said.</param>
    internal NoteEvidence Read(string text, IReadOnlyList<int>? topics, SaidOnce said)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ratios = new float[_width];
        List<string> known = [];
        if (!Sum(text, topics, said, ratios, known))
            return new NoteEvidence(new float[_width], new bool[_width], 0);
        Evidence.Shape(ratios);
        var speaks = new bool[_width];
        for (var k = 0; k < _width; k++)
            speaks[k] = Evidence.Posterior(ratios[k], _share[k]) > 0.5f;
        var added = new float[_width];
        Evidence.Add(ratios, _share, added);
        return new NoteEvidence(added, speaks, 1);
    }

    /// <summary>An account of which nothing is known yet.</summary>
    public AccountEvidence Begin() => new(new double[_width], new int[_width], 0);

    /// <summary>The same account with one more note.</summary>
    public AccountEvidence Add(AccountEvidence account, NoteEvidence note)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(note);
        if (account.Sums.Count != _width || note.Added.Count != _width)
            throw new ArgumentException("The evidence was gathered with another model; gather it anew from the account's notes.", nameof(account));
        return new AccountEvidence(
            [.. account.Sums.Zip(note.Added, (sum, added) => sum + added)],
            [.. account.Speaking.Zip(note.Speaks, (count, speaks) => count + (speaks ? 1 : 0))], account.Notes + note.Weight);
    }

    /// <summary>All notes of an account at once.</summary>
    /// <param name="texts">Their texts.</param>
    /// <param name="topicsOf">Topics of a text, where the model was made with vectors; else null.</param>
    public AccountEvidence Gather(IEnumerable<string> texts, Func<string, IReadOnlyList<int>?>? topicsOf = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var said = new SaidOnce();
        return texts.Aggregate(Begin(), (account, text) => Add(account, Read(text, topicsOf?.Invoke(text), said)));
    }

    /// <summary>The segment of an account; null where none is reached.</summary>
    public SegmentAssignment? Assign(AccountEvidence account)
    {
        ArgumentNullException.ThrowIfNull(account);
        var best = -1;
        for (var k = 0; k < _width; k++)
            if (account.Sums[k] > Segments[k].Threshold && (best < 0 || account.Sums[k] + _logPrior[k] > account.Sums[best] + _logPrior[best]))
                best = k;
        return best < 0 ? null : new SegmentAssignment(
            Segments[best].Id, account.Sums[best], account.Speaking[best], account.Notes, account.Notes * Segments[best].Expected);
    }

    /// <summary>
    /// The segments that a text speaks of, for a prospect without a history, likeliest first. Sentences count as notes; there is no threshold, so look at the
    /// probability: what is left of 1 says that it belongs to none.
    /// </summary>
    public IReadOnlyList<SegmentMatch> Match(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var account = Begin();
        List<string>[] terms = [.. Enumerable.Range(0, _width).Select(_ => new List<string>())];
        foreach (var sentence in text.Split(['.', '!', '?', '\n', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            account = Add(account, Read(sentence));
            List<string> known = [];
            Sum(sentence, null, new SaidOnce(), new float[_width], known);
            foreach (var term in known)
                for (var k = 0; k < _width; k++)
                    if (_ratios[(_rows[term] * _width) + k] > 0.7f && !terms[k].Contains(term))
                        terms[k].Add(term);
        }
        var probabilities = Probabilities(account.Sums);
        return [.. Enumerable.Range(0, _width)
            .Select(k => new SegmentMatch(Segments[k].Id, probabilities[k], account.Sums[k],
                [.. terms[k].OrderByDescending(term => _ratios[(_rows[term] * _width) + k]).ThenBy(term => term, StringComparer.Ordinal).Take(8)]))
            .OrderByDescending(match => match.Probability).ThenBy(match => match.Segment, StringComparer.Ordinal)];
    }

    /// <summary>How likely each segment is among all of them and none, from 0 to 1; what is left of 1 is for none. Too sure of themselves, because words that keep company count each.</summary>
    /// <param name="sums">Score by segment, in nats.</param>
    public IReadOnlyList<double> Probabilities(IReadOnlyList<double> sums)
    {
        ArgumentNullException.ThrowIfNull(sums);
        double[] logs = [.. _logPrior.Select((prior, k) => sums[k] + prior)];
        var none = Math.Log(Math.Max(0.05, 1 - Segments.Sum(segment => segment.Prior)));
        var most = logs.Append(none).Max();
        var total = Math.Exp(none - most) + logs.Sum(log => Math.Exp(log - most));
        return [.. logs.Select(log => Math.Exp(log - most) / total)];
    }

    /// <summary>The place of a segment in <see cref="Segments"/>; -1 where the model does not know it.</summary>
    public int PlaceOf(string segment)
    {
        for (var k = 0; k < _width; k++)
            if (Segments[k].Id == segment)
                return k;
        return -1;
    }

    // Terms of a note count once, as they did when the ratios were learned. False where the note has none that is known.
    private bool Sum(string text, IReadOnlyList<int>? topics, SaidOnce said, Span<float> ratios, List<string> known)
    {
        var read = new TokenStore();
        var words = said.Words;
        NoteWords.Read(text, words, read, MostTokens);
        NoteWords.ReadTopics(topics, words, read);
        List<int> tokens = [];
        if (!said.Read(read, 0, (int)read.Count, tokens))
            return false;
        HashSet<int> rows = [];
        Span<char> pair = stackalloc char[100];
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i] < 0)
                continue;
            var word = words[tokens[i]];
            if (_rows.TryGetValue(word, out var row))
                rows.Add(row);
            if (i == 0 || tokens[i - 1] < 0)
                continue;
            var before = words[tokens[i - 1]];
            before.CopyTo(pair);
            pair[before.Length] = ' ';
            word.CopyTo(pair[(before.Length + 1)..]);
            if (_lookup.TryGetValue(pair[..(before.Length + 1 + word.Length)], out row))
                rows.Add(row);
        }
        foreach (var row in rows.Order())
        {
            TensorPrimitives.Add(ratios, _ratios.AsSpan(row * _width, _width), ratios);
            known.Add(Terms[row]);
        }
        return rows.Count > 0;
    }
}

/// <summary>What one note says.</summary>
/// <param name="Added">What it adds to an account's score, by segment.</param>
/// <param name="Speaks">Whether it speaks of the segment, by segment.</param>
/// <param name="Weight">1, or 0 for a note that says nothing at all.</param>
public sealed record NoteEvidence(IReadOnlyList<float> Added, IReadOnlyList<bool> Speaks, int Weight);

/// <summary>Running sums of an account; plain data that a store may keep beside it.</summary>
/// <param name="Sums">Score by segment, in nats.</param>
/// <param name="Speaking">Notes that speak of the segment, by segment.</param>
/// <param name="Notes">Notes that were read.</param>
public sealed record AccountEvidence(IReadOnlyList<double> Sums, IReadOnlyList<int> Speaking, int Notes);

/// <summary>The segment of an account.</summary>
/// <param name="Segment">Id of the segment.</param>
/// <param name="Score">Score, in nats.</param>
/// <param name="Speaking">Notes that speak of it.</param>
/// <param name="Notes">Notes that were read.</param>
/// <param name="Expected">Notes that would speak of it in an account outside.</param>
public sealed record SegmentAssignment(string Segment, double Score, int Speaking, int Notes, double Expected);

/// <summary>How well a text fits a segment.</summary>
/// <param name="Segment">Id of the segment.</param>
/// <param name="Probability">From 0 to 1; over all segments less than 1.</param>
/// <param name="Score">Score, in nats.</param>
/// <param name="Terms">Terms that speak for it, the strongest first.</param>
public sealed record SegmentMatch(string Segment, double Probability, double Score, IReadOnlyList<string> Terms);
