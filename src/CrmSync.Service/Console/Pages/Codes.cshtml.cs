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
    /// <summary>All codes by whose they are.</summary>
    public static IReadOnlyList<IGrouping<string, FailureCode>> Groups { get; } =
    [
        .. PipelineCodes.All.Concat(FailureCatalog.All).OrderBy(code => code.Code, StringComparer.Ordinal).GroupBy(code => Owner(code.Code)),
    ];

    /// <summary>What the service does by itself, in words.</summary>
    public static string Does(FailureCategory? category) => category switch
    {
        FailureCategory.Retry => "Tries again, later each time",
        FailureCategory.Wait => "Waits and goes on by itself",
        FailureCategory.Stop => "Holds the connection's work until a person acts, and looks again every five minutes",
        FailureCategory.Reject => "Puts the record aside with the reason; the others go on",
        FailureCategory.Gone => "Lets it be: the record is not there any more",
        FailureCategory.Unknown => "Reads the record to learn what happened",
        null => "Says so in the log",
    };

    private static string Owner(string code) => code.Split('.')[0] switch
    {
        "hubspot" => "HubSpot",
        "salesforce" => "Salesforce",
        "azure-openai" => "Azure OpenAI",
        "http" => "The network",
        _ => "CrmSync",
    };
}
