namespace CrmSync.Pipeline.Classification.Hosted;

/// <summary>What stands between a hostile text and a wrong label. All are on; tests switch them off to see that each is needed.</summary>
internal sealed record AuditDefences
{
    public static readonly AuditDefences All = new();

    /// <summary>Records are escaped JSON inside marks that carry a token of the call.</summary>
    public bool Marking { get; init; } = true;

    /// <summary>Ids are drawn for each call; off, they are 1, 2, 3, which a text can name.</summary>
    public bool DrawnIds { get; init; } = true;

    /// <summary>An answer counts only when its ids are exactly those that were asked.</summary>
    public bool IdCheck { get; init; } = true;

    /// <summary>A record that gives orders is asked alone, and an answer that does as it was told is not taken as decided.</summary>
    public bool Quarantine { get; init; } = true;
}
