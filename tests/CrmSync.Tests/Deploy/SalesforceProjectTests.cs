using System.Text.Json;
using CrmSync.Connectors;
using CrmSync.Connectors.Salesforce;
using CrmSync.Connectors.Salesforce.Metadata;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Tests.Testing;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Deploy;

/// <summary>What can be said about the Salesforce project without an org.</summary>
public sealed class SalesforceProjectTests
{
    private static readonly IReadOnlyDictionary<string, string> Files = DeployFolder.Salesforce();
    private static readonly IReadOnlyDictionary<string, MetadataFile> Components = Files
        .Where(file => file.Key.EndsWith("-meta.xml", StringComparison.Ordinal)).ToDictionary(file => file.Key, file => MetadataFile.Parse(file.Value));

    private static MetadataFile In(string package, string path) => Components[$"{package}/main/default/{path}"];

    private static List<string> FieldsOf(string package, string entity) =>
        [.. Components.Where(file => file.Key.StartsWith($"{package}/main/default/objects/{entity}/fields/", StringComparison.Ordinal)).Select(file => file.Value.Text("fullName")!)];

    [Fact]
    public void Components_AgainstTheSchema_HaveNoFault()
    {
        var faults = Files.Where(file => file.Key.EndsWith(".xml", StringComparison.Ordinal))
            .SelectMany(file => MetadataFile.Parse(file.Value).Faults(), (file, fault) => $"{file.Key}: {fault}");
        faults.ShouldBeEmpty();
    }

    [Fact]
    public void Schema_TwoChildrenSwapped_FindsAFault()
    {
        var file = MetadataFile.Parse(Files["force-app/main/default/objects/Activity/fields/CrmSync_Stage__c.field-meta.xml"]);
        var label = file.All("label")[0];
        label.Remove();
        file.All("externalId")[0].AddBeforeSelf(label);
        file.Faults().ShouldNotBeEmpty();
    }

    [Fact]
    public void Components_FullName_IsTheFileName()
    {
        var named = Components.Where(file => file.Value.Text("fullName") is not null).ToList();
        named.Count.ShouldBe(44);
        named.ShouldAllBe(file => Path.GetFileName(file.Key).StartsWith(file.Value.Text("fullName") + ".", StringComparison.Ordinal));
    }

    [Fact]
    public void Components_Counted_AreAllThatIsShipped()
    {
        Components.Count(file => file.Key.StartsWith($"{SalesforceProject.Core}/", StringComparison.Ordinal)).ShouldBe(34);
        Components.Count(file => file.Key.StartsWith($"{SalesforceProject.Email}/", StringComparison.Ordinal)).ShouldBe(11);
        Components.Count(file => file.Key.StartsWith($"{SalesforceProject.RepViews}/", StringComparison.Ordinal)).ShouldBe(7);
        Files.Count.ShouldBe(34 + 11 + 7 + 3 + 1);
    }

    [Fact]
    public void Fields_ComparedWithSetup_AreTheSameOnEveryObject()
    {
        var own = SalesforceFieldDefinition.For(DeployFolder.SalesforceLabels, SalesforceFieldDefinition.Activity).Select(definition => definition.Name).ToList();
        string[] shared = [.. own, SalesforcePropertyNames.Instance.SourceActivity];
        var segment = SegmentKeys.PropertyOf(ConnectionKinds.Salesforce);

        FieldsOf(SalesforceProject.Core, SalesforceFieldDefinition.Activity).ShouldBe(own, ignoreOrder: true);
        FieldsOf(SalesforceProject.Email, "EmailMessage").ShouldBe(own, ignoreOrder: true);
        FieldsOf(SalesforceProject.Core, "Opportunity").ShouldBe(shared, ignoreOrder: true);
        FieldsOf(SalesforceProject.Core, "Account").ShouldBe(
            [.. shared, segment, SalesforcePropertyNames.Instance.Shadow(segment), SalesforcePropertyNames.Instance.Confidence(segment)], ignoreOrder: true);
    }

