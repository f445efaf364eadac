using CrmSync.Storage;

namespace CrmSync.IntegrationTests.Storage;

public sealed class SqliteLedgerTests : LedgerContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-ledger-").FullName;

    private protected override Task<Ledger> OpenAsync() => EmptyLedger.OpenAsync(Path.Combine(_folder, "ledger.db"), Token);

    private protected override ValueTask CleanAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
