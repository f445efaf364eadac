using CrmSync.Pipeline.Classification.Definitions;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Classification.Rules;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Classification;

/// <summary>Decides every taxonomy for an activity, cheapest step first. Immutable, thread-safe, does no I/O, never throws on content.</summary>
public sealed class Cascade
{
    private readonly CascadeOptions _options;

    // By step: taxonomies that it may not settle and a later step always answers.
    private readonly Dictionary<ICascadeStep, HashSet<string>> _overruled = [];

    // By type of activity: the taxonomies that apply to it.
    private readonly Dictionary<ActivityType, Taxonomy[]> _applying;

    /// <summary>A cascade of given steps.</summary>
    /// <exception cref="ArgumentException">There is no step, or a threshold lies outside 0 to 1.</exception>
    public Cascade(TaxonomySet taxonomies, IReadOnlyList<ICascadeStep> steps, CascadeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(taxonomies);
        ArgumentNullException.ThrowIfNull(steps);
        _options = options ?? CascadeOptions.Default;
        if (steps.Count == 0)
            throw new ArgumentException("A cascade needs at least one step.", nameof(steps));
        if (_options.Validate() is { Count: > 0 } faults)
            throw new ArgumentException(string.Join(" ", faults), nameof(options));
        Taxonomies = taxonomies;
        Steps = [.. steps];
        for (var i = 0; i < Steps.Count; i++)
            _overruled[Steps[i]] =
            [
                .. taxonomies.All.Where(taxonomy => _options.SettlesFrom(Steps[i].Name, taxonomy.Id) > 1 && Steps.Skip(i + 1).Any(later => later.Covers(taxonomy)))
                    .Select(taxonomy => taxonomy.Id),
            ];
        _applying = Enum.GetValues<ActivityType>().ToDictionary(type => type, type => taxonomies.All.Where(taxonomy => taxonomy.AppliesTo.Contains(type)).ToArray());
        ModelVersion = string.Join('+', [.. taxonomies.All.Select(t => $"{t.Id}-{t.Version}"), .. steps.Select(s => s.Version)]);
    }

    /// <summary>The taxonomies that are decided.</summary>
    public TaxonomySet Taxonomies { get; }

    /// <summary>The steps, in the order in which they are asked.</summary>
    public IReadOnlyList<ICascadeStep> Steps { get; }

    /// <summary>Versions of all taxonomies and steps, such as <c>engagement-1+stage-1+rules-1</c>: the value of the CRM's version property.</summary>
    public string ModelVersion { get; }

    private TextDefences Defences { get; init; } = TextDefences.All;

    /// <summary>
    /// The shipped cascade over the shipped taxonomies unless others are given: the rules, then the shipped model, and for taxonomies that have no rules what their
    /// own files say.
    /// </summary>
    /// <exception cref="TaxonomyException">A cue of a taxonomy cannot be used.</exception>
    public static Cascade CreateDefault(TaxonomySet? taxonomies = null, CascadeOptions? options = null, LocalModel? model = null) =>
        Create(taxonomies ?? TaxonomySet.LoadShipped(), TextDefences.All, options, model ?? LocalModel.LoadShipped());

    /// <summary>The same cascades with parts of the defences against hostile text taken away, so that tests can show that they matter. Rules alone without a model.</summary>
    internal static Cascade Create(TaxonomySet taxonomies, TextDefences defences, CascadeOptions? options, LocalModel? model)
    {
        var rules = RulesStep.Create(taxonomies, defences);
        IEnumerable<ICascadeStep> definitions = DefinitionStep.Create(taxonomies.All, rules) is { } step ? [step] : [];
        return new Cascade(taxonomies, model is null ? [rules, .. definitions] : [rules, .. definitions, new ModelStep(model, rules)], options) { Defences = defences };
    }

    /// <summary>What people wrote down alone, without the model, as a yardstick for what that adds.</summary>
    /// <exception cref="TaxonomyException">A cue of a taxonomy cannot be used.</exception>
    public static Cascade CreateRulesOnly(TaxonomySet? taxonomies = null, CascadeOptions? options = null) =>
        Create(taxonomies ?? TaxonomySet.LoadShipped(), TextDefences.All, options, model: null);

