using System.Collections.Concurrent;
using System.Globalization;
using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Evaluation;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Evaluation;

/// <summary>Rows that a model answered.</summary>
/// <param name="Version">What answered.</param>
/// <param name="Rows">The rows with truth and answer.</param>
internal sealed record AnsweredRows(string Version, IReadOnlyList<JudgedRow> Rows)
{
    /// <summary>Figures by taxonomy, kept because their intervals are drawn a thousand times.</summary>
    public ConcurrentDictionary<string, TaxonomyResult?> Measured { get; } = new(StringComparer.Ordinal);
}

/// <summary>
/// Has models answer rows that none has learned from, and reads what people said about answers as they were given. What a model answers never changes, so it is kept;
/// corrections come in, so theirs is made anew after a while. Thread-safe.
/// </summary>
internal sealed class EvaluationRoom(
    LedgerReader ledger, ICorrectionStore corrections, IModelStore models, TaxonomySet taxonomies, TimeProvider time, ICascadeFactory? cascades = null)
{
    /// <summary>Number of the model that came with the program.</summary>
    public const long Shipped = 0;

    /// <summary>Rows from people that figures are made of at most: the newest.</summary>
    public const int MostSaid = 5_000;

    private const int MostCorrections = 2_000;
    private const int MostModels = 8;

    private static readonly TimeSpan KeepCorrections = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<(long Model, bool Corrections), (Task<AnsweredRows?> Rows, DateTimeOffset At)> _kept = [];

    /// <summary>Whether models can be asked here at all.</summary>
    public bool CanAsk => cascades is not null;

    /// <summary>The taxonomies in use.</summary>
    public TaxonomySet Taxonomies => taxonomies;

    /// <summary>What a model answers to rows that no model learns from; null where there is no such model, or it cannot be read, or the rows are missing.</summary>
    /// <param name="model">Ledger id, or <see cref="Shipped"/>.</param>
    /// <param name="ofCorrections">The corrections that are held out, instead of the rows that come with the program.</param>
    /// <param name="cancellationToken">Stops waiting; what was begun is finished for the next caller.</param>
    public Task<AnsweredRows?> AskAsync(long model, bool ofCorrections, CancellationToken cancellationToken)
    {
        if (cascades is not { } factory)
            return Task.FromResult<AnsweredRows?>(null);
        var now = time.GetUtcNow();
        if (_kept.TryGetValue((model, ofCorrections), out var kept) && (kept.Rows.IsFaulted || kept.Rows.IsCanceled || (ofCorrections && now - kept.At > KeepCorrections)))
            _kept.TryRemove((model, ofCorrections), out _);
        if (_kept.Count > 2 * MostModels)
            _kept.Clear();
        return _kept.GetOrAdd((model, ofCorrections), key => (Task.Run(() => FindAsync(factory, key.Model, key.Corrections), CancellationToken.None), now)).Rows.WaitAsync(cancellationToken);
    }

    /// <summary>What people said about answers, as these were given.</summary>
    /// <param name="taxonomy">Taxonomy id.</param>
    /// <param name="drawn">Only rows drawn by chance.</param>
    /// <param name="weeks">How far back.</param>
    /// <param name="version">Only answers of this version; null for all.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<IReadOnlyList<JudgedAnswer>> ReadSaidAsync(string taxonomy, bool drawn, int weeks, string? version, CancellationToken cancellationToken)
    {
        var said = await ledger.Judged.ReadAsync(taxonomy, drawn, weeks, cancellationToken);
        return version is null ? said : [.. said.Where(row => row.ModelVersion == version)];
    }

    /// <summary>Segments in which answers count from more confidence on than elsewhere, see <see cref="JudgedQueries.ReadThresholdsAsync"/>.</summary>
    public Task<IReadOnlyDictionary<string, double>> ReadThresholdsAsync(string taxonomy, CancellationToken cancellationToken) => ledger.Judged.ReadThresholdsAsync(taxonomy, cancellationToken);

    /// <summary>The figures of what people said; labels that the taxonomy no longer has are left out. Null where nothing is left.</summary>
    public TaxonomyResult? Measure(string taxonomy, IReadOnlyList<JudgedAnswer> said, string version)
    {
        if (!taxonomies.TryGet(taxonomy, out var known))
            return null;
        List<JudgedRow> rows = [.. said.Take(MostSaid).Where(row => Has(known, row.Truth) && (row.Status == "abstained" || Has(known, row.Answer))).Select(row => Row(known, row))];
        return Measure(taxonomy, new AnsweredRows(version, rows));
    }

    /// <summary>The figures of answered rows; null where none is about the taxonomy.</summary>
    public TaxonomyResult? Measure(string taxonomy, AnsweredRows answered) =>
        answered.Measured.GetOrAdd(taxonomy, _ => Evaluator.Evaluate(taxonomies, answered.Version, answered.Rows).Find(taxonomy));

    private async Task<AnsweredRows?> FindAsync(ICascadeFactory factory, long model, bool ofCorrections)
    {
        Cascade cascade;
        if (model == Shipped)
            cascade = factory.CreateShipped();
        else if (await models.ReadModelAsync(model, CancellationToken.None) is not { } content)
            return null;
        else
        {
            try
            {
                cascade = factory.Create(content);
            }
            catch (InvalidDataException)
            {
                return null;
            }
        }
        return new AnsweredRows(cascade.ModelVersion, Evaluator.Judge(cascade, [.. await (ofCorrections ? CorrectionsAsync() : HeldOutAsync())]));
    }

    private async Task<IReadOnlyList<LabelledRow>> HeldOutAsync()
    {
        try
        {
            return [.. (await TrainingFolder.ReadAsync(TrainingFolder.ShippedHeldOut, taxonomies, CancellationToken.None)).Rows.Select(LabelledRow.From)];
        }
        catch (ActivityFileException)
        {
            return [];
        }
    }

    private async Task<IReadOnlyList<LabelledRow>> CorrectionsAsync()
    {
        Queue<LabelledRow> newest = [];
        await foreach (var row in corrections.ReadTrainingRowsAsync(1, CancellationToken.None))
        {
            if (!LedgerTraining.IsHeldOut(row))
                continue;
            var known = row.Labels.Where(pair => taxonomies.TryGet(pair.Key, out var taxonomy) && Has(taxonomy, pair.Value)).ToDictionary();
            if (known.Count > 0)
                newest.Enqueue(LabelledRow.From(row) with { Labels = known });
            if (newest.Count > MostCorrections)
                newest.Dequeue();
        }
        return [.. newest];
    }

    private static bool Has(Taxonomy taxonomy, string? label) => label is null ? taxonomy.Abstains : taxonomy.Find(label) is not null;

    private static JudgedRow Row(Taxonomy taxonomy, JudgedAnswer said) => new(
        new LabelledRow(said.ActivityId.ToString(CultureInfo.InvariantCulture), new ActivityContent(ActivityType.Note, "", "", CrmEvidence.None), new Dictionary<string, string?> { [taxonomy.Id] = said.Truth }),
        [
            new LabelDecision(
                taxonomy.Id, taxonomy.Version, said.Answer, said.Status switch { "decided" => DecisionStatus.Decided, "abstained" => DecisionStatus.Abstained, _ => DecisionStatus.Unsure },
                said.Confidence, said.DecidedBy, [], said.ModelVersion),
        ]);
}
