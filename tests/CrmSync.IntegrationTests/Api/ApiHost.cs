using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CrmSync.IntegrationTests.Console;
using CrmSync.IntegrationTests.Storage;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Api;
using CrmSync.Service.Api.Access;
using CrmSync.Service.Console;
using CrmSync.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CrmSync.IntegrationTests.Api;

/// <summary>Console and API on a port of their own, over a seeded ledger in a folder of its own. No worker runs.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly string _folder;
    private int _keys;

    private ApiHost(string folder, Ledger ledger, WebApplication app)
    {
        (_folder, Ledger, App) = (folder, ledger, app);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.First()) };
    }

    public Ledger Ledger { get; }

    public WebApplication App { get; }

    /// <summary>A client without a key.</summary>
    public HttpClient Client { get; }

    public static async Task<ApiHost> StartAsync(int activities = 40, int requestsPerMinute = 100_000, Func<SqliteConnection, LedgerSeed, Task>? seed = null)
    {
        var folder = Directory.CreateTempSubdirectory("crmsync-api-").FullName;
        var file = Path.Combine(folder, "ledger.db");
        var ledger = await EmptyLedger.OpenAsync(file, CancellationToken.None);
        await using (var db = new SqliteConnection($"Data Source={file}"))
        {
            await db.OpenAsync();
            var rows = new LedgerSeed(db, ConsoleHost.Now);
            await rows.ConnectionsAsync();
            await rows.ActivitiesAsync(activities, TimeSpan.FromMinutes(50));
            await rows.ProblemsAsync();
            if (seed is not null)
                await seed(db, rows);
        }
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(People.QuickPasswords);
        builder.Services.AddLedger(ledger);
        builder.Services.AddSingleton(TaxonomySet.LoadShipped());
        builder.Services.AddSingleton<CorrectionDesk>();
        builder.Services.AddConsole(ledger, options => options.OpenPaths.Add(ApiSetup.Root));
        builder.Services.AddApi(requestsPerMinute);
        var app = builder.Build();
        app.MapConsole();
        app.MapApi();
        await app.StartAsync();
        return new ApiHost(folder, ledger, app);
    }

    /// <summary>Makes a key and gives its text.</summary>
    public async Task<string> KeyAsync(ApiRole role, TimeSpan? lifetime = null)
    {
        var text = KeyText.Draw();
        await Ledger.AddKeyAsync(new NewApiKey($"test {++_keys}", text.Prefix, text.Hash, role, lifetime ?? TimeSpan.FromDays(1)), "test", CancellationToken.None);
        return text.Whole;
    }

    /// <summary>Sends a request with a key.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? key, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith('/') ? path : $"{ApiSetup.Root}/{path}");
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await Client.SendAsync(request);
    }

    /// <summary>Sends a request and reads the JSON of its answer.</summary>
    public async Task<(int Status, JsonElement Json)> AskAsync(HttpMethod method, string path, string? key, string? json = null, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(method, path, key, json, headers);
        return ((int)response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync()));
    }

    /// <summary>Reads with a key.</summary>
    public Task<(int Status, JsonElement Json)> GetAsync(string path, string? key) => AskAsync(HttpMethod.Get, path, key);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
        await Ledger.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}
