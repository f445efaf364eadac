using CrmSync.Connectors;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;

namespace CrmSync.Service.Console.Pages;

/// <summary>What every code means, what the service does about it, and what a person can do.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class CodesModel(LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    private static readonly Texts T = Texts.OfPage("Codes");

    /// <summary>All codes by whose they are.</summary>
    public static IReadOnlyList<IGrouping<string, FailureCode>> Groups =>
    [
        .. PipelineCodes.All.Concat(FailureCatalog.All).OrderBy(code => code.Code, StringComparer.Ordinal).GroupBy(code => Owner(code.Code)),
    ];

    /// <summary>What the service does by itself, in words.</summary>
    public static string Does(FailureCategory? category) => category switch
    {
        FailureCategory.Retry => T["TriesAgainLaterEachTime"],
        FailureCategory.Wait => T["WaitsAndGoesOnByItself"],
        FailureCategory.Stop => T["HoldsTheConnectionsWorkUntilA"],
        FailureCategory.Reject => T["PutsTheRecordAsideWithTheReason"],
        FailureCategory.Gone => T["LetsItBeTheRecordIsNotThereAny"],
        FailureCategory.Unknown => T["ReadsTheRecordToLearnWhat"],
        null => T["SaysSoInTheLog"],
    };

    private static string Owner(string code) => code.Split('.')[0] switch
    {
        "hubspot" => "HubSpot",
        "salesforce" => "Salesforce",
        "azure-openai" => "Azure OpenAI",
        "http" => T["TheNetwork"],
        _ => "CrmSync",
    };
}
