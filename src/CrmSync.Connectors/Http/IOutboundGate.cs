using System.Net;

namespace CrmSync.Connectors.Http;

/// <summary>
/// The one way out to addresses that somebody configured. What a name stands for is looked up once, judged, and exactly the judged address is connected to, so a
/// name that changes its mind in between gains nothing. Redirects are never followed. Thread-safe.
/// </summary>
public interface IOutboundGate
{
    /// <summary>
    /// A client for targets such as webhooks: guarded, without redirects, cookies and proxies (a proxy would look the name up again, behind the guard), and with
    /// answers of at most 64 kB. The caller keeps it for as long as it lives and disposes it. A refused target throws
    /// <see cref="HttpRequestException"/> around <see cref="OutboundRefusedException"/> (see <see cref="OutboundRefusedException.In"/>).
    /// </summary>
    /// <param name="timeout">Longest time of one request, from connecting to the end of the answer.</param>
    HttpClient CreateGuardedClient(TimeSpan timeout);

    /// <summary>
    /// What is wrong with a configured target as far as its text tells: https, no name or password in it; plain http only to a listed host or network. Null when
    /// all is well, which does not yet mean that its address is allowed.
    /// </summary>
    string? Fault(Uri? target);

    /// <summary>
    /// The addresses of a host, all of them allowed; for protocols that are not HTTP (mail). Connect to one of these and not to the name.
    /// </summary>
    /// <exception cref="OutboundRefusedException">One of the addresses is not allowed.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The name is not known, or name resolution does not work.</exception>
    Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken);
}