    [Fact]
    public void Fields_ComparedWithSetup_SayTheSame()
    {
        foreach (var definition in SalesforceFieldDefinition.For(DeployFolder.SalesforceLabels, SalesforceFieldDefinition.Activity))
        {
            var field = In(SalesforceProject.Core, $"objects/Activity/fields/{definition.Name}.field-meta.xml");
            foreach (var (name, value) in definition.Metadata)
                field.Text(name).ShouldBe(value!.ToString(), $"{definition.Name}: {name}");
            field.Values().ShouldBe(definition.Options.Select(option => option.Value));
        }
    }

    [Fact]
    public void Picklists_Values_AreThoseOfTheTaxonomyInItsOrder()
    {
        foreach (var label in DeployFolder.SalesforceLabels.Where(label => !label.IsOfAccounts))
        {
            foreach (var file in Components.Where(file => file.Key.EndsWith($"/{label.Name}.field-meta.xml", StringComparison.Ordinal)))
            {
                file.Value.Values().ShouldBe(label.Options.Select(option => option.Value), file.Key);
                file.Value.Texts("restricted").ShouldBe(["true"]);
            }
        }
    }

    [Fact]
    public void Integration_Grants_LetItEditEveryFieldOfTaskAndOfEvent()
    {
        var activity = FieldsOf(SalesforceProject.Core, "Activity");
        var expected = activity.Select(field => $"Task.{field}").Concat(activity.Select(field => $"Event.{field}"))
            .Concat(FieldsOf(SalesforceProject.Core, "Opportunity").Select(field => $"Opportunity.{field}"))
            .Concat(FieldsOf(SalesforceProject.Core, "Account").Select(field => $"Account.{field}"));

        var grants = In(SalesforceProject.Core, $"permissionsets/{SalesforceGrants.Integration}.permissionset-meta.xml").Grants();

        grants.Keys.ShouldBe(expected, ignoreOrder: true);
        grants.Values.ShouldAllBe(editable => editable);
    }

    [Fact]
    public void Integration_Permissions_AreThoseThatReadingLimitsAndWritingActivitiesNeed()
    {
        var set = In(SalesforceProject.Core, $"permissionsets/{SalesforceGrants.Integration}.permissionset-meta.xml");
        set.All("userPermissions").Select(permission => permission.Value).ShouldBe(["trueApiEnabled", "trueEditEvent", "trueEditTask", "trueViewRoles", "trueViewSetup"]);
        set.Texts("object").ShouldBe(["Account", "Contact", "Lead", "Opportunity"]);
        set.Texts("allowDelete").Concat(set.Texts("allowCreate")).Concat(set.Texts("modifyAllRecords")).ShouldAllBe(allowed => allowed == "false");
    }

    [Fact]
    public void Viewer_Grants_AreTheSameFieldsToReadOnly()
    {
        foreach (var (package, suffix) in new[] { (SalesforceProject.Core, ""), (SalesforceProject.Email, "_Email") })
        {
            var integration = In(package, $"permissionsets/CrmSync_Integration{suffix}.permissionset-meta.xml").Grants();
            var viewer = In(package, $"permissionsets/CrmSync_Viewer{suffix}.permissionset-meta.xml");
            viewer.Grants().Keys.ShouldBe(integration.Keys);
            viewer.Grants().Values.ShouldAllBe(editable => !editable);
            viewer.All("userPermissions").Concat(viewer.All("objectPermissions")).ShouldBeEmpty();
        }
    }

    [Fact]
    public void Packages_CoreAlone_NamesNothingOfAnOptionalObject()
    {
        var core = Files.Where(file => file.Key.StartsWith($"{SalesforceProject.Core}/", StringComparison.Ordinal) || file.Key == $"manifest/{SalesforceProject.Core}.xml");
        core.ShouldAllBe(file => !file.Value.Contains("EmailMessage", StringComparison.Ordinal));
    }

