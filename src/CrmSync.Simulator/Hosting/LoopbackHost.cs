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

namespace CrmSync.Simulator.Hosting;

/// <summary>
/// A small Kestrel server on 127.0.0.1 without TLS, configuration, logging or signal handling. One per simulated service.
/// </summary>
internal sealed class LoopbackHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _disposed;

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
    public static async Task<LoopbackHost> StartAsync(
        string name, int port, Action<WebApplication> configure, CancellationToken cancellationToken)
    {
        // The empty builder reads no settings of the surrounding product (appsettings.json, ASPNETCORE_URLS), so none can move a simulator off
        // loopback or keep it from starting, and it logs nothing.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { Args = [] });
        builder.Services.AddRouting();
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port);
        });

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
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        // A client that holds an idle or a stalled connection must not delay the stop.
        using var soon = new CancellationTokenSource();
        await soon.CancelAsync();
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
    }

    // Signals belong to the program around the simulators: on Ctrl+C it finishes its work against them before it stops them.
    private sealed class OwnersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
