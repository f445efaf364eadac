using CrmSync.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace CrmSync.IntegrationTests.Storage;

public sealed class SqliteLedgerTests : LedgerContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-ledger-").FullName;

    private protected override Task<Ledger> OpenAsync() =>
        Ledger.OpenAsync(new LedgerOptions { File = Path.Combine(_folder, "ledger.db") }, TimeProvider.System, NullLoggerFactory.Instance, Token);

    private protected override ValueTask CleanAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