    /// <summary>
    /// True while an activity should wait: a meeting that has not ended yet is decided afterwards (a cancelled one need not wait). <paramref name="now"/>
    /// is the current time.
    /// </summary>
    public static bool MustWait(ActivityContent content, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (content.Type != ActivityType.Meeting || (content.Evidence.EndsAt ?? content.Evidence.StartsAt) is not { } end || end <= now)
            return false;
        return content.Evidence.Outcome is not { } outcome || !outcome.Contains("cancel", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Decides every taxonomy that applies to the activity's type, in the order of <see cref="Taxonomies"/>.</summary>
    public IReadOnlyList<LabelDecision> Decide(ActivityContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return _applying[content.Type].Length > 0 ? Decide(content, ActivityZoner.Zone(content, Defences)) : [];
    }

    /// <summary>The same for an activity whose text is zoned already.</summary>
    public IReadOnlyList<LabelDecision> Decide(ActivityContent content, ActivityText text)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(text);
        var taxonomies = _applying[content.Type];
        if (taxonomies.Length == 0)
            return [];
        List<Taxonomy> open = [.. taxonomies];
        var input = new CascadeInput(content, text);
        var latest = new (StepOpinion Opinion, ICascadeStep Step)?[taxonomies.Length];
        foreach (var step in Steps)
        {
            foreach (var opinion in step.Consider(input, Asked(step, open)))
                latest[Array.FindIndex(taxonomies, taxonomy => taxonomy.Id == opinion.Taxonomy)] = (opinion, step);
            if (step == Steps[^1])
                break;
            for (var i = 0; i < taxonomies.Length; i++)
                if (latest[i] is { } last && IsSettled(taxonomies[i], last.Opinion, last.Step))
                    open.Remove(taxonomies[i]);
            if (open.Count == 0)
                break;
        }
        var decisions = new LabelDecision[taxonomies.Length];
        for (var i = 0; i < decisions.Length; i++)
            decisions[i] = latest[i] is { } last
                ? Conclude(taxonomies[i], last.Opinion, last.Step)
                : new LabelDecision(taxonomies[i].Id, taxonomies[i].Version, null, DecisionStatus.Unsure, 0, Steps[^1].Name, [], Steps[^1].Version);
        return decisions;
    }

    /// <summary>What a step is asked about: nothing that a later step will answer anyway, unless this one may settle it.</summary>
    private IReadOnlyList<Taxonomy> Asked(ICascadeStep step, List<Taxonomy> open) =>
        _overruled[step] is { Count: > 0 } overruled ? [.. open.Where(taxonomy => !overruled.Contains(taxonomy.Id))] : open;

    /// <summary>Whether an early step may have the last word: only where it is surer than later steps could make it.</summary>
    private bool IsSettled(Taxonomy taxonomy, StepOpinion opinion, ICascadeStep step) =>
        opinion.Scores.Max(score => score.Probability) >= _options.SettlesFrom(step.Name, taxonomy.Id);

    private LabelDecision Conclude(Taxonomy taxonomy, StepOpinion opinion, ICascadeStep step)
    {
        var best = opinion.Scores[0];
        foreach (var score in opinion.Scores)
            if (score.Probability > best.Probability)
                best = score;
        var status = best.Probability < _options.For(taxonomy.Id, best.Label, step) ? DecisionStatus.Unsure
            : best.Label is null ? DecisionStatus.Abstained
            : DecisionStatus.Decided;
        return new LabelDecision(taxonomy.Id, taxonomy.Version, best.Label, status, best.Probability, step.Name, Strongest(opinion.Evidence, best.Label), step.Version);
    }

    /// <summary>What speaks most for a label, strongest first, the earlier first among equals.</summary>
    private static Evidence[] Strongest(IReadOnlyList<LabelEvidence> evidence, string? label)
    {
        List<LabelEvidence> strongest = new(LabelDecision.MaxEvidence + 1);
        for (var i = 0; i < evidence.Count; i++)
        {
            var entry = evidence[i];
            if (entry.Label != label || entry.Strength <= 0)
                continue;
            var place = strongest.Count;
            while (place > 0 && strongest[place - 1].Strength < entry.Strength)
                place--;
            if (place == LabelDecision.MaxEvidence)
                continue;
            strongest.Insert(place, entry);
            if (strongest.Count > LabelDecision.MaxEvidence)
                strongest.RemoveAt(LabelDecision.MaxEvidence);
        }
        return [.. strongest.Select(entry => entry.Evidence)];
    }
}
