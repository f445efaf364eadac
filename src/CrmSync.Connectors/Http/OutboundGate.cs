using System.Net;
using System.Net.Sockets;

namespace CrmSync.Connectors.Http;

/// <summary>Judges addresses after name resolution (F47). Thread-safe.</summary>
internal sealed class OutboundGate : IOutboundGate
{
    private const int AnswerLimit = 64 * 1024;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private readonly HashSet<string> _hosts;
    private readonly IPNetwork[] _networks;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _lookUp;

    public OutboundGate(OutboundOptions options) : this(options, Dns.GetHostAddressesAsync)
    {
    }

    /// <param name="options">What is allowed beyond the open internet.</param>
    /// <param name="lookUp">Name resolution.</param>
    public OutboundGate(OutboundOptions options, Func<string, CancellationToken, Task<IPAddress[]>> lookUp)
    {
        _lookUp = lookUp;
        _hosts = new HashSet<string>(options.Allow.Where(entry => !entry.Contains('/', StringComparison.Ordinal)).Select(HostKey), StringComparer.OrdinalIgnoreCase);
        _networks = [.. options.Allow.Where(entry => entry.Contains('/', StringComparison.Ordinal)).Select(IPNetwork.Parse)];
    }

    /// <inheritdoc/>
    public HttpClient CreateGuardedClient(TimeSpan timeout)
    {
        var socket = Socket();
        socket.UseProxy = false;
        var client = new HttpClient(new TargetCheck(this, socket)) { Timeout = timeout, MaxResponseContentBufferSize = AnswerLimit };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("CrmSync/1");
        return client;
    }

    /// <inheritdoc/>
    public string? Fault(Uri? target)
    {
        if (target is null || !target.IsAbsoluteUri)
            return "must be an absolute address such as https://hooks.example.com/crmsync";
        if (target.UserInfo.Length > 0)
            return "must not carry a name or password";
        if (target.Scheme == Uri.UriSchemeHttps || (target.Scheme == Uri.UriSchemeHttp && IsListed(target.IdnHost)))
            return null;
        return $"must begin with https (plain http is accepted only to hosts that {Setting} lists)";
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        var key = HostKey(host);
        var addresses = await _lookUp(key, cancellationToken);
        if (addresses.Length == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        // One address of ours among public ones is how a name is turned against us; the rest of its answers is not worth trusting.
        if (!_hosts.Contains(key) && addresses.FirstOrDefault(address => !IsAllowed(address)) is { } refused)
        {
            throw new OutboundRefusedException(
                $"{key} stands at {refused}, which is no address of the open internet, so nothing was sent; if it is meant, put the host or its network into {Setting}.");
        }
        return addresses;
    }

    /// <summary>
    /// The innermost handler for one configured CRM or model. An address that is written out in the settings (an IP address or localhost: simulators, a machine of
    /// one's own) is permission for itself; a name is judged by where it leads, like any other host that an answer may send us to.
    /// </summary>
    public SocketsHttpHandler SocketFor(Uri configured)
    {
        var own = configured.IsLoopback || configured.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 ? HostKey(configured.IdnHost) : null;
        var socket = Socket(own);
        // This machine is never asked through a proxy.
        socket.UseProxy = !configured.IsLoopback;
        return socket;
    }

    private const string Setting = "CrmSync:Outbound:Allow";

    private SocketsHttpHandler Socket(string? own = null) => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
        ConnectCallback = (context, cancellationToken) => ConnectAsync(context, own, cancellationToken),
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, string? own, CancellationToken cancellationToken)
    {
        var (host, port) = (HostKey(context.DnsEndPoint.Host), context.DnsEndPoint.Port);
        // A tunnel leads through the proxy that the machine's environment names; it stands inside by nature, and judges targets itself.
        var mayBeInside = host == own || context.InitialRequestMessage.Method == HttpMethod.Connect;
        var addresses = mayBeInside ? await _lookUp(host, cancellationToken) : await ResolveAsync(host, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync([.. addresses], port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsListed(string host) => _hosts.Contains(HostKey(host)) || (IPAddress.TryParse(HostKey(host), out var address) && IsInListedNetwork(address));

    private bool IsAllowed(IPAddress address) => PublicAddress.Is(address) || IsInListedNetwork(address);

    private bool IsInListedNetwork(IPAddress address)
    {
        var plain = PublicAddress.Unwrap(address);
        return _networks.Any(network => network.Contains(plain) || network.Contains(address));
    }

    // One spelling per host: without brackets and the dot of the root, addresses in their short form.
    private static string HostKey(string host)
    {
        var bare = host.Trim('[', ']').TrimEnd('.');
        return IPAddress.TryParse(bare, out var address) ? PublicAddress.Unwrap(address).ToString() : bare.ToLowerInvariant();
    }

    /// <summary>The text of a target, before anything is looked up.</summary>
    private sealed class TargetCheck(OutboundGate gate, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            gate.Fault(request.RequestUri) is { } fault
                ? throw new HttpRequestException("The target is refused.", new OutboundRefusedException($"The target {fault}."))
                : base.SendAsync(request, cancellationToken);
    }
}
