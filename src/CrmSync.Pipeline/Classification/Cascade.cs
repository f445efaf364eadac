using CrmSync.Pipeline.Classification.Definitions;
using CrmSync.Pipeline.Classification.Rules;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Classification;

/// <summary>Decides every taxonomy for an activity, cheapest step first. Immutable, thread-safe, does no I/O, never throws on content.</summary>
public sealed class Cascade
{
    private readonly CascadeOptions _options;

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
        ModelVersion = string.Join('+', [.. taxonomies.All.Select(t => $"{t.Id}-{t.Version}"), .. steps.Select(s => s.Version)]);
    }

    /// <summary>The taxonomies that are decided.</summary>
    public TaxonomySet Taxonomies { get; }

    /// <summary>The steps, in the order in which they are asked.</summary>
    public IReadOnlyList<ICascadeStep> Steps { get; }

    /// <summary>Versions of all taxonomies and steps, such as <c>engagement-1+stage-1+rules-1</c>: the value of the CRM's version property.</summary>
    public string ModelVersion { get; }

    /// <summary>The shipped cascade over the shipped taxonomies unless others are given: the rules, and for taxonomies without rules what their own files say.</summary>
    public static Cascade CreateDefault(TaxonomySet? taxonomies = null, CascadeOptions? options = null)
    {
        var set = taxonomies ?? TaxonomySet.LoadShipped();
        var rules = RulesStep.Create(set);
        ICascadeStep? definitions = DefinitionStep.Create([.. set.All.Where(taxonomy => !rules.Rules.Covers(taxonomy))], rules.Rules);
        return new Cascade(set, definitions is null ? [rules] : [rules, definitions], options);
    }

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
        List<Taxonomy> open = [.. Taxonomies.All.Where(taxonomy => taxonomy.AppliesTo.Contains(content.Type))];
        if (open.Count == 0)
            return [];
        var text = ActivityZoner.Zone(content);
        Dictionary<string, LabelDecision> decisions = [];
        Dictionary<string, StepOpinion> opinions = [];
        foreach (var step in Steps)
        {
            foreach (var opinion in step.Consider(new CascadeInput(content, text, [.. opinions.Values]), open))
            {
                opinions[opinion.Taxonomy] = opinion;
                decisions[opinion.Taxonomy] = Conclude(Taxonomies[opinion.Taxonomy], opinion, step);
            }
            open.RemoveAll(taxonomy => decisions.TryGetValue(taxonomy.Id, out var decision) && decision.Status != DecisionStatus.Unsure);
            if (open.Count == 0)
                break;
        }
        foreach (var silent in open.Where(taxonomy => !decisions.ContainsKey(taxonomy.Id)))
            decisions[silent.Id] = new LabelDecision(silent.Id, silent.Version, null, DecisionStatus.Unsure, 0, Steps[^1].Name, [], Steps[^1].Version);
        return [.. Taxonomies.All.Where(taxonomy => decisions.ContainsKey(taxonomy.Id)).Select(taxonomy => decisions[taxonomy.Id])];
    }

    private LabelDecision Conclude(Taxonomy taxonomy, StepOpinion opinion, ICascadeStep step)
    {
        var best = opinion.Scores[0];
        foreach (var score in opinion.Scores)
            if (score.Probability > best.Probability)
                best = score;
        var status = best.Probability < _options.For(taxonomy.Id, best.Label) ? DecisionStatus.Unsure
            : best.Label is null ? DecisionStatus.Abstained
            : DecisionStatus.Decided;
        Evidence[] evidence =
        [
            .. opinion.Evidence.Where(entry => entry.Label == best.Label && entry.Strength > 0).OrderByDescending(entry => entry.Strength)
                .Take(LabelDecision.MaxEvidence).Select(entry => entry.Evidence),
        ];
        return new LabelDecision(taxonomy.Id, taxonomy.Version, best.Label, status, best.Probability, step.Name, evidence, step.Version);
    }
}
