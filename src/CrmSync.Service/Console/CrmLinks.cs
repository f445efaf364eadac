using CrmSync.Pipeline.Model;

namespace CrmSync.Service.Console;

/// <summary>Addresses of records in the CRM's own pages. Thread-safe.</summary>
internal sealed class CrmLinks(IConnectorCatalog? connectors, ConsoleOptions options)
{
    /// <summary>The address, or null where it is not known or is not one that a browser should follow.</summary>
    public string? Find(string connectionKey, string objectType, string externalId) =>
        (connectors?.Find(connectionKey)?.RecordLink(objectType, externalId) ?? options.RecordLink?.Invoke(connectionKey, objectType, externalId)) is { IsAbsoluteUri: true } link
            && (link.Scheme == Uri.UriSchemeHttps || link.Scheme == Uri.UriSchemeHttp)
            ? link.AbsoluteUri
            : null;
}
