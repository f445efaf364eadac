using CrmSync.Pipeline.Segments.Packs;

namespace CrmSync.Service.Console.Words;

/// <summary>Words about packs.</summary>
internal static class PackWords
{
    private static readonly Texts T = Texts.Of(typeof(PackWords));

    /// <summary>Where a line stands, in a word.</summary>
    public static string State(PackLineState state) => state switch
    {
        PackLineState.Draft => T["Draft"],
        PackLineState.Approved => T["Approved"],
        PackLineState.Retired => T["Retired"],
        _ => state.ToString(),
    };

    /// <summary>The class of a state's chip.</summary>
    public static string ClassOf(PackLineState state) => state switch
    {
        PackLineState.Approved => "mode-on",
        PackLineState.Draft => "mode-preview",
        _ => "outcome-unchanged",
    };

    /// <summary>Who wrote something.</summary>
    public static string Author(PackAuthor author) => author.Kind switch
    {
        PackAuthorKind.Template => T["TheTemplate"],
        PackAuthorKind.Model => T["TheModel", OneLine.Of(author.Name, 60)],
        PackAuthorKind.Person => OneLine.Of(author.Name, 80),
        _ => author.ToString(),
    };

    /// <summary>The same of a stored version.</summary>
    public static string Author(string kind, string name) => kind switch
    {
        "template" => T["TheTemplate"],
        "model" => T["TheModel", OneLine.Of(name, 60)],
        _ => OneLine.Of(name, 80),
    };

    /// <summary>Where a proposal comes from.</summary>
    public static string Source(ProposalSource source) => source switch
    {
        ProposalSource.Insight => T["FromAConversation"],
        ProposalSource.Learning => T["FromWinsAndLosses"],
        ProposalSource.Draft => T["FromANewerDraft"],
        _ => source.ToString(),
    };

    /// <summary>What differs.</summary>
    public static string Difference(PackDifference difference) => difference.Kind switch
    {
        PackDifferenceKind.Added => T["New"],
        PackDifferenceKind.Removed => T["OutOfUse"],
        PackDifferenceKind.Moved => T["Moved"],
        PackDifferenceKind.Changed => difference.Moved ? T["ChangedAndMoved"] : T["Changed"],
        _ => difference.Kind.ToString(),
    };

    /// <summary>The class of a difference's chip.</summary>
    public static string ClassOf(PackDifferenceKind kind) => kind switch
    {
        PackDifferenceKind.Added => "mode-on",
        PackDifferenceKind.Removed => "outcome-rejected",
        PackDifferenceKind.Changed => "mode-preview",
        _ => "outcome-unchanged",
    };

    /// <summary>What a button did; null for a word that no button leaves.</summary>
    public static string? Done(string? word) => word switch
    {
        "drafted" => T["DoneDrafted"],
        "approved" => T["DoneApproved"],
        "retired" => T["DoneRetired"],
        "restored" => T["DoneRestored"],
        "edited" => T["DoneEdited"],
        "added" => T["DoneAdded"],
        "accepted" => T["DoneAccepted"],
        "rejected" => T["DoneRejected"],
        "unchanged" => T["DoneUnchanged"],
        _ => null,
    };
}
