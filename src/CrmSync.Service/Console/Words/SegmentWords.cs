using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Pipeline.Segments.Review;

namespace CrmSync.Service.Console.Words;

/// <summary>Words about segments.</summary>
internal static class SegmentWords
{
    private static readonly Texts T = Texts.Of(typeof(SegmentWords));

    /// <summary>A state in a word.</summary>
    public static string State(SegmentState state) => state switch
    {
        SegmentState.Proposed => T["Proposed"],
        SegmentState.Approved => T["Approved"],
        SegmentState.Rejected => T["Rejected"],
        SegmentState.Merged => T["Merged"],
        SegmentState.Retired => T["Retired"],
        _ => state.ToString(),
    };

    /// <summary>The class of a state's chip.</summary>
    public static string ClassOf(SegmentState state) => state switch
    {
        SegmentState.Proposed => "mode-preview",
        SegmentState.Approved => "mode-on",
        SegmentState.Rejected => "mode-paused",
        _ => "outcome-unchanged",
    };

    /// <summary>What a change did.</summary>
    public static string Action(SegmentAction action) => action switch
    {
        SegmentAction.Proposed => T["ASearchFoundIt"],
        SegmentAction.Approved => T["WasApproved"],
        SegmentAction.Rejected => T["WasRejected"],
        SegmentAction.Renamed => T["Renamed"],
        SegmentAction.Merged => T["WasMerged"],
        SegmentAction.Split => T["Split"],
        SegmentAction.Retired => T["WasRetired"],
        SegmentAction.Refitted => T["FoundAgain"],
        SegmentAction.Undone => T["Undone"],
        _ => action.ToString(),
    };

    /// <summary>What was said about two accounts.</summary>
    public static string Link(LinkKind kind) => kind is LinkKind.Must ? T["BelongTogether"] : T["NeverShareASegment"];

    /// <summary>What happened to a segment.</summary>
    public static string Event(SegmentEventKind kind) => kind switch
    {
        SegmentEventKind.Born => T["EventBorn"],
        SegmentEventKind.Died => T["EventDied"],
        SegmentEventKind.Drifted => T["EventDrifted"],
        SegmentEventKind.Converging => T["EventConverging"],
        _ => kind.ToString(),
    };

    /// <summary>What a button did; null for a word that no button leaves.</summary>
    public static string? Done(string? word) => word switch
    {
        "approved" => T["DoneApproved"],
        "rejected" => T["DoneRejected"],
        "retired" => T["DoneRetired"],
        "renamed" => T["DoneRenamed"],
        "merged" => T["DoneMerged"],
        "split" => T["DoneSplit"],
        "undone" => T["DoneUndone"],
        "together" => T["DoneTogether"],
        "apart" => T["DoneApart"],
        "settled" => T["DoneSettled"],
        "started" => T["DoneStarted"],
        "unchanged" => T["DoneUnchanged"],
        _ => null,
    };
}
