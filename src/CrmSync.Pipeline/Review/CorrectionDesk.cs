using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.Review;

/// <summary>Takes people's answers, checks them and has them stored. Thread-safe.</summary>
public sealed class CorrectionDesk(ICorrectionStore store, TaxonomySet taxonomies)
{
    /// <summary>Version of the knowledge behind a person's decision; the CRM's version property shows it.</summary>
    public const string Version = "person-1";

    private const string Reason = "A person gave this answer.";
    private const string NoneReason = "A person said that no definition covers it.";

    /// <summary>Whether "no definition covers it" is an answer to a taxonomy's question.</summary>
    public bool Abstains(string taxonomy) => taxonomies.TryGet(taxonomy, out var known) && known.Abstains;

    /// <summary>Stores one answer.</summary>
    /// <returns>The correction's id.</returns>
    public async Task<Result<long>> CorrectAsync(PersonAnswer answer, CorrectionSource source, string actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var activity = (await store.FindAsync([new ActivityName(answer.ActivityId, null, null, null)], cancellationToken))[0];
        var correction = Prepare(answer, activity);
        if (!correction.Succeeded)
            return correction.Failure;
        var saved = await store.SaveAsync([correction.Value], source, actor, cancellationToken);
        return saved.Ids.Count > 0 ? saved.Ids[0] : ReviewFailures.Changed(answer.ActivityId);
    }

    /// <summary>Makes an answer ready to be stored, or says what is wrong with it.</summary>
    /// <param name="answer">What the person says.</param>
    /// <param name="activity">The activity; null where the ledger has none.</param>
    public Result<NewCorrection> Prepare(PersonAnswer answer, JudgedActivity? activity)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (activity is null)
            return ReviewFailures.NoActivity(answer.ActivityId);
        if (activity.IsErased)
            return ReviewFailures.Erased(activity.Id);
        if (answer.ContentHash is { } seen && seen != activity.ContentHash)
            return ReviewFailures.Changed(activity.Id);
        if (!taxonomies.TryGet(answer.Taxonomy, out var taxonomy))
            return ReviewFailures.NoTaxonomy(answer.Taxonomy, taxonomies);
        if (!taxonomy.AppliesTo.Any(type => string.Equals(type.ToString(), activity.Type, StringComparison.OrdinalIgnoreCase)))
            return ReviewFailures.NotAsked(taxonomy, activity);
        if (answer.Label is null ? !taxonomy.Abstains : taxonomy.Find(answer.Label) is null)
            return ReviewFailures.NoLabel(answer.Label, taxonomy);
        return new NewCorrection(activity.Id, activity.ContentHash, Decide(taxonomy, answer.Label), Write(taxonomy, answer, activity.CrmKind)) { IntentId = answer.IntentId };
    }

    private static LabelDecision Decide(Taxonomy taxonomy, string? label) => new(
        taxonomy.Id, taxonomy.Version, label, label is null ? DecisionStatus.Abstained : DecisionStatus.Decided, 1, NewCorrection.Person,
        [new Evidence("person", label is null ? NoneReason : Reason, null, null)], Version);

    // What was found in the CRM stands there already; writing it again would make a person's value ours, and a later decision could replace it.
    private PlannedWrite? Write(Taxonomy taxonomy, PersonAnswer answer, string crmKind) =>
        answer.IntentId is null && answer.WriteBack ? LabelWrites.For(taxonomies, Decide(taxonomy, answer.Label), crmKind) : null;
}
