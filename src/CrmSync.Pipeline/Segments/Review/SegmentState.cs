namespace CrmSync.Pipeline.Segments.Review;

/// <summary>What people made of a segment.</summary>
public enum SegmentState
{
    /// <summary>Found, and not looked at yet: nobody is assigned to it and nothing is written.</summary>
    Proposed,

    /// <summary>Accounts are assigned to it, and its name is written to them.</summary>
    Approved,

    /// <summary>No segment to people; a search that finds it again does not bring it back.</summary>
    Rejected,

    /// <summary>Part of another one; what a search finds of it counts there.</summary>
    Merged,

    /// <summary>Not in use any more.</summary>
    Retired,
}

/// <summary>What a change did to a segment.</summary>
public enum SegmentAction
{
    /// <summary>A search found it.</summary>
    Proposed,

    /// <summary>People want it.</summary>
    Approved,

    /// <summary>People do not.</summary>
    Rejected,

    /// <summary>It was given another name.</summary>
    Renamed,

    /// <summary>It became part of another one, or took one in.</summary>
    Merged,

    /// <summary>Accounts of it became a segment of their own.</summary>
    Split,

    /// <summary>It went out of use.</summary>
    Retired,

    /// <summary>A later search found it again.</summary>
    Refitted,

    /// <summary>A change was taken back.</summary>
    Undone,
}

/// <summary>What a person says about two accounts.</summary>
public enum LinkKind
{
    /// <summary>They belong to the same segment, or to none.</summary>
    Must,

    /// <summary>They never share a segment.</summary>
    Cannot,
}

/// <summary>How such a word stands.</summary>
public enum LinkState
{
    /// <summary>An edit in the CRM suggests it; a reviewer has not looked yet.</summary>
    Candidate,

    /// <summary>It holds in every search.</summary>
    Active,

    /// <summary>A reviewer did not want it.</summary>
    Dismissed,

    /// <summary>It was taken back.</summary>
    Removed,
}
