using System.Runtime.CompilerServices;
using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>The names of people, companies and owners. Thread-safe.</summary>
public sealed class NameQueries(ILedgerReadConnections ledger)
{
    /// <summary>Another number where names came since; names that were changed do not change it. Costs next to nothing.</summary>
    public async Task<long> StampAsync(CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await db.ExecuteScalarAsync<long>(new CommandDefinition(
            "select (select coalesce(max(id), 0) from crm_person) + (select coalesce(max(id), 0) from crm_owner) + (select coalesce(max(id), 0) from crm_company)",
            cancellationToken: cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Every name once, in no order; not all held in memory at a time.</summary>
    public async IAsyncEnumerable<(string Name, bool IsCompany)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var command = new CommandDefinition(
            "select name, 0 from crm_person union select name, 0 from crm_owner union select name, 1 from crm_company", cancellationToken: cancellationToken);
        await using var reader = await db.ExecuteReaderAsync(command).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            yield return (reader.GetString(0), reader.GetInt32(1) is 1);
    }
}
