using CrmSync.Pipeline.Access;
using CrmSync.Storage;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

/// <summary>Locks that end with time: the rows are made older, since the database's clock is nobody's to turn.</summary>
public sealed class SignInGateTests : IDisposable
{
    private static readonly SignInLimits Limits = new(2, TimeSpan.FromMinutes(5), 100, TimeSpan.FromMinutes(15));
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-gate-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder, "ledger.db");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task CountTryAsync_AfterTheLockOrAPause_BeginsAnew()
    {
        await using var ledger = await Ledger.OpenAsync(new LedgerOptions { File = File }, TimeProvider.System, NullLoggerFactory.Instance, Token);
        Task<TimeSpan?> TryAsync() => ledger.CountTryAsync("ada", "10.0.0.1", Limits, Token);

        await TryAsync();
        await TryAsync();
        (await TryAsync()).ShouldNotBeNull();
        await AgeAsync(TimeSpan.FromMinutes(3));
        (await TryAsync()).ShouldNotBeNull().ShouldBeLessThanOrEqualTo(TimeSpan.FromMinutes(2), "hammering does not make it longer");
        await AgeAsync(TimeSpan.FromMinutes(2));
        (await TryAsync()).ShouldBeNull();
        await AgeAsync(TimeSpan.FromMinutes(6));
        (await TryAsync()).ShouldBeNull("the tries before the pause are forgotten");
        (await TryAsync()).ShouldBeNull();
        (await TryAsync()).ShouldNotBeNull();
        await AgeAsync(TimeSpan.FromDays(2));
        await ledger.CountTryAsync("bob", "10.0.0.2", Limits, Token);
        await using var db = await ledger.OpenReadAsync(Token);
        (await db.QuerySingleAsync<long>("select count(*) from sign_in_attempt")).ShouldBe(2, "what is a day old is gone");
    }

    private async Task AgeAsync(TimeSpan by)
    {
        await using var db = new SqliteConnection($"Data Source={File}");
        await db.ExecuteAsync(
            "update sign_in_attempt set last_at = last_at - @by, locked_until = case when locked_until > 0 then locked_until - @by else 0 end", new { by = (long)by.TotalMilliseconds });
    }
}
