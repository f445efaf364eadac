using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Segments.Packs;

/// <summary>Why packs, briefs and conversations of a segment could not do what was asked.</summary>
public static class SpecialistFailures
{
    /// <summary>All codes, for the operator's list; ordered by code.</summary>
    public static IReadOnlyList<FailureCode> Codes { get; } =
    [
        new("specialist.bad_edit", FailureCategory.Reject, "A change of a pack cannot be made as it stands",
            "Correct it as the sentence says."),
        new("specialist.bad_file", FailureCategory.Reject, "A pack file cannot be read",
            "Correct the place that the sentence names, or export the pack anew."),
        new("specialist.budget_too_small", FailureCategory.Reject, "The token budget does not hold what has to be in it",
            "Give a larger budget."),
        new("specialist.edited_meanwhile", FailureCategory.Reject, "Somebody changed the pack while it was being edited",
            "Look at the newer version and make your changes on it."),
        new("specialist.malformed", FailureCategory.Retry, "The hosted model answered in a form that cannot be trusted",
            "Nothing to do: the template's words stand in its place; ask again for another try."),
        new("specialist.no_pack", FailureCategory.Reject, "The segment has no pack yet",
            "Draft one on the segment's page."),
        new("specialist.no_segment", FailureCategory.Reject, "No segment fits the account",
            "Give a text about its problem, or assign it to a segment."),
        new("specialist.other_segment", FailureCategory.Reject, "Text of another segment was about to be used",
            "Nothing was sent; load the segment anew."),
        new("specialist.unknown", FailureCategory.Reject, "There is no such account, segment or brief",
            "Look it up in the list; it may have gone from the CRM."),
    ];

    /// <summary>The segment has no pack.</summary>
    internal static Failure NoPack(string segment, string name) =>
        Of("specialist.no_pack", $"The segment '{name}' has no pack yet.", $"Draft one on the segment's page, or by 'crmsync segments pack draft {segment}'.");

    internal static Failure Of(string code, string message, string? fix = null)
    {
        var row = Codes.First(row => row.Code == code);
        return new Failure(row.Category!.Value, code, message, fix ?? row.Fix);
    }
}
