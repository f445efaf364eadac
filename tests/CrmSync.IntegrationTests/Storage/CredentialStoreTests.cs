using CrmSync.Pipeline.Model;
using CrmSync.Storage;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public sealed class CredentialStoreTests(PostgresServer server) : IClassFixture<PostgresServer>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-credentials-").FullName;
    private readonly string _key = $"crm-{Guid.NewGuid():N}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RenewAsync_NewCredential_OutlivesTheProcessAndIsNotReadable(bool sqlite)
    {
        await using (var ledger = await OpenAsync(sqlite))
        {
            (await ledger.ReadAsync(_key, Token)).ShouldBeNull();
            (await ledger.RenewAsync(_key, (_, _) => Task.FromResult<StoredCredential?>(null), Token)).ShouldBeNull();
            (await ledger.RenewAsync(_key, (stored, _) => Task.FromResult(Next(stored)), Token)).ShouldBe(Next(null));
        }

        await using var again = await OpenAsync(sqlite);
        (await again.ReadAsync(_key, Token)).ShouldBe(Next(null));
        (await again.RenewAsync(_key, (_, _) => Task.FromResult<StoredCredential?>(null), Token)).ShouldBe(Next(null));
        (await again.RenewAsync(_key, (stored, _) => Task.FromResult(Next(stored)), Token))!.RefreshToken.ShouldBe("refresh-2");
        await using var reader = await again.OpenReadAsync(Token);
        var bytes = await reader.QuerySingleAsync<byte[]>("select ciphertext from credential where connection_key = @_key", new { _key });
        System.Text.Encoding.UTF8.GetString(bytes).ShouldNotContain("refresh");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RenewAsync_UnderWay_KeepsNoOtherWorkWaiting(bool sqlite)
    {
        await using var ledger = await OpenAsync(sqlite);
        await ledger.RenewAsync(_key, async (stored, token) =>
        {
            await ledger.BeatAsync("node-1", token).WaitAsync(TimeSpan.FromSeconds(20), token);
            await ledger.RenewAsync($"{_key}-other", (other, _) => Task.FromResult(Next(other)), token).WaitAsync(TimeSpan.FromSeconds(20), token);
            return Next(stored);
        }, Token);
        (await ledger.ReadAsync($"{_key}-other", Token)).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RenewAsync_CallerGivesUpAfterTheAnswer_StillStoresIt(bool sqlite)
    {
        await using var ledger = await OpenAsync(sqlite);
        using var stop = new CancellationTokenSource();
        await ledger.RenewAsync(_key, async (stored, _) =>
        {
            await stop.CancelAsync();
            return Next(stored);
        }, stop.Token);
        (await ledger.ReadAsync(_key, Token)).ShouldBe(Next(null));
    }

    [Fact]
    public async Task RenewAsync_TwoNodes_RenewOnce()
    {
        await using var here = await OpenAsync(sqlite: false);
        await using var there = await OpenAsync(sqlite: false);
        var asked = 0;
        var begun = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        var first = here.RenewAsync(_key, RenewAsync, Token);
        await begun.Task.WaitAsync(Token);
        var others = Enumerable.Range(0, 6).Select(number => (number % 2 == 0 ? here : there).RenewAsync(_key, RenewAsync, Token)).ToList();
        answer.SetResult();

        (await Task.WhenAll(others.Append(first))).ShouldAllBe(credential => credential == Next(null));
        asked.ShouldBe(1);

        async Task<StoredCredential?> RenewAsync(StoredCredential? stored, CancellationToken token)
        {
            if (stored is not null)
                return null;
            Interlocked.Increment(ref asked);
            begun.TrySetResult();
            await answer.Task.WaitAsync(token);
            return Next(stored);
        }
    }

    [Fact]
    public async Task RenewAsync_NoMasterKeyFileOnPostgres_SaysSoBeforeAnythingIsRenewed()
    {
        await using var ledger = await OpenAsync(sqlite: false, keys: null);
        var error = await Should.ThrowAsync<LedgerException>(() =>
            ledger.RenewAsync(_key, (_, _) => throw new InvalidOperationException("renewed"), Token));
        (error.Code, error.Message.Contains("MasterKeyFile", StringComparison.Ordinal)).ShouldBe(("ledger.master_key", true));
    }

    [Fact]
    public void ToString_Credential_HoldsNoSecret() => $"{Next(null)} {new { Credential = Next(null) }}".ShouldNotContain("refresh");

    private static StoredCredential? Next(StoredCredential? stored) => stored is null
        ? new StoredCredential("refresh-1", "access-1", LedgerWorld.Start, null)
        : new StoredCredential("refresh-2", "access-2", null, "https://example.my.salesforce.com");

    private Task<Ledger> OpenAsync(bool sqlite) => OpenAsync(sqlite, Path.Combine(_folder, "master.keys"));

    private async Task<Ledger> OpenAsync(bool sqlite, string? keys)
    {
        if (!sqlite)
            PostgresServer.SkipUnlessThere();
        var options = sqlite
            ? new LedgerOptions { File = Path.Combine(_folder, "ledger.db") }
            : new LedgerOptions { ConnectionString = server.ConnectionString, MasterKeyFile = keys };
        return await Ledger.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, Token);
    }
}
