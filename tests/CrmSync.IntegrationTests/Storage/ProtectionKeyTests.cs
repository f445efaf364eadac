using CrmSync.Storage;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public sealed class ProtectionKeyTests(PostgresServer server) : IClassFixture<PostgresServer>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-keys-").FullName;
    private readonly string _name = $"key-{Guid.NewGuid():N}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AddProtectionKeyAsync_Key_OutlivesTheProcessAndIsNotReadable(bool sqlite)
    {
        await using (var ledger = await OpenAsync(sqlite))
        {
            await ledger.AddProtectionKeyAsync(_name, "<key>secret</key>", Token);
            await ledger.AddProtectionKeyAsync(_name, "<key>another</key>", Token);
        }

        await using var again = await OpenAsync(sqlite);
        (await again.ReadProtectionKeysAsync(Token)).ShouldContain("<key>secret</key>");
        await using var reader = await again.OpenReadAsync(Token);
        var bytes = await reader.QuerySingleAsync<byte[]>("select ciphertext from protection_key where name = @_name", new { _name });
        System.Text.Encoding.UTF8.GetString(bytes).ShouldNotContain("secret");
    }

    [Fact]
    public async Task ReadProtectionKeysAsync_OtherMasterKeyFile_IsSaidInASentence()
    {
        await using (var ledger = await OpenAsync(sqlite: true))
            await ledger.AddProtectionKeyAsync(_name, "<key/>", Token);
        await using var other = await Ledger.OpenAsync(
            new LedgerOptions { File = Path.Combine(_folder, "ledger.db"), MasterKeyFile = Path.Combine(_folder, "other.keys") }, TimeProvider.System, NullLoggerFactory.Instance, Token);

        (await Should.ThrowAsync<LedgerException>(() => other.ReadProtectionKeysAsync(Token))).Message.ShouldContain("give every node the same master key file");
    }

    [Fact]
    public async Task ReadProtectionKeysAsync_SharedLedgerWithoutMasterKeyFile_IsSaidInASentence()
    {
        PostgresServer.SkipUnlessThere();
        await using var ledger = await Ledger.OpenAsync(new LedgerOptions { ConnectionString = server.ConnectionString }, TimeProvider.System, NullLoggerFactory.Instance, Token);

        (await Should.ThrowAsync<LedgerException>(() => ledger.ReadProtectionKeysAsync(Token))).Message.ShouldContain("set MasterKeyFile");
    }

    private async Task<Ledger> OpenAsync(bool sqlite)
    {
        if (!sqlite)
            PostgresServer.SkipUnlessThere();
        var options = sqlite
            ? new LedgerOptions { File = Path.Combine(_folder, "ledger.db") }
            : new LedgerOptions { ConnectionString = server.ConnectionString, MasterKeyFile = Path.Combine(_folder, "master.keys") };
        return await Ledger.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, Token);
    }
}
