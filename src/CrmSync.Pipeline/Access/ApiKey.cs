namespace CrmSync.Pipeline.Access;

/// <summary>What the holder of a key may do; each role may do what the ones before it may. Stored in lower case.</summary>
public enum ApiRole
{
    /// <summary>Reads everything but the texts of activities.</summary>
    Viewer,

    /// <summary>Reads texts, too, and says what is right: corrections.</summary>
    Reviewer,

    /// <summary>Acts on the write-back: approve, retry, discard, undo, force, pause.</summary>
    Operator,

    /// <summary>Changes how the service works: schedules.</summary>
    Admin,
}

/// <summary>A key of the HTTP API, without the key itself: that is shown once and kept nowhere.</summary>
/// <param name="Id">Ledger id.</param>
/// <param name="Name">What it is for, in the words of whoever made it.</param>
/// <param name="Prefix">The part that may be shown; unique.</param>
/// <param name="Role">What it may do.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="ExpiresAt">From when on it opens nothing.</param>
public sealed record ApiKey(long Id, string Name, string Prefix, ApiRole Role, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>When it was revoked; null while it was not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Who revoked it.</summary>
    public string? RevokedBy { get; init; }

    /// <summary>When it was last used, to the minute; null where it never was.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}

/// <summary>A key to enter.</summary>
/// <param name="Name">What it is for; 1 to 100 characters.</param>
/// <param name="Prefix">The part that may be shown.</param>
/// <param name="Hash">Hash of the whole key.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Lifetime">How long it is good for, by the database's clock.</param>
public sealed record NewApiKey(string Name, string Prefix, string Hash, ApiRole Role, TimeSpan Lifetime);

/// <summary>A key as it is checked: with its hash, which goes no further.</summary>
public sealed record ApiKeySecret(ApiKey Key, string Hash);
