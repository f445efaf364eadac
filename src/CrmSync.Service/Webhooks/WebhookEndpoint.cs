using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;

namespace CrmSync.Service.Webhooks;

/// <summary>
/// <c>POST /webhooks/{connection}</c>: takes a CRM's notices. The signature is the only key to it, so an unknown connection, a wrong signature and a body that is no
/// notice are answered alike. It answers at once (HubSpot gives five seconds) and leaves the polling to the worker.
/// </summary>
internal static class WebhookEndpoint
{
    /// <summary>Path under which notices arrive.</summary>
    public const string Path = "/webhooks";

    // Fewer than 100 notices of a few hundred bytes each (hubspot.md §10).
    private const int LargestBody = 256 * 1024;

    /// <summary>The address that a CRM has to be told; null where none is set.</summary>
    public static string? AddressOf(ServiceSettings settings, string connectionKey) => settings.Webhooks.PublicAddress.Length == 0
        ? null
        : $"{settings.Webhooks.PublicAddress.TrimEnd('/')}{Path}/{Uri.EscapeDataString(connectionKey)}";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Path + "/{connection}", HandleAsync).DisableAntiforgery().AllowAnonymous();

    private static async Task<IResult> HandleAsync(
        string connection, HttpRequest request, ServiceSettings settings, IConnectorCatalog connectors, IRunStore runs, PollWaker waker, ILogger<PollWaker> logger,
        CancellationToken cancellationToken)
    {
        var connector = connectors.Find(connection);
        if (AddressOf(settings, connection) is not { } address || connector?.Webhooks is not { } webhooks)
            return Refused();
        if (await ReadBodyAsync(request, cancellationToken) is not { } body)
            return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);

        var headers = request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var read = webhooks.Read(new WebhookRequest(request.Method, address + request.QueryString, headers, body));
        if (!read.Succeeded)
        {
            logger.NoticeRefused(connection, read.Failure.Code);
            return Refused();
        }

        var known = (await runs.ListConnectionsAsync(cancellationToken)).FirstOrDefault(candidate => candidate.Key == connection);
        if (known is not null)
            logger.NoticesTaken(connection, read.Value.Count, await waker.NoticeAsync(known.Id, read.Value, cancellationToken));
        return Results.NoContent();
    }

    private static async Task<byte[]?> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > LargestBody)
            return null;
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (buffer.Length + read > LargestBody)
                return null;
            buffer.Write(chunk, 0, read);
        }
        return buffer.ToArray();
    }

    private static IResult Refused() => Results.StatusCode(StatusCodes.Status401Unauthorized);
}
