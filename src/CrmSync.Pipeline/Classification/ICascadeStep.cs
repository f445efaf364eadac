using CrmSync.Pipeline.Classification.Rules;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Classification;

/// <summary>
/// One step of the cascade: rules first, then a trained local model. Steps run in order of rising cost; a taxonomy that a step is sure about is not
/// shown to the next. Implementations are thread-safe, do no I/O and never throw on content. A hosted model is no step: it works
/// asynchronously, several records at a time, on the decisions that come out unsure.
/// </summary>
public interface ICascadeStep
{
    /// <summary>Short name, stored as "decided by".</summary>
    string Name { get; }

    /// <summary>Version of the step's knowledge, stored with each decision.</summary>
    string Version { get; }

    /// <summary>
    /// From which probability on an answer of this step counts, 0 to 1; null where the step does not know and the general setting holds. A null
    /// label means "no definition covers it".
    /// </summary>
    double? ThresholdOf(string taxonomy, string? label);

    /// <summary>Whether the step always has something to say about a taxonomy. Then steps before it that may not settle it need not be asked.</summary>
    bool Covers(Taxonomy taxonomy);

    /// <summary>What the step thinks of each open taxonomy; a taxonomy about which it has nothing to say is left out.</summary>
    IReadOnlyList<StepOpinion> Consider(CascadeInput input, IReadOnlyList<Taxonomy> open);
}

/// <summary>What every step sees of an activity.</summary>
/// <param name="Content">The raw content and the CRM's own fields.</param>
/// <param name="Text">The zoned text.</param>
public sealed record CascadeInput(ActivityContent Content, ActivityText Text)
{
    private ActivityReading? _reading;

    /// <summary>The rules' reading of the activity, made once however many steps ask for it.</summary>
    internal ActivityReading ReadBy(RulesStep rules) => _reading ??= rules.Read(Content, Text);
}

/// <summary>One step's votes on one taxonomy.</summary>
/// <param name="Taxonomy">Taxonomy id.</param>
/// <param name="Scores">Probability per label; a null label means "no definition covers it". They add up to 1.</param>
/// <param name="Evidence">What the votes rest on; each entry names the label it speaks for.</param>
public sealed record StepOpinion(string Taxonomy, IReadOnlyList<LabelScore> Scores, IReadOnlyList<LabelEvidence> Evidence);

/// <summary>The probability of one label; a null label means "no definition covers it".</summary>
public readonly record struct LabelScore(string? Label, double Probability);

/// <summary>Evidence and the label it speaks for (null: for abstaining), with its strength in log-odds.</summary>
public sealed record LabelEvidence(string? Label, double Strength, Evidence Evidence);
