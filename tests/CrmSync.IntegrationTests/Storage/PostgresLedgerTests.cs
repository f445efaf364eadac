using CrmSync.Storage;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public sealed class PostgresLedgerTests(PostgresServer server) : LedgerContract, IClassFixture<PostgresServer>
{
    private protected override Task<Ledger> OpenAsync() => server.OpenEmptyAsync(Token);
}
