using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Text;
using CrmSync.Pipeline.Text.Redaction;

namespace CrmSync.Pipeline.Segments.Vectors;

/// <summary>
/// The embeddings endpoint as it is configured, or that there is none. The only way to it: personal data is removed once more, with the names that are known now, and money is set aside
/// before each call. Thread-safe.
/// </summary>
public sealed class VectorDesk
{
    private const int CallsAtOnce = 4;

    // What an embeddings model reads at most is about 8,000 tokens, and a text never has more of them than characters but for rare scripts.
    private const int MostCharacters = CallSize.Least;

    // So many single texts refused and none taken: it is the request that is wrong, not the texts.
    private const int RefusedInARow = 4;

    private readonly ITextVectors? _vectors;
    private readonly IKnownNames? _names;
    private readonly IHostedBudget? _budget;
    private readonly TimeProvider _time;
    private readonly Redactor _redactor;
    private readonly CallSize _size = new();

    private VectorDesk()
    {
        (Options, _time, _redactor) = (new VectorOptions(), TimeProvider.System, new Redactor(null));
    }

    /// <summary>A desk in front of an endpoint.</summary>
    /// <param name="vectors">The endpoint.</param>
    /// <param name="options">How it is used.</param>
    /// <param name="names">Names that never leave the process; null for none.</param>
    /// <param name="budget">Where money is set aside; null for as much as there is.</param>
    /// <param name="time">The clock.</param>
    public VectorDesk(ITextVectors vectors, VectorOptions options, IKnownNames? names, IHostedBudget? budget, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        (_vectors, Options, _names, _budget, _time, _redactor) = (vectors, options, names, budget, time, new Redactor(names));
    }

    /// <summary>No endpoint: segments are found by words alone.</summary>
    public static VectorDesk None { get; } = new();

    /// <summary>Whether there is an endpoint.</summary>
    public bool IsConfigured => _vectors is not null;

    /// <summary>How it is used.</summary>
    public VectorOptions Options { get; }

    /// <summary>How many texts are best given at once.</summary>
    public int TextsAtOnce => CallsAtOnce * (_vectors?.MostTexts ?? 1);

