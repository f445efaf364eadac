namespace CrmSync.Simulator.HubSpot.Records;

/// <summary>What happened to a record, as webhooks tell it (fact sheet §10).</summary>
/// <param name="Kind">creation, propertyChange, deletion, restore, merge or associationChange.</param>
/// <param name="Type">Object type of the record.</param>
/// <param name="ObjectId">The record; after a merge the survivor.</param>
/// <param name="At">When, Unix milliseconds.</param>
/// <param name="Source">Who did it.</param>
internal sealed record PortalEvent(string Kind, HubSpotObjectType Type, long ObjectId, long At, ChangeSource Source)
{
    public const string Creation = "creation";
    public const string PropertyChange = "propertyChange";
    public const string Deletion = "deletion";
    public const string Restore = "restore";
    public const string Merge = "merge";
    public const string AssociationChange = "associationChange";

    /// <summary>The property of a change.</summary>
    public string? Property { get; init; }

    /// <summary>Its new value.</summary>
    public string? Value { get; init; }

    /// <summary>The record that went into another.</summary>
    public long? MergedId { get; init; }

    /// <summary>The link of an association change.</summary>
    public PortalLink? Link { get; init; }
}

/// <summary>A link that came or went.</summary>
internal sealed record PortalLink(string Name, long ToId, bool Removed, bool Primary);
