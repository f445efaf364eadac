using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrmSync.Simulator.Hosting;

/// <summary>
/// A small Kestrel server on 127.0.0.1 without TLS, configuration files or console logging. One per simulated service.
/// </summary>
internal sealed class LoopbackHost : IAsyncDisposable
{
    // Addresses carry SOQL; Salesforce answers 414 beyond this many bytes, and HubSpot's are shorter.
    private const int LongestAddress = 16_384;
    private const long LargestBody = 50L * 1024 * 1024;
    private readonly WebApplication _app;

    private LoopbackHost(WebApplication app, Uri baseAddress)
    {
        _app = app;
        BaseAddress = baseAddress;
    }

    /// <summary>Where it listens, with a trailing slash.</summary>
    public Uri BaseAddress { get; }

    /// <summary>Starts listening; returns when the port is bound.</summary>
    /// <param name="name">Name of the simulator for messages.</param>
    /// <param name="port">Port, or 0 for any free one.</param>
    /// <param name="configure">Adds middleware and endpoints.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <exception cref="SimulatorPortInUseException">The port is taken.</exception>
    public static async Task<LoopbackHost> StartAsync(string name, int port, Action<WebApplication> configure, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        // Settings of the surrounding product (ASPNETCORE_URLS and the like) must not move a simulator off loopback.
        builder.Configuration.Sources.Clear();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Limits.MaxRequestLineSize = LongestAddress;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
        });
        // Signals belong to the process around a simulator: on Ctrl+C it must outlive the worker that still talks to it.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();

        var app = builder.Build();
        try
        {
            configure(app);
            await app.StartAsync(cancellationToken);
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException
            || failure.InnerException is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
        {
            await app.DisposeAsync();
            throw new SimulatorPortInUseException(name, port, failure);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        return new LoopbackHost(app, new Uri(addresses.Addresses.First() + "/"));
    }

    public async ValueTask DisposeAsync()
    {
        // A client that holds an idle or a stalled connection must not delay the stop.
        using var soon = new CancellationTokenSource();
        await soon.CancelAsync();
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
