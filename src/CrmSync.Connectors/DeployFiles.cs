using CrmSync.Connectors.HubSpot.Definitions;
using CrmSync.Connectors.Salesforce.Metadata;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors;

/// <summary>
/// What an administrator can deploy without letting <c>setup</c> into the CRM: the same properties, as the files that each CRM's own tools take. Pure: the
/// same labels give the same bytes, so that committed copies can be compared.
/// </summary>
public static class DeployFiles
{
    /// <summary>A Salesforce project in source format.</summary>
    /// <param name="wanted">The label properties, as <see cref="IPropertySetup.PlanAsync"/> takes them; their names end in <c>__c</c>.</param>
    /// <returns>Files by path below the project folder (forward slashes), in ordinal order; UTF-8 text without a byte order mark, lines end in LF.</returns>
    /// <exception cref="ArgumentException">A label's name is not that of a custom field.</exception>
    public static IReadOnlyList<(string Path, string Text)> Salesforce(IReadOnlyList<LabelProperty> wanted) => SalesforceProject.Of(wanted);

    /// <summary>Bodies for HubSpot's property calls: the group, and per object type one batch that creates all properties.</summary>
    /// <param name="wanted">The label properties, as <see cref="IPropertySetup.PlanAsync"/> takes them.</param>
    /// <returns>Files by path below the folder (forward slashes), in ordinal order; UTF-8 text without a byte order mark, lines end in LF.</returns>
    public static IReadOnlyList<(string Path, string Text)> HubSpot(IReadOnlyList<LabelProperty> wanted) => HubSpotDefinitionFiles.Of(wanted);
}
