using CrmSync.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace CrmSync.IntegrationTests.Storage;

/// <summary>
/// An empty SQLite ledger with an up-to-date schema, made once per test run and copied: running every migration for every test took a sixth of
/// a second each. How migrations run is tested by <see cref="LedgerMigrationTests"/>.
/// </summary>
internal static class EmptyLedger
{
    private static readonly Lazy<Task<byte[]>> Bytes = new(MakeAsync);

    /// <summary>Puts one where a test wants its ledger.</summary>
    public static async Task PutAsync(string file, CancellationToken cancellationToken) => await File.WriteAllBytesAsync(file, await Bytes.Value, cancellationToken);

    /// <summary>Puts one there and opens it.</summary>
    public static async Task<Ledger> OpenAsync(string file, CancellationToken cancellationToken)
    {
        await PutAsync(file, cancellationToken);
        return await Ledger.OpenAsync(new LedgerOptions { File = file }, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
    }

    // Not stopped with the test that happens to come first: all others wait for it, too.
    private static async Task<byte[]> MakeAsync()
    {
        var folder = Directory.CreateTempSubdirectory("crmsync-empty-").FullName;
        try
        {
            var file = Path.Combine(folder, "ledger.db");
            await using (await Ledger.OpenAsync(new LedgerOptions { File = file }, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None))
            {
            }
            if (File.Exists($"{file}-wal"))
                throw new InvalidOperationException("The closed ledger left a write-ahead log, so its file is not the whole of it.");
            return await File.ReadAllBytesAsync(file);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
