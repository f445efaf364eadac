using CrmSync.Connectors;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Tests.Deploy;

/// <summary>The files that are generated, and the committed copies of them.</summary>
internal static class DeployFolder
{
    public static readonly IReadOnlyList<LabelProperty> SalesforceLabels = LabelProperties.For(TaxonomySet.LoadShipped(), ConnectionKinds.Salesforce);

    public static readonly IReadOnlyList<LabelProperty> HubSpotLabels = LabelProperties.For(TaxonomySet.LoadShipped(), ConnectionKinds.HubSpot);

    public static IReadOnlyDictionary<string, string> Salesforce() => DeployFiles.Salesforce(SalesforceLabels).ToDictionary(file => file.Path, file => file.Text);

    public static IReadOnlyDictionary<string, string> HubSpot() => DeployFiles.HubSpot(HubSpotLabels).ToDictionary(file => file.Path, file => file.Text);
}
