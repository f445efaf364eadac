using System.Security.Authentication;
using CrmSync.Pipeline.Model;
using Polly.Timeout;

namespace CrmSync.Connectors.Http;

/// <summary>The <see cref="HttpClient"/> of one connection: resilience over metering over the socket.</summary>
/// <param name="Client">The client; it lives as long as the connector.</param>
/// <param name="Meter">Counts what goes out.</param>
internal sealed record CrmWires(HttpClient Client, MeteredHandler Meter)
{
    /// <summary>Puts the handlers together.</summary>
    /// <param name="gate">The connection's quota.</param>
    /// <param name="timeouts">How long to wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="jitter">Spreads quick tries.</param>
    /// <param name="socket">The innermost handler (<see cref="OutboundGate.SocketFor"/>).</param>
    public static CrmWires Create(QuotaGate gate, TimeoutOptions timeouts, TimeProvider time, Jitter jitter, HttpMessageHandler socket)
    {
        var meter = new MeteredHandler(gate, socket);
        var client = new HttpClient(new ResilienceHandler(timeouts, time, jitter.Next, meter))
        {
            // Attempts and calls have their own limits; a third clock would only hide which one ran out.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        client.DefaultRequestHeaders.UserAgent.ParseAdd("CrmSync/1");
        return new CrmWires(client, meter);
    }

    /// <summary>Sends and reads; network trouble becomes a failure that says whether the request may have taken effect.</summary>
    public static async Task<Result<CrmAnswer>> SendAsync(
        HttpClient client, HttpRequestMessage request, CallKind kind, CallPlace place, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            return await CrmAnswer.ReadAsync(response, cancellationToken);
        }
        catch (QuotaWaitException wait)
        {
            return wait.Kind.At(place) with { NotBefore = wait.NotBefore };
        }
        catch (TimeoutRejectedException)
        {
            return (kind == CallKind.Read ? HttpFailures.TimedOut : HttpFailures.TimedOutWrite).At(place);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The only clock left is the socket's own for connecting, which runs out before anything is sent.
            return HttpFailures.Unreachable.At(place);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return Classify(exception, kind).At(place);
        }
    }

    internal static FailureKind Classify(Exception exception, CallKind kind) => exception switch
    {
        _ when OutboundRefusedException.In(exception) is not null => HttpFailures.ForbiddenAddress,
        // These three happen before the first byte of the request leaves, so a write has certainly not taken effect.
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => HttpFailures.Insecure,
        HttpRequestException { InnerException: AuthenticationException } => HttpFailures.Insecure,
        HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError,
        } => HttpFailures.Unreachable,
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } when kind == CallKind.Read => HttpFailures.TooLarge,
        _ => kind == CallKind.Read ? HttpFailures.Interrupted : HttpFailures.InterruptedWrite,
    };
}
