using System.Net;
using System.Text;
using CrmSync.Connectors.HubSpot;
using CrmSync.IntegrationTests.Connectors;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Model;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Simulator.HubSpot;
using CrmSync.Storage;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Webhooks;

/// <summary>A host whose schedules never fire in time: what it learns of, it learns by notices of the simulated HubSpot.</summary>
public sealed class NoticeTests : IAsyncLifetime
{
    private const string Secret = "client-secret-of-the-app";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-notices-").FullName;
    private readonly int _port = FreePort.Take();
    private readonly HttpClient _client = new();
    private HubSpotSimulator _hubSpot = null!;
    private Ledger _ledger = null!;
    private WebApplication _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Uri Door => new($"http://127.0.0.1:{_port}/webhooks/hubspot");

    public async ValueTask InitializeAsync()
    {
        _hubSpot = await HubSpotSimulator.StartAsync(
            new HubSpotSimulatorOptions
            {
                IndexLag = TimeSpan.FromSeconds(1), PropertyPermissions = new Dictionary<string, PropertyPermission>(),
                Webhooks = [new(Door, Secret, "object.creation"), new(Door, Secret, "object.propertyChange")],
            },
            TimeProvider.System, Token);
        _hubSpot.Load(ConnectorWorlds.Calls(0));
        var settings = new ServiceSettings
        {
            Ledger = { File = Path.Combine(_folder, "ledger.db") },
            Console = { Port = _port },
            Polling = { Fresh = "0 0 1 1 *", Settled = "0 0 1 1 *", ReachBack = "0 0 1 1 *", Records = "0 0 1 1 *" },
            Webhooks = { PublicAddress = $"http://127.0.0.1:{_port}" },
            Connections =
            [
                new ConnectionSettings
                {
                    Key = "hubspot", Kind = "hubspot", WriteMode = WriteMode.Preview,
                    HubSpot = new HubSpotOptions { BaseAddress = _hubSpot.BaseAddress, Token = HubSpotToken.DefaultValue, WebhookSecret = Secret },
                },
            ],
        };
        _ledger = await HostFactory.OpenLedgerAsync(settings, asHost: true, Token);
        _host = HostFactory.Create(settings, _ledger, new HostShape { LogLevel = LogLevel.Error });
        await _host.StartAsync(Token);
        await _host.Services.GetRequiredService<WorkerState>().Started.WaitAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        await _host.DisposeAsync();
        await _ledger.DisposeAsync();
        await _hubSpot.DisposeAsync();
        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Notice_OfANewActivity_StartsAPollThatFindsIt()
    {
        _hubSpot.Add(ConnectorWorlds.Call(1) with { OccurredAt = TimeProvider.System.GetUtcNow() });
        await Eventually.IsTrueAsync(
            async () => (await new SyncQueries(_ledger).ReadProgressAsync(1, Token)).Decided == 1, "the notice's poll finds the call", Patience, Token);
        (await _ledger.LastAtAsync(1, Token)).ShouldNotBeNull();
        // On a busy machine the host's first polls may find the call before the notice's own; that one comes all the same.
        await Eventually.IsTrueAsync(
            async () => (await new RunQueries(_ledger).ListAsync(100, Token)).Any(row => row.Run.RequestedBy == "notice"), "the notice starts a poll", Patience, Token);
    }

    [Theory]
    [InlineData("hubspot")]
    [InlineData("nobody")]
    public async Task Notice_WithoutTheSecretOrForNobody_IsTurnedAwayAlike(string connection)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{_port}/webhooks/{connection}"))
        {
            Content = new StringContent("[]", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-HubSpot-Signature-v3", "AAAA");
        request.Headers.Add("X-HubSpot-Request-Timestamp", $"{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}");
        (await _client.SendAsync(request, Token)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await _ledger.LastAtAsync(1, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Notice_LargerThanAnyThatACrmSends_IsNotReadToItsEnd()
    {
        using var body = new ByteArrayContent(new byte[300 * 1024]);
        (await _client.PostAsync(Door, body, Token)).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }
}
