using System.Xml.Linq;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.Salesforce.Metadata;

/// <summary>
/// What shows the labels where people work: page layouts and compact layouts for Task and Event, a list view, a report. Every component has a name of its own,
/// so deploying them adds to the org and replaces none of its layouts. Pure.
/// </summary>
/// <remarks>
/// Tokens of columns are those of list views, layouts and a "Tasks and Events" report that were retrieved from orgs and published (2026-11), except for a
/// custom field's column in a report of activities, <c>Activity.NAME</c>, and the value <c>all</c> of its filter <c>closed</c>: those are not confirmed.
/// </remarks>
internal sealed class RepViewFiles(IReadOnlyList<LabelProperty> wanted)
{
    /// <summary>API name of the compact layouts and the report.</summary>
    public const string ViewName = "CrmSync_Labels";

    /// <summary>API name of the list view.</summary>
    public const string ListName = "CrmSync_Labelled";

    /// <summary>API name of the report's folder.</summary>
    public const string Folder = "CrmSync";

    private const string Edit = "Edit";
    private const string Required = "Required";
    private const string Readonly = "Readonly";
    private static readonly string[] ListBefore = ["SUBJECT", "WHO_NAME", "WHAT_NAME"];
    private static readonly string[] ListAfter = ["DUE_DATE", "STATUS", "CORE.USERS.ALIAS"];
    private static readonly string[] ReportColumns = ["SUBJECT", "DUE_DATE", "ASSIGNED", "ACCOUNT", "OPPORTUNITY", "CONTACT", "LEAD", "TASK"];
    private static readonly SalesforcePropertyNames Names = SalesforcePropertyNames.Instance;
    private readonly IReadOnlyList<string> _labels = [.. wanted.Where(label => !label.IsOfAccounts).Select(label => label.Name)];

    /// <summary>Files by path below the package folder.</summary>
    public IEnumerable<(string Path, string Text)> Files() =>
    [
        Compact("Task", ["Subject", .. _labels, "Status", "WhoId"]),
        Compact("Event", ["Subject", .. _labels, "StartDateTime", "WhoId"]),
        Layout(
            "Task",
            [("Subject", Required), ("OwnerId", Required), ("WhoId", Edit)],
            [("ActivityDate", Edit), ("WhatId", Edit), ("Priority", Required), ("Status", Required)]),
        Layout(
            "Event",
            [("Subject", Required), ("StartDateTime", Required), ("EndDateTime", Required), ("IsAllDayEvent", Edit)],
            [("OwnerId", Required), ("Location", Edit), ("WhoId", Edit), ("WhatId", Edit)]),
        ListView(),
        ($"reports/{Folder}.reportFolder-meta.xml", MetadataXml.Text(MetadataXml.Element("ReportFolder", MetadataXml.Element("name", "CrmSync")))),
        Report(),
    ];

    // The highlights of a record, and what its card in the timeline shows; the first field must not be a look-up.
    private static (string Path, string Text) Compact(string entity, IReadOnlyList<string> fields) => (
        $"objects/{entity}/compactLayouts/{ViewName}.compactLayout-meta.xml",
        MetadataXml.Text(MetadataXml.Component("CompactLayout", ViewName,
            [.. fields.Select(field => MetadataXml.Element("fields", field)), MetadataXml.Element("label", "CrmSync labels")])));

    private (string Path, string Text) Layout(string entity, IReadOnlyList<(string, string)> left, IReadOnlyList<(string, string)> right)
    {
        var confidences = _labels.Select(label => (Names.Confidence(label), Readonly));
        var once = new[] { Names.Reason, Names.LabelledAt, Names.Version }.Select(name => (name, Readonly));
        var sections = new[]
        {
            Section($"{entity} details", left, right),
            Section("CrmSync", [.. _labels.Select(label => (label, Edit)), .. confidences], [.. once]),
            Section("Description", [("Description", Edit)]),
            Section("System", [("CreatedById", Readonly)], [("LastModifiedById", Readonly)]),
        };
        return (
            $"layouts/{entity}-CrmSync {entity} Layout.layout-meta.xml",
            MetadataXml.Text(MetadataXml.Component("Layout", fullName: null,
            [
                .. sections,
                MetadataXml.Element("showEmailCheckbox", false),
                MetadataXml.Element("showRunAssignmentRulesCheckbox", false),
                MetadataXml.Element("showSubmitAndAttachButton", false),
            ])));
    }

    private static XElement Section(string label, params IReadOnlyList<(string Field, string Behavior)>[] columns) => MetadataXml.Element(
        "layoutSections",
        MetadataXml.Element("customLabel", true),
        MetadataXml.Element("detailHeading", true),
        MetadataXml.Element("editHeading", true),
        MetadataXml.Element("label", label),
        columns.Select(column => MetadataXml.Element(
            "layoutColumns",
            column.Select(item => MetadataXml.Element(
                "layoutItems",
                MetadataXml.Element("behavior", item.Behavior),
                MetadataXml.Element("field", item.Field))))),
        MetadataXml.Element("style", columns.Length == 1 ? "OneColumn" : "TwoColumnsTopToBottom"));

    // Scope Everything: views of scope Mine fail in source deploys. A comparison with nothing means "is not blank".
    private (string Path, string Text) ListView() => (
        $"objects/Task/listViews/{ListName}.listView-meta.xml",
        MetadataXml.Text(MetadataXml.Component("ListView", ListName,
        [
            .. ListBefore.Concat(_labels).Concat(ListAfter).Select(column => MetadataXml.Element("columns", column)),
            MetadataXml.Element("filterScope", "Everything"),
            MetadataXml.Element("filters", MetadataXml.Element("field", _labels[0]), MetadataXml.Element("operation", "notEqual")),
            MetadataXml.Element("label", "CrmSync: labelled activities"),
        ])));

    private (string Path, string Text) Report() => (
        $"reports/{Folder}/{ViewName}.report-meta.xml",
        MetadataXml.Text(MetadataXml.Component("Report", fullName: null,
        [
            .. ReportColumns.Select(column => MetadataXml.Element("columns", MetadataXml.Element("field", column))),
            MetadataXml.Element("description", "Activities by the labels that CrmSync or a person gave them."),
            MetadataXml.Element("format", "Summary"),
            .. _labels.Select(label => MetadataXml.Element(
                "groupingsDown",
                MetadataXml.Element("dateGranularity", "Day"),
                MetadataXml.Element("field", $"{SalesforceFieldDefinition.Activity}.{label}"),
                MetadataXml.Element("sortOrder", "Asc"))),
            MetadataXml.Element("name", "Activities by label"),
            Parameter("closed", "all"),
            Parameter("type", "te"),
            Parameter("co", "1"),
            MetadataXml.Element("reportType", "Activity"),
            MetadataXml.Element("scope", "organization"),
            MetadataXml.Element("showDetails", false),
            MetadataXml.Element("showGrandTotal", true),
            MetadataXml.Element("showSubTotals", true),
            MetadataXml.Element("timeFrameFilter", MetadataXml.Element("dateColumn", "DUE_DATE"), MetadataXml.Element("interval", "INTERVAL_CUSTOM")),
        ])));

    private static XElement Parameter(string name, string value) =>
        MetadataXml.Element("params", MetadataXml.Element("name", name), MetadataXml.Element("value", value));
}
