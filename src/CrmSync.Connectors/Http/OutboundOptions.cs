using System.Net;

namespace CrmSync.Connectors.Http;

/// <summary>Which machines inside our own network may be called. The open internet needs no entry.</summary>
public sealed class OutboundOptions
{
    /// <summary>
    /// Host names (<c>hooks.intranet.example</c>), addresses (<c>10.1.2.3</c>) or networks (<c>10.1.0.0/16</c>, <c>fd00::/8</c>). A listed host may stand at any
    /// address; an unlisted one may stand at a public address or in a listed network. Default: none.
    /// </summary>
    public IReadOnlyList<string> Allow { get; set; } = [];

    /// <summary>Everything that is wrong, each as one sentence that names the place and the way out.</summary>
    /// <param name="place">Where the settings stand, such as <c>CrmSync:Outbound</c>.</param>
    public IEnumerable<string> Faults(string place)
    {
        for (var at = 0; at < Allow.Count; at++)
        {
            var entry = Allow[at];
            var known = entry.Contains('/', StringComparison.Ordinal)
                ? IPNetwork.TryParse(entry, out _)
                : Uri.CheckHostName(entry.Trim('[', ']')) != UriHostNameType.Unknown;
            if (!known)
                yield return $"{place}:Allow:{at} is '{entry}', which is no host name, address or network; give one such as hooks.intranet.example, 10.1.2.3 or 10.1.0.0/16.";
        }
    }
}
