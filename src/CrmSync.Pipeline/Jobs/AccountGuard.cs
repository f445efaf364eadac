using System.Collections.Concurrent;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Jobs;

/// <summary>
/// Binds each connection to the account that its first token belonged to, before anything is read or written: a token of another portal would mix two companies'
/// records and write labels into the wrong one. Thread-safe.
/// </summary>
public sealed class AccountGuard(IRunStore runs)
{
    private readonly ConcurrentDictionary<string, string> _bound = new(StringComparer.Ordinal);

    /// <summary>Null where the connection may work; else why not.</summary>
    public async Task<Failure?> CheckAsync(Connection connection, ICrmConnector connector, CancellationToken cancellationToken)
    {
        if (_bound.ContainsKey(connection.Key))
            return null;
        var identity = await connector.IdentifyAsync(cancellationToken);
        if (!identity.Succeeded)
            return identity.Failure;
        var account = await runs.BindAccountAsync(connection.Id, identity.Value.Id, cancellationToken);
        // From here on the connector itself refuses a token of another account before it sends anything with it.
        connector.Expect(account);
        if (account != identity.Value.Id)
            return PipelineFailures.WrongAccount(connection.Key, account, identity.Value.Id);
        _bound[connection.Key] = account;
        return null;
    }
}
