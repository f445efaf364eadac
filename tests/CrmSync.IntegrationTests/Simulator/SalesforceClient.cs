using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Salesforce;
using CrmSync.Simulator.Seed;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

/// <summary>A simulator with a world, and a signed-in client of it that hides nothing of the wire.</summary>
internal sealed class SalesforceClient : IAsyncDisposable
{
    private readonly HttpClient _http;

    private SalesforceClient(SalesforceSimulator simulator, ManualTimeProvider clock)
    {
        Simulator = simulator;
        Clock = clock;
        _http = new HttpClient { BaseAddress = simulator.BaseAddress };
    }

    public SalesforceSimulator Simulator { get; }

    public ManualTimeProvider Clock { get; }

    public HttpClient Http => _http;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<SalesforceClient> StartAsync(SeedWorld? world = null, SalesforceSimulatorOptions? options = null)
    {
        ManualTimeProvider clock = new(SalesforceWorlds.Now);
        SalesforceClient client = new(await SalesforceSimulator.StartAsync(options ?? new(), clock, Cancel), clock);
        if (world is not null)
            client.Simulator.Load(world);
        await client.SignInAsync();
        return client;
    }

    /// <summary>Turns a dial.</summary>
    public void Turn(string code, string? target = null, int? count = null) =>
        Simulator.Dials.Turn(code, new DialSetting { Target = target, Count = count });

    public async Task SignInAsync()
    {
        (HttpStatusCode status, JsonNode? answer) = await TokenAsync(
            new() { ["grant_type"] = "client_credentials", ["client_id"] = "sim-client", ["client_secret"] = "sim-secret" });
        status.ShouldBe(HttpStatusCode.OK);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)answer!["access_token"]!);
    }

    public async Task<(HttpStatusCode Status, JsonNode? Body)> TokenAsync(Dictionary<string, string> form, AuthenticationHeaderValue? header = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/services/oauth2/token") { Content = new FormUrlEncodedContent(form) };
        request.Headers.Authorization = header;
        using HttpResponseMessage response = await new HttpClient { BaseAddress = Simulator.BaseAddress }.SendAsync(request, Cancel);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonNode>(Cancel));
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using HttpRequestMessage request = new(method, path.StartsWith('/') ? path : $"/services/data/v66.0/{path}");
        if (body is not null)
            request.Content = JsonContent.Create(body, options: JsonSerializerOptions.Default);
        return await _http.SendAsync(request, Cancel);
    }

    public async Task<(HttpStatusCode Status, JsonNode? Body)> CallAsync(HttpMethod method, string path, object? body = null)
    {
        using HttpResponseMessage response = await SendAsync(method, path, body);
        string text = await response.Content.ReadAsStringAsync(Cancel);
        return (response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    public async Task<JsonNode> GetAsync(string path)
    {
        (HttpStatusCode status, JsonNode? body) = await CallAsync(HttpMethod.Get, path);
        status.ShouldBe(HttpStatusCode.OK, body?.ToJsonString());
        return body!;
    }

    public Task<JsonNode> QueryAsync(string soql, string route = "query") => GetAsync($"{route}?q={Uri.EscapeDataString(soql)}");

    public async Task<List<JsonNode>> RecordsAsync(string soql, string route = "query") => [.. (await QueryAsync(soql, route))["records"]!.AsArray().Select(record => record!)];

    /// <summary>The one error of a request that fails as a whole.</summary>
    public async Task<(HttpStatusCode Status, string Code, string Message)> FailAsync(HttpMethod method, string path, object? body = null)
    {
        (HttpStatusCode status, JsonNode? answer) = await CallAsync(method, path, body);
        JsonNode error = answer.ShouldBeOfType<JsonArray>().ShouldHaveSingleItem()!;
        return (status, (string)error["errorCode"]!, (string)error["message"]!);
    }

    public Task<(HttpStatusCode Status, string Code, string Message)> FailQueryAsync(string soql) =>
        FailAsync(HttpMethod.Get, $"query?q={Uri.EscapeDataString(soql)}");

    public async Task<string> IdAsync(string soql) => (string)(await RecordsAsync(soql))[0]["Id"]!;

    /// <summary>Creates a restricted picklist on Activity and grants it on the named objects.</summary>
    public async Task<string> CreateStageAsync(params string[] grantedOn)
    {
        string field = await CreateAsync("tooling/sobjects/CustomField", StageField("Demo", "Negotiation"));
        string set = await CreateAsync("sobjects/PermissionSet", new { Name = "CrmSync", Label = "CrmSync" });
        await CreateAsync("sobjects/PermissionSetAssignment", new { AssigneeId = Simulator.IntegrationUserId, PermissionSetId = set });
        foreach (string type in grantedOn)
        {
            await CreateAsync("sobjects/FieldPermissions", new
            {
                ParentId = set, SobjectType = type, Field = $"{type}.CrmSync_Stage__c", PermissionsRead = true, PermissionsEdit = true,
            });
        }

        return field;
    }

    public static object StageField(params string[] values) => new
    {
        FullName = "Activity.CrmSync_Stage__c",
        Metadata = new
        {
            label = "CrmSync Stage",
            type = "Picklist",
            valueSet = new
            {
                restricted = true,
                valueSetDefinition = new { sorted = false, value = values.Select(value => new { valueName = value, label = value, @default = false }) },
            },
        },
    };

    public async Task<string> CreateAsync(string path, object body)
    {
        (HttpStatusCode status, JsonNode? answer) = await CallAsync(HttpMethod.Post, path, body);
        status.ShouldBe(HttpStatusCode.Created, answer?.ToJsonString());
        answer!["success"]!.GetValueKind().ShouldBe(JsonValueKind.True);
        return (string)answer["id"]!;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Simulator.DisposeAsync();
    }
}
