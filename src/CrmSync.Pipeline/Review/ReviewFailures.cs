using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.Review;

/// <summary>Why a person's answer cannot be taken.</summary>
internal static class ReviewFailures
{
    public static Failure NoActivity(long id) => Reject(
        "review.no_activity", $"The ledger has no activity {id}.", "Take the number from the review page or from an export.");

    public static Failure Erased(long id) => Reject(
        "review.erased", $"The text of activity {id} was erased, so nobody can judge it any more.", "Leave it out.");

    public static Failure Changed(long id) => Reject(
        "review.changed", $"Activity {id} has changed since it was shown, so the answer was not stored.", "Look at it again and answer anew.");

    public static Failure NoTaxonomy(string given, TaxonomySet taxonomies) => Reject(
        "review.no_taxonomy", $"There is no taxonomy \"{Short(given)}\".", $"Name one of {string.Join(", ", taxonomies.All.Select(taxonomy => taxonomy.Id))}.");

    public static Failure NotAsked(Taxonomy taxonomy, JudgedActivity activity) => Reject(
        "review.not_asked", $"The question \"{taxonomy.Name}\" is not asked of a {activity.Type}, which activity {activity.Id} is.", "Leave it out.");

    public static Failure NoLabel(string? given, Taxonomy taxonomy) => Reject(
        "review.no_label",
        given is null ? $"\"{taxonomy.Name}\" always has an answer; \"no definition covers it\" is none." : $"\"{taxonomy.Name}\" has no label \"{Short(given)}\".",
        $"Give one of {string.Join(", ", taxonomy.Labels.Select(label => label.Id))}{(taxonomy.Abstains ? $", or {CorrectionFile.None} for no definition" : "")}.");

    public static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private static Failure Reject(string code, string message, string fix) => new(FailureCategory.Reject, code, message, fix);
}
