using System.Data.Common;
using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>A connection as pages show it.</summary>
public sealed record ConnectionView
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>Permanent key.</summary>
    public string Key { get; init; } = "";

    /// <summary><c>hubspot</c> or <c>salesforce</c>.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Display name.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>preview</c>, <c>approve</c>, <c>on</c> or <c>paused</c>.</summary>
    public string WriteMode { get; init; } = "";

    /// <summary>Why the mode is what it is, in the words of whoever set it: raw and untrusted; null where nobody said.</summary>
    public string? ModeReason { get; init; }

    /// <summary>Who set the mode; null while it is the configured one.</summary>
    public string? ModeBy { get; init; }

    /// <summary>Unix milliseconds; when the mode was set.</summary>
    public long? ModeAt { get; init; }

    /// <summary>Unix milliseconds; when a pause ends by itself.</summary>
    public long? ResumeAt { get; init; }

    /// <summary>The mode that a pause goes back to, as stored.</summary>
    public string? ResumeMode { get; init; }

    internal static async Task<IReadOnlyList<ConnectionView>> ListAsync(DbConnection db, CancellationToken cancellationToken) =>
        [.. await db.QueryAsync<ConnectionView>(new CommandDefinition(
            """
            select id as Id, key as Key, kind as Kind, name as Name, write_mode as WriteMode, mode_reason as ModeReason, mode_by as ModeBy, mode_at as ModeAt,
              resume_at as ResumeAt, resume_mode as ResumeMode
            from connection order by id
            """,
            cancellationToken: cancellationToken)).ConfigureAwait(false)];
}
