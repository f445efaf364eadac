using System.Net;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;
using static CrmSync.IntegrationTests.Simulator.SalesforceWorlds;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class SalesforceSetupTests
{
    [Fact]
    public async Task CustomField_WithoutGrants_IsInvisible()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity()));
        string id = await client.IdAsync("SELECT Id FROM Task");

        await client.CreateStageAsync();

        (await client.FailQueryAsync("SELECT CrmSync_Stage__c FROM Task")).Message.ShouldContain("No such column 'CrmSync_Stage__c' on entity 'Task'");
        (await FieldAsync(client, "Task")).ShouldBeNull();
        (await client.FailAsync(HttpMethod.Patch, $"sobjects/Task/{id}", new { CrmSync_Stage__c = "Demo" })).Code.ShouldBe("INVALID_FIELD");
    }

    [Fact]
    public async Task CustomField_GrantedOnTask_IsStillInvisibleOnEvent()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity(), Activity("meeting")));

        await client.CreateStageAsync("Task");

        ((bool)(await FieldAsync(client, "Task"))!["updateable"]!).ShouldBeTrue();
        (await FieldAsync(client, "Event")).ShouldBeNull();
        (await client.FailQueryAsync("SELECT CrmSync_Stage__c FROM Event")).Code.ShouldBe("INVALID_FIELD");
    }

    [Fact]
    public async Task CustomField_GrantedToASetThatNobodyHas_IsInvisible()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small());
        await client.CreateAsync("tooling/sobjects/CustomField", SalesforceClient.StageField("Demo"));
        string set = await client.CreateAsync("sobjects/PermissionSet", new { Name = "Unused", Label = "Unused" });

        await client.CreateAsync("sobjects/FieldPermissions", Grant(set, read: true, edit: false));
        (await FieldAsync(client, "Task")).ShouldBeNull();

        await client.CreateAsync("sobjects/PermissionSetAssignment", new { AssigneeId = client.Simulator.IntegrationUserId, PermissionSetId = set });
        JsonNode field = (await FieldAsync(client, "Task"))!;
        ((bool)field["updateable"]!, (bool)field["custom"]!, (bool)field["restrictedPicklist"]!).ShouldBe((false, true, true));
    }

    [Fact]
    public async Task CustomField_Granted_TakesItsValuesAlone()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity()));
        string id = await client.IdAsync("SELECT Id FROM Task");
        await client.CreateStageAsync("Task", "Event");

        (HttpStatusCode good, _) = await client.CallAsync(HttpMethod.Patch, $"sobjects/Task/{id}", new { CrmSync_Stage__c = "Demo" });
        (_, string bad, _) = await client.FailAsync(HttpMethod.Patch, $"sobjects/Task/{id}", new { CrmSync_Stage__c = "Dream" });

        (good, bad).ShouldBe((HttpStatusCode.NoContent, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"));
        (await client.IdAsync("SELECT Id FROM Task WHERE CrmSync_Stage__c = 'demo'")).ShouldBe(id);
        client.Simulator.EditProperty("Task", id, "CrmSync_Stage__c", "Negotiation");
        client.Simulator.Find("Task", id)!.Properties["CrmSync_Stage__c"].ShouldBe("Negotiation");
        client.Simulator.History("Task", id, "CrmSync_Stage__c").Select(c => (c.Value, c.By))
            .ShouldBe([("Demo", "app"), ("Negotiation", "person")]);
        Should.Throw<ArgumentException>(() => client.Simulator.EditProperty("Task", id, "CrmSync_Stage__c", "Dream"));
    }

    [Fact]
    public async Task CustomField_Queried_IsFoundUnderActivity()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();
        string id = await client.CreateStageAsync("Task");

        JsonNode row = (await client.RecordsAsync(
            "SELECT Id, DeveloperName, TableEnumOrId, FullName, Metadata FROM CustomField WHERE DeveloperName = 'CrmSync_Stage'", "tooling/query"))[0];

        ((string)row["Id"]!, (string)row["TableEnumOrId"]!, (string)row["FullName"]!).ShouldBe((id, "Activity", "Activity.CrmSync_Stage__c"));
        ((string)row["Metadata"]!["valueSet"]!["valueSetDefinition"]!["value"]![1]!["valueName"]!).ShouldBe("Negotiation");
        await client.CreateAsync("tooling/sobjects/CustomField", new { FullName = "Account.Note__c", Metadata = new { label = "N", type = "Text", length = 40 } });
        (await client.FailAsync(HttpMethod.Get, "tooling/query?q=SELECT+Metadata+FROM+CustomField")).Message.ShouldContain("Result size: 2");
    }

    [Fact]
    public async Task CustomField_PatchedMetadata_AddsValuesAndLosesNone()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();
        string id = await client.CreateStageAsync("Task");

        (HttpStatusCode status, _) = await client.CallAsync(HttpMethod.Patch, $"tooling/sobjects/CustomField/{id}", SalesforceClient.StageField("Demo", "Discovery"));

        status.ShouldBe(HttpStatusCode.NoContent);
        JsonNode field = (await FieldAsync(client, "Task"))!;
        field["picklistValues"]!.AsArray().Select(v => (string)v!["value"]!).ShouldBe(["Demo", "Discovery", "Negotiation"]);
    }

    [Theory]
    [InlineData("Activity.CrmSync_Stage__c", "DUPLICATE_DEVELOPER_NAME")]
    [InlineData("Task.Other__c", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")]
    [InlineData("Activity.Other", "INVALID_INPUT")]
    [InlineData("Other__c", "INVALID_INPUT")]
    public async Task CustomField_WrongName_IsRefused(string fullName, string code)
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();
        await client.CreateStageAsync();

        (_, string errorCode, _) = await client.FailAsync(
            HttpMethod.Post, "tooling/sobjects/CustomField", new { FullName = fullName, Metadata = new { label = "L", type = "Text", length = 20 } });

        errorCode.ShouldBe(code);
    }

    [Fact]
    public async Task CustomField_EveryTypeOfOurs_IsStoredAndReadBack()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity()));
        string id = await client.IdAsync("SELECT Id FROM Account");
        string set = await client.CreateAsync("sobjects/PermissionSet", new { Name = "S", Label = "S" });
        await client.CreateAsync("sobjects/PermissionSetAssignment", new { AssigneeId = client.Simulator.IntegrationUserId, PermissionSetId = set });
        (string Name, object Metadata)[] fields =
        [
            ("Confidence__c", new { label = "C", type = "Number", precision = 3, scale = 2 }), ("At__c", new { label = "A", type = "DateTime" }),
            ("Why__c", new { label = "W", type = "LongTextArea", length = 1000, visibleLines = 3 }), ("Sure__c", new { label = "S", type = "Checkbox" }),
        ];
        foreach ((string name, object metadata) in fields)
        {
            await client.CreateAsync("tooling/sobjects/CustomField", new { FullName = $"Account.{name}", Metadata = metadata });
            await client.CreateAsync("sobjects/FieldPermissions", new
            {
                ParentId = set, SobjectType = "Account", Field = $"Account.{name}", PermissionsRead = true, PermissionsEdit = true,
            });
        }

        await client.CallAsync(HttpMethod.Patch, $"sobjects/Account/{id}", new
        {
            Confidence__c = 0.876, At__c = "2026-11-02T08:00:00.123Z", Why__c = "two\nlines", Sure__c = true,
        });

        JsonNode account = await client.GetAsync($"sobjects/Account/{id}?fields=Confidence__c,At__c,Why__c,Sure__c");
        ((decimal)account["Confidence__c"]!, (string)account["At__c"]!, (string)account["Why__c"]!, (bool)account["Sure__c"]!)
            .ShouldBe((0.88m, "2026-11-02T08:00:00.000+0000", "two\nlines", true));
        (await client.FailAsync(HttpMethod.Patch, $"sobjects/Account/{id}", new { Confidence__c = 10 })).Code.ShouldBe("NUMBER_OUTSIDE_VALID_RANGE");
        (await client.FailQueryAsync("SELECT Id FROM Account WHERE Why__c = 'x'")).Message.ShouldContain("can not be filtered");
    }

    [Fact]
    public async Task FieldPermissions_WrongGrants_AreRefused()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();
        await client.CreateStageAsync("Task");
        string set = await client.IdAsync("SELECT Id FROM PermissionSet WHERE Name = 'CrmSync'");

        (await client.FailAsync(HttpMethod.Post, "sobjects/FieldPermissions", Grant(set, read: false, edit: true))).Code.ShouldBe("FIELD_INTEGRITY_EXCEPTION");
        (await client.FailAsync(HttpMethod.Post, "sobjects/FieldPermissions", Grant(set, read: true, edit: true))).Code.ShouldBe("DUPLICATE_VALUE");
        (await client.FailAsync(HttpMethod.Post, "sobjects/FieldPermissions", Grant(set, true, true, "CrmSync_Stage__c"))).Code
            .ShouldBe("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST");
        (await client.FailAsync(HttpMethod.Post, "sobjects/PermissionSet", new { Name = "CrmSync", Label = "Again" })).Code.ShouldBe("DUPLICATE_VALUE");
        (await client.RecordsAsync($"SELECT Field, PermissionsEdit FROM FieldPermissions WHERE ParentId = '{set}' AND SobjectType = 'Task'"))
            .ShouldHaveSingleItem()["Field"]!.ToString().ShouldBe("Task.CrmSync_Stage__c");
    }

    [Fact]
    public async Task FieldPermissions_Withdrawn_HideTheFieldAgain()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();
        await client.CreateStageAsync("Task");
        string grant = await client.IdAsync("SELECT Id FROM FieldPermissions");

        await client.CallAsync(HttpMethod.Delete, $"sobjects/FieldPermissions/{grant}");

        (await FieldAsync(client, "Task")).ShouldBeNull();
    }

    [Fact]
    public async Task Describe_Task_KnowsWhatMayBeChanged()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();

        ((bool)(await FieldAsync(client, "Task", "Subject"))!["updateable"]!).ShouldBeTrue();
        ((bool)(await FieldAsync(client, "Task", "AccountId"))!["updateable"]!).ShouldBeFalse();
        ((bool)(await FieldAsync(client, "Task", "Description"))!["filterable"]!).ShouldBeFalse();
        (await FieldAsync(client, "Event", "TaskSubtype")).ShouldBeNull();
        (await client.GetAsync("sobjects"))["sobjects"]!.AsArray().Select(s => (string)s!["name"]!)
            .ShouldBeSubsetOf(["Task", "Event", "Account", "Contact", "Lead", "Opportunity", "OpportunityHistory", "User", "Organization", "UserRole", "TaskStatus",
                "EmailMessage", "ContentNote", "ContentDocumentLink", "OpportunityFieldHistory", "OpportunityContactRole", "OpportunityStage",
                "PermissionSet", "FieldPermissions", "PermissionSetAssignment"]);
    }

    private static object Grant(string set, bool read, bool edit, string field = "Task.CrmSync_Stage__c") =>
        new { ParentId = set, SobjectType = "Task", Field = field, PermissionsRead = read, PermissionsEdit = edit };

    private static async Task<JsonNode?> FieldAsync(SalesforceClient client, string type, string name = "CrmSync_Stage__c") =>
        (await client.GetAsync($"sobjects/{type}/describe"))["fields"]!.AsArray().FirstOrDefault(field => (string)field!["name"]! == name);
}
