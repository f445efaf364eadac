using System.Data.Common;
using CrmSync.Connectors.HubSpot;
using CrmSync.IntegrationTests.Storage;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Pipeline.Segments.Conversations;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Vectors;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text.Redaction;
using CrmSync.Service.Console;
using CrmSync.Service.Settings;
using CrmSync.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CrmSync.IntegrationTests.Console;

/// <summary>The console on a port of its own, over a ledger in a folder of its own.</summary>
internal sealed class ConsoleHost : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 11, 40, 30, TimeSpan.Zero);

    private readonly string _folder;
    private readonly WebApplication _app;

    private ConsoleHost(string folder, Ledger ledger, WebApplication app, HttpClient client)
    {
        (_folder, Ledger, _app, Client) = (folder, ledger, app, client);
    }

    public Ledger Ledger { get; }

    /// <summary>A browser of somebody with the role that the host was started for; of nobody where it was started for none.</summary>
    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public Uri Address => new(_app.Urls.First());

    public static async Task<ConsoleHost> StartAsync(Func<LedgerSeed, Task>? seed = null, TimeProvider? time = null, string url = "http://127.0.0.1:0", string? folder = null,
        ApiRole? role = ApiRole.Admin, Action<IServiceCollection>? configure = null)
    {
        folder ??= Directory.CreateTempSubdirectory("crmsync-console-").FullName;
        time ??= new FixedTime(Now);
        var file = Path.Combine(folder, "ledger.db");
        if (!File.Exists(file))
            await EmptyLedger.PutAsync(file, CancellationToken.None);
        var ledger = await Ledger.OpenAsync(new LedgerOptions { File = file }, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        if (seed is not null)
        {
            await using DbConnection db = new SqliteConnection($"Data Source={file}");
            await db.OpenAsync();
            await seed(new LedgerSeed(db, time.GetUtcNow()));
        }
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(People.QuickPasswords);
        builder.Services.AddSingleton(TaxonomySet.LoadShipped());
        builder.Services.AddSingleton<IConnectorCatalog>(new NoConnectors());
        builder.Services.AddLedger(ledger);
        builder.Services.AddRuntimeSettings(new ServiceSettings { Connections = [new ConnectionSettings { Key = "hubspot-main", Kind = "hubspot", HubSpot = new HubSpotOptions() }] });
        builder.Services.AddSingleton<IKnownNames, NoNames>();
        builder.Services.AddSingleton(VectorDesk.None);
        builder.Services.AddSegments(new NumberOptions());
        builder.Services.AddTalks(new BriefOptions(), new ConversationOptions());
        configure?.Invoke(builder.Services);
        builder.Services.AddSingleton<CorrectionDesk>();
        builder.Services.AddConsole(ledger, options =>
        {
            options.Notice = "Demo: simulated CRMs, invented people";
            options.RecordLink = (key, type, id) => key == "hubspot-main" ? new Uri($"https://crm.example/{type}/{Uri.EscapeDataString(id)}") : new Uri("javascript:alert(1)");
        });
        var app = builder.Build();
        app.MapConsole();
        await app.StartAsync();
        var client = People.Browser(new Uri(app.Urls.First()));
        if (role is { } known)
            await client.SignInAsync(await People.AddAsync(ledger, known));
        return new ConsoleHost(folder, ledger, app, client);
    }

    /// <summary>Takes the ledger's file away under the running console.</summary>
    public void BreakLedger()
    {
        SqliteConnection.ClearAllPools();
        File.WriteAllText(Path.Combine(_folder, "ledger.db"), new string('x', 40_000));
        foreach (var leftover in Directory.EnumerateFiles(_folder, "ledger.db-*"))
            File.Delete(leftover);
    }

    /// <summary>Stops it and leaves its folder to a successor.</summary>
    public async Task StopAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await Ledger.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await Ledger.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    private sealed class NoNames : IKnownNames
    {
        public NameIndex Current => NameIndex.Empty;
    }

    private sealed class NoConnectors : IConnectorCatalog
    {
        public IReadOnlyList<ICrmConnector> All => [];

        public ICrmConnector? Find(string connectionKey) => null;
    }
}
