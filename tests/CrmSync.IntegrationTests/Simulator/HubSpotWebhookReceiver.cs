using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

/// <summary>An app's own end of HubSpot's webhooks: takes deliveries and answers what the test wants.</summary>
internal sealed class HubSpotWebhookReceiver : IAsyncDisposable
{
    public const string Secret = "app-secret";

    private readonly WebApplication _app;
    private readonly Channel<Delivery> _deliveries = Channel.CreateUnbounded<Delivery>();
    private readonly Queue<int> _statuses;

    private HubSpotWebhookReceiver(IEnumerable<int> statuses)
    {
        _statuses = new Queue<int>(statuses);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { Args = [] });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(TakeAsync);
    }

    /// <summary>Where deliveries go; the query holds what HubSpot decodes before it signs and what it does not.</summary>
    public Uri Target { get; private set; } = null!;

    /// <param name="statuses">Answers to the first deliveries; 200 to all others.</param>
    public static async Task<HubSpotWebhookReceiver> StartAsync(params IReadOnlyList<int> statuses)
    {
        var receiver = new HubSpotWebhookReceiver(statuses);
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        var address = receiver._app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        receiver.Target = new Uri($"{address}/hook?a=b%2Fc&d=e%20f");
        return receiver;
    }

    /// <summary>The next delivery.</summary>
    public async Task<Delivery> NextAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        return await _deliveries.Reader.ReadAsync(patience.Token);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        context.Response.StatusCode = _statuses.TryDequeue(out var status) ? status : 200;
        await _deliveries.Writer.WriteAsync(new Delivery(
            body.ToArray(), context.Request.Headers["X-HubSpot-Signature-v3"].ToString(),
            context.Request.Headers["X-HubSpot-Request-Timestamp"].ToString()));
    }

    internal sealed record Delivery(byte[] Body, string Signature, string Timestamp)
    {
        public IReadOnlyList<JsonElement> Items => [.. JsonDocument.Parse(Body).RootElement.EnumerateArray()];

        /// <summary>The signature over an address as HubSpot describes it, worked out here anew.</summary>
        public string Expected(string address)
        {
            byte[] text = [.. Encoding.UTF8.GetBytes("POST" + address), .. Body, .. Encoding.UTF8.GetBytes(Timestamp)];
            return Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), text));
        }
    }
}
