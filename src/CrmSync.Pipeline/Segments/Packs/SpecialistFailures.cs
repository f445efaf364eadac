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
            "Draft one first."),
        new("specialist.no_segment", FailureCategory.Reject, "No segment fits the account",
            "Give a text about its problem, or assign it to a segment."),
        new("specialist.other_segment", FailureCategory.Reject, "Text of another segment was about to be used",
            "Nothing was sent; load the segment anew."),
        new("specialist.unknown_account", FailureCategory.Reject, "No account, or more than one, is meant",
            "Look it up in the list of accounts; it may be gone from the CRM."),
        new("specialist.unknown_proposal", FailureCategory.Reject, "There is no such proposal for the segment's pack",
            "Take one from the list of proposals."),
        new("specialist.unknown_segment", FailureCategory.Reject, "There is no such segment",
            "Take its key from the list of segments."),
    ];

    /// <summary>There is no segment of a key.</summary>
    public static Failure UnknownSegment(string segment) => Of("specialist.unknown_segment", $"There is no segment '{segment}'.");

    /// <summary>A segment has no pack.</summary>
    public static Failure NoPack(string segment) => Of("specialist.no_pack", $"The segment '{segment}' has no pack yet.");

    /// <summary>There is no proposal of an id.</summary>
    public static Failure UnknownProposal(string segment, string proposal) => Of("specialist.unknown_proposal", $"There is no proposal '{proposal}' for the pack of '{segment}'.");

    /// <summary>Somebody else stored the version first.</summary>
    public static Failure VersionTaken(Pack pack) => Of(
        "specialist.edited_meanwhile", FormattableString.Invariant($"Somebody else saved version {pack.Version} of the pack of '{pack.Name}' a moment ago. Nothing of yours was saved."));

    internal static Failure Of(string code, string message, string? fix = null)
    {
        var row = Codes.First(row => row.Code == code);
        return new Failure(row.Category!.Value, code, message, fix ?? row.Fix);
    }
}