    /// <summary>
    /// Vectors of texts. They come in half precision, so that kept ones equal fresh ones. What was answered before something failed is there, with the failure beside it.
    /// </summary>
    public async Task<EmbeddedTexts> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var work = new Work(new float[]?[texts.Count]);
        if (_vectors is null)
            return work.End(VectorFailures.NotConfigured);
        if (_names is not null)
            await _names.ReadyAsync(cancellationToken);
        string[] clean = [.. texts.Select(text => TextCut.AtMost(_redactor.Apply(text), MostCharacters).Trim())];
        foreach (var together in Calls(clean, _vectors.MostTexts, _size.Current).Chunk(CallsAtOnce))
        {
            var failures = await Task.WhenAll(together.Select(call => AskAsync(_vectors, clean, call, work, cancellationToken)));
            if (failures.FirstOrDefault(failure => failure is not null) is { } failed)
                return work.End(failed);
        }
        return work.End(null);
    }

    private static IEnumerable<int[]> Calls(string[] texts, int most, int longest)
    {
        List<int> call = [];
        var length = 0;
        for (var i = 0; i < texts.Length; i++)
        {
            if (texts[i].Length == 0)
                continue;
            if (call.Count == most || (call.Count > 0 && length + texts[i].Length > longest))
            {
                yield return [.. call];
                call.Clear();
                length = 0;
            }
            call.Add(i);
            length += texts[i].Length;
        }
        if (call.Count > 0)
            yield return [.. call];
    }

    // A text that the endpoint does not take must not keep the others from theirs: the call is halved until it stands alone.
    private async Task<Failure?> AskAsync(ITextVectors vectors, string[] texts, int[] call, Work work, CancellationToken cancellationToken)
    {
        var answer = await AskOnceAsync(vectors, [.. call.Select(at => texts[at])], cancellationToken);
        if (answer.Succeeded)
            return work.Take(call, answer.Value, Options);
        if (answer.Failure.Category != FailureCategory.Reject)
            return answer.Failure;
        if (call.Length == 1)
            return work.Refuse(call[0]) ? answer.Failure : null;
        return await AskAsync(vectors, texts, call[..(call.Length / 2)], work, cancellationToken) ?? await AskAsync(vectors, texts, call[(call.Length / 2)..], work, cancellationToken);
    }

    private async Task<Result<TextVectors>> AskOnceAsync(ITextVectors vectors, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        if (_budget is null)
            return await SendAsync(vectors, texts, cancellationToken);
        var most = Options.Usd(texts.Sum(text => (long)HostedPrice.MostTokens(text)));
        if (!await _budget.ReserveAsync(most, cancellationToken))
            return HostedFailures.Of("hosted.over_budget") with { NotBefore = _time.GetUtcNow().UtcDateTime.Date.AddDays(1) };
        var answer = await SendAsync(vectors, texts, cancellationToken);
        // An answer that was lost on its way may have been billed: what was set aside for it stays spent.
        if (answer.Failure is { Category: FailureCategory.Unknown })
            return answer;
        var tokens = answer.Succeeded ? answer.Value.Tokens : 0;
        await _budget.SettleAsync(most, new TokenUsage(tokens, 0, 0), Options.Usd(tokens), CancellationToken.None);
        return answer;
    }

    private async Task<Result<TextVectors>> SendAsync(ITextVectors vectors, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var answer = await vectors.EmbedAsync(texts, cancellationToken);
        if (answer.Succeeded)
            _size.Grow();
        else if (answer.Failure.Category is FailureCategory.Wait)
            _size.Shrink(texts.Sum(text => text.Length));
        return answer;
    }

    private sealed class Work(float[]?[] vectors)
    {
        private readonly Lock _gate = new();
        private string _model = "";
        private int _width;
        private int _refused;
        private VectorCost _cost;

        public Failure? Take(int[] call, TextVectors answer, VectorOptions options)
        {
            lock (_gate)
            {
                // A deployment that was put on another model between two calls.
                if (_width > 0 && (_model != answer.Model || _width != answer.Vectors[0].Length))
                    return VectorFailures.Other(_model, _width, answer.Model, answer.Vectors[0].Length);
                (_model, _width) = (answer.Model, answer.Vectors[0].Length);
                _cost += new VectorCost(call.Length, 1, answer.Tokens, options.Usd(answer.Tokens));
                for (var i = 0; i < call.Length; i++)
                    vectors[call[i]] = Array.ConvertAll(answer.Vectors[i], number => (float)(Half)number);
                return null;
            }
        }

        public bool Refuse(int text)
        {
            lock (_gate)
            {
                vectors[text] = [];
                return ++_refused >= RefusedInARow && _width == 0;
            }
        }

        public EmbeddedTexts End(Failure? failure)
        {
            // Blank once names are gone: nothing to ask.
            if (failure is null)
                for (var i = 0; i < vectors.Length; i++)
                    vectors[i] ??= [];
            return new EmbeddedTexts(vectors, _model, _cost, failure);
        }
    }
}

/// <summary>Vectors of texts, as far as they are known.</summary>
/// <param name="Vectors">In the order of the texts: a vector; an empty one where the text is blank or the endpoint does not take it; null where it was not answered.</param>
/// <param name="Model">The model behind the deployment; empty where nothing was asked.</param>
/// <param name="Cost">What was asked.</param>
/// <param name="Failure">Why some were not answered; null where all were.</param>
public sealed record EmbeddedTexts(IReadOnlyList<float[]?> Vectors, string Model, VectorCost Cost, Failure? Failure);

/// <summary>What was asked of the endpoint.</summary>
/// <param name="Texts">Texts that got a vector.</param>
/// <param name="Calls">Calls that were answered.</param>
/// <param name="Tokens">Their tokens.</param>
/// <param name="Usd">Their price, in US dollars.</param>
public readonly record struct VectorCost(long Texts, long Calls, long Tokens, decimal Usd)
{
    /// <summary>The sum of two costs.</summary>
    public static VectorCost operator +(VectorCost left, VectorCost right) =>
        new(left.Texts + right.Texts, left.Calls + right.Calls, left.Tokens + right.Tokens, left.Usd + right.Usd);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Texts:N0} texts, {Calls:N0} calls, {Tokens:N0} tokens, ${Usd:0.0000}");
}
