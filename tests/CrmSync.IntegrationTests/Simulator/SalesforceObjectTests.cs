using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce;
using CrmSync.Simulator.Seed;
using Shouldly;
using Xunit;
using static CrmSync.IntegrationTests.Simulator.SalesforceWorlds;

namespace CrmSync.IntegrationTests.Simulator;

/// <summary>Objects around the activities: mails, notes, people, histories.</summary>
public sealed class SalesforceObjectTests
{
    private static readonly SalesforceSimulatorOptions AllPairs = new() { EnhancedEmailPercent = 100 };

    private static SeedActivity Mail(string direction = "inbound") => Activity("email", "Quote") with { Direction = direction };

    [Fact]
    public async Task EmailMessage_SeededMail_IsTheTwinOfItsTask()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Mail(), Mail("outbound")), AllPairs);

        List<JsonNode> mails = await client.RecordsAsync(
            "SELECT Id, ActivityId, FromAddress, ToAddress, Incoming, Status, TextBody, HtmlBody, MessageDate, RelatedTo.Name FROM EmailMessage ORDER BY Id");
        JsonNode task = (await client.RecordsAsync($"SELECT TaskSubtype, IsClosed FROM Task WHERE Id = '{mails[0]["ActivityId"]}'"))[0];

        ((string)mails[0]["Id"]!).ShouldStartWith("02s");
        mails.Select(mail => $"{mail["FromAddress"]} {mail["ToAddress"]} {mail["Incoming"]} {mail["Status"]}")
            .ShouldBe(["cora@larkfield.example ada@seller.example true 1", "ada@seller.example cora@larkfield.example false 3"]);
        ((string)mails[0]["TextBody"]!).Trim().ShouldBe("They asked for a second quote.");
        ((string)mails[0]["HtmlBody"]!).ShouldBe("<p>They asked for a second quote.</p>");
        ((string)mails[0]["RelatedTo"]!["Name"]!).ShouldBe("Larkfield Mills");
        ((string)task["TaskSubtype"]!, (bool)task["IsClosed"]!).ShouldBe(("Email", true));
        client.Simulator.CountActivities().ShouldBe(2);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(50, 40)]
    [InlineData(100, 100)]
    public async Task EmailMessage_Share_IsThatOfTheOption(int percent, int atLeast)
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(
            Small([.. Enumerable.Range(0, 100).Select(_ => Mail())]), new() { EnhancedEmailPercent = percent });

        ((int)(await client.QueryAsync("SELECT COUNT() FROM EmailMessage"))["totalSize"]!).ShouldBeInRange(atLeast, percent == 50 ? 60 : atLeast);
    }

    [Fact]
    public async Task EmailMessage_Created_GetsItsTaskAndLetsChangeLittle()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small());
        string account = await client.IdAsync("SELECT Id FROM Account");
        (await client.FailAsync(HttpMethod.Post, "sobjects/EmailMessage", new { Status = "3", ActivityId = account })).Code.ShouldBe("INVALID_FIELD_FOR_INSERT_UPDATE");

        string sent = await client.CreateAsync("sobjects/EmailMessage", new { Subject = "Hello", TextBody = "There", Status = "3", RelatedToId = account });
        string draft = await client.CreateAsync("sobjects/EmailMessage", new { Subject = "Draft", Status = "5" });

        JsonNode task = (await client.RecordsAsync("SELECT Id, Subject, TaskSubtype, IsClosed, AccountId FROM Task WHERE Subject = 'Email: Hello'"))[0];
        ((string)task["AccountId"]!, (bool)task["IsClosed"]!).ShouldBe((account, true));
        ((string)(await client.GetAsync($"sobjects/EmailMessage/{sent}"))["ActivityId"]!).ShouldBe((string)task["Id"]!);
        (await client.FailAsync(HttpMethod.Patch, $"sobjects/EmailMessage/{sent}", new { Subject = "Changed" })).Code.ShouldBe("INVALID_FIELD_FOR_INSERT_UPDATE");
        (await client.CallAsync(HttpMethod.Patch, $"sobjects/EmailMessage/{sent}", new { IsExternallyVisible = true })).Status.ShouldBe(HttpStatusCode.NoContent);
        (await client.CallAsync(HttpMethod.Patch, $"sobjects/EmailMessage/{draft}", new { Subject = "Changed" })).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task EmailMessage_CustomField_IsItsOwn()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Mail()), AllPairs);
        string id = await client.IdAsync("SELECT Id FROM EmailMessage");
        await client.CreateStageAsync("Task");
        (await client.FailQueryAsync("SELECT CrmSync_Stage__c FROM EmailMessage")).Code.ShouldBe("INVALID_FIELD");

        await client.CreateAsync("tooling/sobjects/CustomField", new { FullName = "EmailMessage.Label__c", Metadata = new { label = "Label", type = "Text", length = 40 } });
        string set = await client.IdAsync("SELECT Id FROM PermissionSet");
        await client.CreateAsync("sobjects/FieldPermissions", new
        {
            ParentId = set, SobjectType = "EmailMessage", Field = "EmailMessage.Label__c", PermissionsRead = true, PermissionsEdit = true,
        });

        (await client.CallAsync(HttpMethod.Patch, $"sobjects/EmailMessage/{id}", new { Label__c = "Demo" })).Status.ShouldBe(HttpStatusCode.NoContent);
        ((string)(await client.RecordsAsync("SELECT Label__c FROM EmailMessage"))[0]["Label__c"]!).ShouldBe("Demo");
    }

    [Fact]
    public async Task EmailMessage_OrgWithout_KnowsNoSuchObject()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Mail()), new() { HasEmailMessage = false });

        (await client.FailQueryAsync("SELECT Id FROM EmailMessage")).Code.ShouldBe("INVALID_TYPE");
        (await client.FailAsync(HttpMethod.Get, "sobjects/EmailMessage/describe")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await client.GetAsync("sobjects"))["sobjects"]!.AsArray().ShouldNotContain(one => (string)one!["name"]! == "EmailMessage");
        (await client.RecordsAsync("SELECT Id FROM Task")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task ContentNote_Content_IsFetchedFromItsAddressAndChangedAlone()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(), new() { ContentNotes = 2 });
        JsonNode note = (await client.RecordsAsync("SELECT Id, Title, Content, TextPreview FROM ContentNote ORDER BY Id"))[0];
        string address = (string)note["Content"]!;

        address.ShouldBe($"/services/data/v66.0/sobjects/ContentNote/{note["Id"]}/Content");
        using HttpResponseMessage content = await client.SendAsync(HttpMethod.Get, address);
        (await content.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("<p>Budget is set in March; the plant manager signs below 20,000.</p>");
        ((string)note["TextPreview"]!).Trim().ShouldBe("Budget is set in March; the plant manager signs below 20,000.");
        string one = $"sobjects/ContentNote/{note["Id"]}";
        (await client.CallAsync(HttpMethod.Patch, one, new { Title = "New", Content = Convert.ToBase64String(Encoding.UTF8.GetBytes("<p>Less</p>")) })).Status
            .ShouldBe(HttpStatusCode.NoContent);
        (await client.FailAsync(HttpMethod.Patch, one, new { OwnerId = client.Simulator.IntegrationUserId })).Code.ShouldBe("INVALID_FIELD_FOR_INSERT_UPDATE");
        (await client.FailAsync(HttpMethod.Patch, one, new { Content = "no base64!" })).Code.ShouldBe("JSON_PARSER_ERROR");
        (await client.FailAsync(
            HttpMethod.Post, "tooling/sobjects/CustomField", new { FullName = "ContentNote.X__c", Metadata = new { label = "X", type = "Date" } })).Status
            .ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task ContentDocumentLink_WithoutAnId_IsRefused()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(), new() { ContentNotes = 2 });
        string note = await client.IdAsync("SELECT Id FROM ContentNote ORDER BY Id");

        (HttpStatusCode, string Code, string Message) refusal = await client.FailQueryAsync("SELECT Id FROM ContentDocumentLink WHERE ShareType = 'V'");
        refusal.Code.ShouldBe("MALFORMED_QUERY");
        refusal.Message.ShouldContain("requires a filter by a single Id on ContentDocumentId or LinkedEntityId");
        (await client.FailQueryAsync($"SELECT Id FROM ContentDocumentLink WHERE ContentDocumentId = '{note}' OR ShareType = 'V'")).Code.ShouldBe("MALFORMED_QUERY");

        List<JsonNode> links = await client.RecordsAsync(
            $"SELECT LinkedEntity.Type, LinkedEntity.Name, ContentDocument.Title FROM ContentDocumentLink WHERE ContentDocumentId IN ('{note}')");
        links.Select(link => (string)link["LinkedEntity"]!["Type"]!).ShouldBe(["Opportunity", "User"], ignoreOrder: true);
    }

    [Fact]
    public async Task People_RolesAndCompanies_AreThere()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(), new() { Leads = 3 });

        JsonNode ada = (await client.RecordsAsync("SELECT Name, Division, Department, UserRole.Name FROM User WHERE LastName = 'Moss'"))[0];
        ((string)ada["UserRole"]!["Name"]!, (string)ada["Division"]!, (string)ada["Department"]!).ShouldBe(("North, EMEA", "EMEA", "North"));
        JsonNode account = (await client.RecordsAsync("SELECT Industry, NumberOfEmployees, AnnualRevenue, BillingAddress FROM Account"))[0];
        ((int)account["NumberOfEmployees"]!, (decimal)account["AnnualRevenue"]!, (string)account["BillingAddress"]!["city"]!).ShouldBe((120, 17_400_000m, "Leeds"));
        (await client.RecordsAsync("SELECT Id, Company, Email FROM Lead")).Count.ShouldBe(3);
        JsonNode role = (await client.RecordsAsync("SELECT Contact.Name, Opportunity.Name, IsPrimary FROM OpportunityContactRole")).ShouldHaveSingleItem();
        ((string)role["Contact"]!["Name"]!, (string)role["Opportunity"]!["Name"]!, (bool)role["IsPrimary"]!).ShouldBe(("Cora Dane", "Looms", true));
        (await client.RecordsAsync("SELECT MasterLabel FROM OpportunityStage WHERE IsClosed = false ORDER BY SortOrder")).Select(s => (string)s["MasterLabel"]!)
            .ShouldBe(["Discovery", "Demo", "Negotiation", "Follow-Up"]);
    }

    [Fact]
    public async Task OpportunityFieldHistory_TrackedFields_HaveOldAndNewValues()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small());
        string deal = await client.IdAsync("SELECT Id FROM Opportunity");
        await client.CallAsync(HttpMethod.Patch, $"sobjects/Opportunity/{deal}", new { Amount = 900, Description = "not tracked" });

        (await client.RecordsAsync("SELECT Field, OldValue, NewValue FROM OpportunityFieldHistory ORDER BY CreatedDate, Id")).Select(h => $"{h["Field"]} {h["OldValue"]} {h["NewValue"]}")
            .ShouldBe(["created  ", "StageName Discovery Demo", "StageName Demo Negotiation", "Amount 12500 900"]);
        (await client.FailQueryAsync("SELECT Id FROM OpportunityFieldHistory WHERE NewValue = 'Demo'")).Code.ShouldBe("INVALID_FIELD");
        (await client.FailQueryAsync("SELECT SystemModstamp FROM OpportunityFieldHistory")).Code.ShouldBe("INVALID_FIELD");
    }

    [Fact]
    public async Task OpportunityHistory_WithoutTheFirstRow_StartsWithAChange()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(), new() { HistoryOfNewOpportunities = false });

        (await client.RecordsAsync("SELECT StageName FROM OpportunityHistory ORDER BY CreatedDate")).Select(row => (string)row["StageName"]!).ShouldBe(["Demo", "Negotiation"]);
    }

    [Fact]
    public async Task ActivityFieldHistory_OptedIn_AppearsMinutesLate()
    {
        await using SalesforceClient without = await SalesforceClient.StartAsync();
        (await without.FailQueryAsync("SELECT Id FROM ActivityFieldHistory")).Code.ShouldBe("INVALID_TYPE");
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity()), new() { ActivityFieldHistory = true });
        await client.CreateStageAsync("Task");
        string id = await client.IdAsync("SELECT Id FROM Task");
        client.Simulator.EditProperty("Task", id, "CrmSync_Stage__c", "Demo");

        const string history = "SELECT ActivityId, FieldName, OldValueText, NewValueText, ChangedById FROM ActivityFieldHistory";
        (await client.RecordsAsync(history)).ShouldBeEmpty();
        client.Clock.Advance(TimeSpan.FromMinutes(5));

        JsonNode change = (await client.RecordsAsync(history)).ShouldHaveSingleItem();
        ((string)change["ActivityId"]!, (string)change["FieldName"]!, (string)change["NewValueText"]!).ShouldBe((id, "CrmSync_Stage__c", "Demo"));
        ((string)change["ChangedById"]!).ShouldNotBe(client.Simulator.IntegrationUserId);
    }

    [Fact]
    public async Task TaskRelation_SharedActivities_NameWhoAndWhat()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity()), new() { SharedActivities = true });
        string id = await client.IdAsync("SELECT Id FROM Task");

        (await client.RecordsAsync($"SELECT Relation.Type, IsWhat FROM TaskRelation WHERE TaskId = '{id}' ORDER BY IsWhat")).Select(r => $"{r["Relation"]!["Type"]} {r["IsWhat"]}")
            .ShouldBe(["Contact false", "Account true"]);
        await client.CallAsync(HttpMethod.Patch, $"sobjects/Task/{id}", new Dictionary<string, string?> { ["WhoId"] = null });

        (await client.RecordsAsync($"SELECT IsWhat FROM TaskRelation WHERE TaskId = '{id}'")).Count.ShouldBe(1);
    }
}
