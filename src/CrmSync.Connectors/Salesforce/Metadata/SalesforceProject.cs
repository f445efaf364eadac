using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.Salesforce.Metadata;

/// <summary>
/// The project that administrators deploy with Salesforce's own command line. Three packages, because a deploy succeeds or fails whole: what every org takes,
/// what only an org with e-mail records takes, and what has not been tried against an org. Pure.
/// </summary>
internal static class SalesforceProject
{
    /// <summary>Fields of activities and of the records that stand in for them, and who may see them.</summary>
    public const string Core = "force-app";

    /// <summary>The same for EmailMessage, which exists only with Email-to-Case or Enhanced Email.</summary>
    public const string Email = "email-message";

    /// <summary>Layouts, list view and report.</summary>
    public const string RepViews = "rep-views";

    /// <summary>API name of the integration user's permission set for e-mail records.</summary>
    public const string EmailSetName = $"{SalesforceGrants.Integration}_Email";

    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>All files, by path.</summary>
    public static IReadOnlyList<(string Path, string Text)> Of(IReadOnlyList<LabelProperty> wanted)
    {
        FieldFiles[] core =
        [
            FieldFiles.Own(SalesforceFieldDefinition.Activity, wanted), FieldFiles.Shared("Opportunity", wanted), FieldFiles.Shared("Account", wanted),
        ];
        FieldFiles[] email = [FieldFiles.Own("EmailMessage", wanted)];
        List<(string Path, string Text)> files = [("sfdx-project.json", Project())];
        Add(files, Core, [.. core.SelectMany(fields => fields.Files()), Integration(core).File(), Viewer(SalesforceGrants.Viewer, "CrmSync Viewer", core).File()]);
        Add(files, Email,
        [
            .. email.SelectMany(fields => fields.Files()),
            new PermissionSetFile(
                EmailSetName, "CrmSync Integration (e-mail)", "For the integration user, besides CrmSync Integration: e-mail records.", Editable: true, email).File(),
            Viewer($"{SalesforceGrants.Viewer}_Email", "CrmSync Viewer (e-mail)", email).File(),
        ]);
        Add(files, RepViews, [.. new RepViewFiles(wanted).Files()]);
        return [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];
    }

    // Retrieved permission sets carry View Roles beside View Setup; whether Salesforce insists on it is not confirmed. Task and Event have no object permissions of their own in a permission set.
    private static PermissionSetFile Integration(IReadOnlyList<FieldFiles> fields) => new(
        SalesforceGrants.Integration, "CrmSync Integration",
        "For the user that CrmSync signs in as: reads activities and what they hang on, writes label fields.", Editable: true, fields)
    {
        Objects = new Dictionary<string, bool> { ["Account"] = true, ["Contact"] = false, ["Lead"] = false, ["Opportunity"] = true },
        Permissions = ["ApiEnabled", "EditEvent", "EditTask", "ViewRoles", "ViewSetup"],
    };

    private static PermissionSetFile Viewer(string name, string label, IReadOnlyList<FieldFiles> fields) => new(
        name, label, "For everybody who reads labels: shows the fields of CrmSync and gives no right to change them.", Editable: false, fields);

    private static void Add(List<(string Path, string Text)> files, string package, IReadOnlyList<(string Path, string Text)> content)
    {
        files.AddRange(content.Select(file => ($"{package}/main/default/{file.Path}", file.Text)));
        files.Add(($"manifest/{package}.xml", MetadataXml.Text(Manifest(content.Select(file => MetadataMember.Of(file.Path))))));
    }

    private static XElement Manifest(IEnumerable<MetadataMember> members) => MetadataXml.Element(
        "Package",
        members.GroupBy(member => member.Type).OrderBy(type => type.Key, StringComparer.Ordinal).Select(type => MetadataXml.Element(
            "types",
            type.Select(member => member.FullName).Order(StringComparer.Ordinal).Select(name => MetadataXml.Element("members", name)),
            MetadataXml.Element("name", type.Key))),
        MetadataXml.Element("version", new SalesforceOptions().ApiVersion));

    private static string Project() => new JsonObject
    {
        ["packageDirectories"] = new JsonArray(
            new JsonObject { ["path"] = Core, ["default"] = true },
            new JsonObject { ["path"] = Email, ["default"] = false },
            new JsonObject { ["path"] = RepViews, ["default"] = false }),
        ["namespace"] = "",
        ["sourceApiVersion"] = new SalesforceOptions().ApiVersion,
    }.ToJsonString(Layout) + "\n";
}
