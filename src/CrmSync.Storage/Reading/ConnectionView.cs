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

    /// <summary><c>preview</c>, <c>on</c> or <c>paused</c>.</summary>
    public string WriteMode { get; init; } = "";

    internal static async Task<IReadOnlyList<ConnectionView>> ListAsync(DbConnection db, CancellationToken cancellationToken) =>
        [.. await db.QueryAsync<ConnectionView>(new CommandDefinition(
            "select id as Id, key as Key, kind as Kind, name as Name, write_mode as WriteMode from connection order by id",
            cancellationToken: cancellationToken)).ConfigureAwait(false)];
}
