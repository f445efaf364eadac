using CrmSync.Connectors.Alerts;
using CrmSync.Connectors.AzureOpenAI;
using CrmSync.Connectors.HubSpot;
using CrmSync.Connectors.Http;
using CrmSync.Connectors.Salesforce;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors;

/// <summary>Every failure that a connector can report.</summary>
public static class FailureCatalog
{
    /// <summary>The registries of the connectors, ordered by code.</summary>
    public static IReadOnlyList<FailureCode> All { get; } =
    [
        .. HttpFailures.All.Concat(AlertFailures.All).Concat(AzureOpenAiFailures.All).Concat(HubSpotFailures.All).Concat(SalesforceFailures.All)
            .Select(kind => new FailureCode(kind.Code, kind.Category, kind.Sentence, kind.Fix))
            .OrderBy(code => code.Code, StringComparer.Ordinal),
    ];
}
