using System.Text;
using CrmSync.Pipeline.Erasure;
using CrmSync.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

/// <summary>Erased means: not in the bytes of the file either.</summary>
public sealed class ErasedBytesTests : IDisposable
{
    private const string Canary = "canary-9X4K";

    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-bytes-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string LedgerFile => Path.Combine(_folder, "ledger.db");

    [Fact]
    public async Task EraseAsync_OnAFile_LeavesNoByteOfTheTextInItsFiles()
    {
        var ledger = await Ledger.OpenAsync(new LedgerOptions { File = LedgerFile }, TimeProvider.System, NullLoggerFactory.Instance, Token);
        await using var world = await LedgerWorld.CreateAsync(ledger);
        // One text that fits a page, one that runs over many: free pages and free space within pages are different places.
        await world.StoreAsync(LedgerWorld.Activity("1", $"short {Canary}"));
        await world.StoreAsync(LedgerWorld.Activity("2", string.Concat(Enumerable.Repeat($"long {Canary} ", 4_000))));
        await world.StoreAsync(LedgerWorld.Activity("3", "Another one's text, which stays."));
        Bytes().ShouldBeGreaterThan(0);
        var connection = (await ledger.ListConnectionsAsync(Token))[0];

        foreach (var id in new[] { "1", "2" })
            (await ledger.EraseAsync(new ErasureRequest(connection, "calls", id, "ada"), Token)).Value!.BytesGone.ShouldBeTrue();

        Bytes().ShouldBe(0);
        (await world.CountAsync("activity_text")).ShouldBe(1);
        SqliteConnection.ClearAllPools();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // How often the canary stands in the database's files.
    private int Bytes() => new[] { LedgerFile, $"{LedgerFile}-wal" }.Sum(file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return Encoding.Latin1.GetString(copy.ToArray()).Split(Canary).Length - 1;
    });
}
