using System.Net;

namespace CrmSync.Service.Settings;

/// <summary>Where the console listens and under which names it answers.</summary>
internal sealed class ConsoleSettings
{
    /// <summary>TCP port.</summary>
    public int Port { get; set; } = 5080;

    /// <summary>"localhost" for this machine alone, an address of this machine, or "*" for all of them. Nobody can sign in over a plain connection from elsewhere.</summary>
    public string Listen { get; set; } = "localhost";

    /// <summary>Host names, without port, that a browser may use beside this machine's own and the one of <see cref="PublicAddress"/>.</summary>
    public List<string> Hosts { get; set; } = [];

    /// <summary>Address of the console as people know it, such as https://crmsync.example.com; for links. Empty: none.</summary>
    public string PublicAddress { get; set; } = "";

    /// <summary>Addresses or networks (10.0.0.0/8) of reverse proxies, whose X-Forwarded-For, -Proto and -Host are believed. Whoever is not in it is not believed.</summary>
    public List<string> Proxies { get; set; } = [];

    /// <summary>The address to listen on; null for both loopback addresses.</summary>
    public IPAddress? ListenAddress => Listen switch
    {
        "localhost" => null,
        "*" => IPAddress.IPv6Any,
        _ => IPAddress.Parse(Listen),
    };

    /// <summary>The proxies as networks.</summary>
    public IEnumerable<IPNetwork> ProxyNetworks => Proxies.Select(text => TryNetwork(text, out var network) ? network : throw new SettingsException($"'{text}' is no network."));

    /// <summary>Where a link leads that no request gave an address for.</summary>
    public Uri LinkAddress => PublicAddress.Length > 0 ? new Uri(PublicAddress) : new Uri($"http://localhost:{Port}/");

    /// <summary>Everything that is wrong.</summary>
    public IEnumerable<string> Faults(string at)
    {
        if (Port is < 1 or > 65535)
            yield return $"{at}:Port is {Port}; give a port from 1 to 65535.";
        if (Listen is not ("localhost" or "*") && !IPAddress.TryParse(Listen, out _))
            yield return $"{at}:Listen is '{Listen}'; give localhost, * or an address of this machine.";
        foreach (var host in Hosts.Where(host => Uri.CheckHostName(host) is UriHostNameType.Unknown))
            yield return $"{at}:Hosts has '{host}'; give host names without port, such as crmsync.example.com.";
        if (PublicAddress.Length > 0 && !(Uri.TryCreate(PublicAddress, UriKind.Absolute, out var known) && (known.Scheme == Uri.UriSchemeHttps || (known.Scheme == Uri.UriSchemeHttp && known.IsLoopback)) && known.AbsolutePath == "/"))
            yield return $"{at}:PublicAddress is '{PublicAddress}'; give the https address of the console without a path, such as https://crmsync.example.com.";
        foreach (var proxy in Proxies.Where(proxy => !TryNetwork(proxy, out _)))
            yield return $"{at}:Proxies has '{proxy}'; give an address or a network, such as 10.0.0.5 or 10.0.0.0/8.";
    }

    private static bool TryNetwork(string text, out IPNetwork network)
    {
        if (IPNetwork.TryParse(text, out network))
            return true;
        if (!IPAddress.TryParse(text, out var address))
            return false;
        network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return true;
    }
}
