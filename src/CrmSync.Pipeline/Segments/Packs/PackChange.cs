namespace CrmSync.Pipeline.Segments.Packs;

/// <summary>One change of a pack.</summary>
public abstract record PackChange
{
    private PackChange()
    {
    }

    /// <summary>A new line at the end of its section.</summary>
    /// <param name="Line">The line; its id is new, or that of a retired line, which it replaces.</param>
    public sealed record Add(PackLine Line) : PackChange;

    /// <summary>Other words, topic, tier, evidence or needs of a line. Parts that are null stay.</summary>
    /// <param name="Id">The line.</param>
    public sealed record Edit(string Id) : PackChange
    {
        /// <summary>New text.</summary>
        public string? Text { get; init; }

        /// <summary>New topic.</summary>
        public string? Topic { get; init; }

        /// <summary>New tier.</summary>
        public PackTier? Tier { get; init; }

        /// <summary>New evidence.</summary>
        public PackEvidence? Evidence { get; init; }

        /// <summary>True when what a person had to add is there now.</summary>
        public bool NeedsNobody { get; init; }
    }

    /// <summary>A person stands by a line as it is.</summary>
    /// <param name="Id">The line.</param>
    public sealed record Approve(string Id) : PackChange;

    /// <summary>Takes a line out of use.</summary>
    /// <param name="Id">The line.</param>
    public sealed record Retire(string Id) : PackChange;

    /// <summary>Takes a retired line into use again.</summary>
    /// <param name="Id">The line.</param>
    public sealed record Restore(string Id) : PackChange;

    /// <summary>Puts a line elsewhere.</summary>
    /// <param name="Id">The line.</param>
    /// <param name="Section">The section.</param>
    /// <param name="Place">Its place among the section's lines, from 0; a place beyond the last is the last.</param>
    public sealed record Move(string Id, PackSection Section, int Place) : PackChange;
}
