using System.Net;
using System.Net.Sockets;

namespace CrmSync.Connectors.Http;

/// <summary>Tells addresses of the open internet from those that mean this machine, its network or nobody (IANA's special-purpose registries, RFC 6890).</summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] Closed4 = Parse(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4");

    // What lies outside 2000::/3 is closed altogether: loopback, link-local, unique local, multicast and whatever is not handed out yet.
    private static readonly IPNetwork Open6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] Closed6 = Parse("2001::/23", "2001:db8::/32", "3fff::/20");

    // Forms that carry an IPv4 address, with the byte at which it begins: a gateway or the system itself turns them back.
    private static readonly (IPNetwork Network, int At)[] Carriers =
    [
        (IPNetwork.Parse("::ffff:0:0/96"), 12), (IPNetwork.Parse("::ffff:0:0:0/96"), 12), (IPNetwork.Parse("64:ff9b::/96"), 12), (IPNetwork.Parse("2002::/16"), 2),
    ];

    /// <summary>Whether an address belongs to the open internet.</summary>
    public static bool Is(IPAddress address)
    {
        var plain = Unwrap(address);
        return plain.AddressFamily == AddressFamily.InterNetwork
            ? !Closed4.Any(network => network.Contains(plain))
            : plain.AddressFamily == AddressFamily.InterNetworkV6 && Open6.Contains(plain) && !Closed6.Any(network => network.Contains(plain));
    }

    /// <summary>The IPv4 address inside an IPv6 form that carries one; any other address as it is, without its zone.</summary>
    public static IPAddress Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        // A zone such as %eth0 is no part of the address, and would keep it out of every network.
        var bare = new IPAddress(bytes);
        foreach (var (network, at) in Carriers)
        {
            if (network.Contains(bare))
                return new IPAddress(bytes.AsSpan(at, 4));
        }
        return bare;
    }

    private static IPNetwork[] Parse(params string[] networks) => [.. networks.Select(IPNetwork.Parse)];
}
