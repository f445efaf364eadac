using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Settings;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Service.Taxonomies;
using CrmSync.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Taxonomies;

/// <summary>A version that somebody puts into use while a host runs.</summary>
public sealed class AdoptedTaxonomyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-adopted-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Host_VersionPutIntoUse_AsksToBePutTogetherAnewAndThenDecidesByIt()
    {
        var settings = new ServiceSettings { Ledger = { File = Path.Combine(_folder, "ledger.db") }, Console = { Port = FreePort.Take() } };
        await using var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: true, Token);
        var stage = TaxonomySet.LoadShipped()["stage"];
        var second = TaxonomyFile.Parse(stage.Text.Replace("\"version\": \"1\"", "\"version\": \"2\"", StringComparison.Ordinal), "second");
        await using (var first = Create(settings, ledger))
        {
            await first.StartAsync(Token);
            await first.Services.GetRequiredService<WorkerState>().Started.WaitAsync(Token);
            var asked = first.Services.GetRequiredService<HostRestart>().Asked;
            await first.Services.GetRequiredService<ChangedSettings>().FollowAsync(Token);
            asked.IsCompleted.ShouldBeFalse();

            (await ledger.AdoptAsync(second, "1", "ada", null, Token)).ShouldBe(AdoptAnswer.Adopted);
            await asked.WaitAsync(TimeSpan.FromSeconds(60), Token);
            await first.StopAsync(Token);
        }

        await using var again = Create(settings, ledger);
        again.Services.GetRequiredService<TaxonomySet>()["stage"].Version.ShouldBe("2");
        again.Services.GetRequiredService<TaxonomySet>()["engagement"].Version.ShouldBe("1");
        await again.Services.GetRequiredService<ChangedSettings>().FollowAsync(Token);
        again.Services.GetRequiredService<HostRestart>().Asked.IsCompleted.ShouldBeFalse("it holds already");
    }

    private static WebApplication Create(ServiceSettings settings, Ledger ledger) => HostFactory.Create(settings, ledger, new HostShape { LogLevel = LogLevel.Error });
}
