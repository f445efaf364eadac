using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Simulator.HubSpot;
using CrmSync.Simulator.Seed;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

/// <summary>A simulated HubSpot on a manual clock and a client with its token.</summary>
internal sealed class HubSpotBench : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 11, 20, 15, 0, 0, TimeSpan.Zero);

    public static readonly HubSpotSimulatorOptions Installed = new() { QuotasOn = false, OAuthApps = [new("client", "hidden", "refresh")] };

    private readonly HttpClient _client;

    private HubSpotBench(HubSpotSimulator simulator, ManualTimeProvider clock)
    {
        Simulator = simulator;
        Clock = clock;
        _client = new HttpClient { BaseAddress = simulator.BaseAddress, Timeout = TimeSpan.FromSeconds(30) };
    }

    public HubSpotSimulator Simulator { get; }

    public ManualTimeProvider Clock { get; }

    public string Token { get; set; } = HubSpotToken.DefaultValue;

    public static async Task<HubSpotBench> StartAsync(SeedWorld? world = null, HubSpotSimulatorOptions? options = null)
    {
        var clock = new ManualTimeProvider(Now);
        var simulator = await HubSpotSimulator.StartAsync(options ?? new HubSpotSimulatorOptions { QuotasOn = false }, clock,
            TestContext.Current.CancellationToken);
        if (world is not null)
            simulator.Load(world);
        return new HubSpotBench(simulator, clock);
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<Answer> PostAsync(string path, object body) => SendAsync(HttpMethod.Post, path, body);

    public Task<Answer> PatchAsync(string path, object body) => SendAsync(HttpMethod.Patch, path, body);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    public async Task<Answer> SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (Token.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        if (body is not null)
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var headers = response.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer(response.StatusCode, text, headers);
    }

    /// <summary>Posts a form without a token, as to the OAuth endpoints.</summary>
    public async Task<Answer> PostFormAsync(string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        using var response = await _client.PostAsync(new Uri(path, UriKind.Relative), form, TestContext.Current.CancellationToken);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            new Dictionary<string, string>());
    }

    /// <summary>Trades a refresh token of <see cref="Installed"/>.</summary>
    public Task<Answer> RefreshAsync(string refreshToken = "refresh") => PostFormAsync("oauth/2026-09/token", ("grant_type", "refresh_token"),
        ("client_id", "client"), ("client_secret", "hidden"), ("refresh_token", refreshToken));

    public Task<Answer> SearchAsync(string type, object body) => PostAsync($"crm/objects/2026-09/{type}/search", body);

    /// <summary>Ids of a type by the list endpoint, oldest first.</summary>
    public async Task<List<string>> IdsAsync(string type)
    {
        var ids = new List<string>();
        string? after = "0";
        while (after is not null)
        {
            var page = await GetAsync($"crm/objects/2026-09/{type}?limit=100&after={after}");
            ids.AddRange(page.Ids);
            after = page.Json.TryGetProperty("paging", out var paging) ? paging.GetProperty("next").GetProperty("after").GetString() : null;
        }
        return ids;
    }

    public static object Filter(string property, string op, string value) => new { propertyName = property, @operator = op, value };

    /// <summary>A search for the records of a type that were changed from an instant on, after an id, in the order of their ids.</summary>
    public static object Keyset(long lastId, DateTimeOffset from, int limit = 200) => new
    {
        filterGroups = new[]
        {
            new
            {
                filters = new[]
                {
                    Filter("hs_lastmodifieddate", "GTE", from.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)),
                    Filter("hs_object_id", "GT", lastId.ToString(CultureInfo.InvariantCulture)),
                },
            },
        },
        sorts = new[] { new { propertyName = "hs_object_id", direction = "ASCENDING" } },
        properties = new[] { "hs_note_body" },
        limit,
        after = "0",
    };

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Simulator.DisposeAsync();
    }
}

/// <summary>An answer with its body read.</summary>
internal sealed record Answer(HttpStatusCode Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    private readonly Lazy<JsonElement> _json = new(() => JsonDocument.Parse(Text).RootElement.Clone());

    public JsonElement Json => _json.Value;

    public IReadOnlyList<JsonElement> Results => [.. Json.GetProperty("results").EnumerateArray()];

    public IReadOnlyList<string> Ids => [.. Results.Select(r => r.GetProperty("id").GetString()!)];

    public string Category => Json.GetProperty("category").GetString()!;

    public string Message => Json.GetProperty("message").GetString()!;

    public string? Property(string name) => Json.GetProperty("properties").GetProperty(name).GetString();
}