    [Fact]
    public void Layouts_Names_AreNoneThatAnOrgHasAlready()
    {
        var layouts = Components.Keys.Where(path => path.Contains("/layouts/", StringComparison.Ordinal)).Select(Path.GetFileName).ToList();
        layouts.ShouldBe(["Event-CrmSync Event Layout.layout-meta.xml", "Task-CrmSync Task Layout.layout-meta.xml"], ignoreOrder: true);
        Components.Keys.ShouldAllBe(path => !path.EndsWith(".object-meta.xml", StringComparison.Ordinal));
    }

    [Fact]
    public void RepViews_EachOfThem_ShowsBothLabels()
    {
        string[] labels = [.. DeployFolder.SalesforceLabels.Where(label => !label.IsOfAccounts).Select(label => label.Name)];
        foreach (var entity in new[] { "Task", "Event" })
        {
            var layout = In(SalesforceProject.RepViews, $"layouts/{entity}-CrmSync {entity} Layout.layout-meta.xml");
            layout.Texts("field").ShouldBeUnique();
            layout.Texts("field").Intersect(FieldsOf(SalesforceProject.Core, "Activity")).Count().ShouldBe(7, "labels, confidences, reason, time and version, but no shadows");
            labels.ShouldBeSubsetOf(layout.Texts("field"));
            labels.ShouldBeSubsetOf(In(SalesforceProject.RepViews, $"objects/{entity}/compactLayouts/CrmSync_Labels.compactLayout-meta.xml").Texts("fields"));
        }

        labels.ShouldBeSubsetOf(In(SalesforceProject.RepViews, "objects/Task/listViews/CrmSync_Labelled.listView-meta.xml").Texts("columns"));
        var groupings = In(SalesforceProject.RepViews, "reports/CrmSync/CrmSync_Labels.report-meta.xml").All("groupingsDown");
        groupings.Select(grouping => grouping.Value).ShouldBe(labels.Select(label => $"DayActivity.{label}Asc"));
    }

    [Fact]
    public void Manifests_Members_AreTheFilesOfTheirPackage()
    {
        foreach (var package in new[] { SalesforceProject.Core, SalesforceProject.Email, SalesforceProject.RepViews })
        {
            var members = MetadataFile.Parse(Files[$"manifest/{package}.xml"]).Texts("members");
            members.Count.ShouldBe(Components.Keys.Count(path => path.StartsWith($"{package}/", StringComparison.Ordinal)));
            members.ShouldBeUnique();
        }

        MetadataFile.Parse(Files["manifest/force-app.xml"]).Texts("members").ShouldContain("Activity.TrueAI_Engaged__c");
        MetadataFile.Parse(Files["manifest/rep-views.xml"]).Texts("members").ShouldContain("CrmSync/CrmSync_Labels");
    }

    [Fact]
    public void Project_Version_IsTheOneThatTheServiceSpeaks()
    {
        using var project = JsonDocument.Parse(Files["sfdx-project.json"]);
        project.RootElement.GetProperty("sourceApiVersion").GetString().ShouldBe(new SalesforceOptions().ApiVersion);
        project.RootElement.GetProperty("packageDirectories").EnumerateArray().Where(package => package.GetProperty("default").GetBoolean())
            .Select(package => package.GetProperty("path").GetString()).ShouldBe(["force-app"]);
    }

    [Fact]
    public void Readme_NamesOfComponents_AreAllThere()
    {
        var readme = File.ReadAllText(Path.Combine(RepositoryFolder.PathOf("deploy/salesforce"), "README.md"));
        var names = FieldsOf(SalesforceProject.Core, "Account")
            .Concat(Components.Keys.Where(path => path.Contains("/permissionsets/", StringComparison.Ordinal)).Select(path => Path.GetFileName(path).Split('.')[0]))
            .Concat(DeployFolder.SalesforceLabels.SelectMany(label => label.Options).Select(option => option.Value));
        names.Where(name => !readme.Contains(name, StringComparison.Ordinal)).ShouldBeEmpty();
    }
}
