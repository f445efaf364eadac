using System.Net;
using System.Text.Json.Nodes;
using CrmSync.Simulator;
using Shouldly;
using Xunit;
using static CrmSync.IntegrationTests.Simulator.SalesforceWorlds;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class SalesforceQueryTests
{
    [Fact]
    public async Task Query_Task_AnswersFieldsParentsAndAttributes()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity() with { Deal = 0 }));

        JsonNode answer = await client.QueryAsync(
            "SELECT Id, subject, Description, TaskSubtype, CallType, CallDisposition, CallDurationInSeconds, Status, IsClosed, ActivityDate, "
            + "SystemModstamp, Who.Type, Who.Name, What.Type, What.Name, Account.Name, Owner.Name, Account.Owner.Email FROM Task");

        JsonNode task = answer["records"]![0]!;
        string id = (string)task["Id"]!;
        id.Length.ShouldBe(18);
        task.AsObject().First().Key.ShouldBe("attributes");
        ((string)task["attributes"]!["url"]!).ShouldBe($"/services/data/v66.0/sobjects/Task/{id}");
        ((string)task["Subject"]!).ShouldBe("Intro");
        ((string)task["Description"]!).ShouldBe("<p>They asked for a second quote.</p>");
        ((string)task["SystemModstamp"]!).ShouldBe("2026-10-30T09:00:00.000+0000");
        ((string)task["ActivityDate"]!).ShouldBe("2026-10-30");
        ((int)task["CallDurationInSeconds"]!).ShouldBe(95);
        ((string)task["CallType"]!, (string)task["CallDisposition"]!, (bool)task["IsClosed"]!).ShouldBe(("Outbound", "Connected", true));
        ((string)task["Who"]!["Name"]!, (string)task["Who"]!["Type"]!).ShouldBe(("Cora Dane", "Contact"));
        ((string)task["What"]!["Name"]!, (string)task["What"]!["Type"]!).ShouldBe(("Looms", "Opportunity"));
        ((string)task["Account"]!["Name"]!, (string)task["Account"]!["Owner"]!["Email"]!).ShouldBe(("Larkfield Mills", "ada@seller.example"));
        ((string)task["Account"]!["attributes"]!["type"]!).ShouldBe("Account");
        ((string)task["Owner"]!["Name"]!).ShouldBe("Ada Moss");
        answer["nextRecordsUrl"].ShouldBeNull();
    }

    [Fact]
    public async Task Query_MissingParent_IsNull()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity() with { Company = null, Contact = null }));

        JsonNode task = (await client.RecordsAsync("SELECT Who.Name, What.Name, Account.Name FROM Task"))[0];

        task.AsObject().ContainsKey("Who").ShouldBeTrue();
        (task["Who"], task["What"], task["Account"]).ShouldBe((null, null, null));
    }

    [Theory]
    [InlineData("Subject LIKE 'touch 1_'", 2)]
    [InlineData("Subject IN ('Touch 1', 'TOUCH 2', 'x')", 2)]
    [InlineData("Subject NOT IN ('Touch 1', 'Touch 2')", 10)]
    [InlineData("NOT (Subject = 'Touch 1')", 11)]
    [InlineData("CallType = null", 6)]
    [InlineData("CallType != null AND TaskSubtype = 'Call'", 6)]
    [InlineData("CallType != 'Inbound'", 12)]
    [InlineData("CallDurationInSeconds >= 95", 6)]
    [InlineData("CallDurationInSeconds > 95.5", 0)]
    [InlineData("IsClosed = true AND IsDeleted = false", 12)]
    [InlineData("ActivityDate = 2026-10-13", 12)]
    [InlineData("ActivityDate > 2026-10-13", 0)]
    [InlineData("SystemModstamp = 2026-10-13T09:00:01Z", 3)]
    [InlineData("SystemModstamp >= 2026-10-13T11:00:01+02:00", 9)]
    [InlineData("SystemModstamp < 2026-10-13T09:00:01Z OR SystemModstamp > 2026-10-13T09:00:02Z", 6)]
    [InlineData("NOT (SystemModstamp = 2026-10-13T09:00:01Z)", 9)]
    [InlineData("Who.Name = 'cora dane'", 12)]
    [InlineData("What.Type = 'Opportunity'", 0)]
    [InlineData("Account.Name LIKE 'Lark%' AND Owner.Name != 'Ben Fell'", 12)]
    [InlineData("Id = ''", 0)]
    public async Task Query_Where_KeepsTheRightRows(string where, int expected)
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(12));

        ((int)(await client.QueryAsync($"SELECT Id FROM Task WHERE {where}"))["totalSize"]!).ShouldBe(expected);
        JsonNode count = await client.QueryAsync($"SELECT COUNT() FROM Task WHERE {where}");
        ((int)count["totalSize"]!, count["records"]!.AsArray().Count, (bool)count["done"]!).ShouldBe((expected, 0, true));
    }

    [Fact]
    public async Task Query_Ids_AreFoundInAnyForm()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(5));
        string id = await client.IdAsync("SELECT Id FROM Task ORDER BY Id LIMIT 1");

        foreach (string form in new[] { id, id[..15], id.ToLowerInvariant() })
            (await client.IdAsync($"SELECT Id FROM Task WHERE Id IN ('{form}')")).ShouldBe(id);
        (await client.FailQueryAsync("SELECT Id FROM Task WHERE Id = 'nonsense'")).Code.ShouldBe("INVALID_QUERY_FILTER_OPERATOR");
    }

    [Theory]
    [InlineData("CallType ASC, Id", "null")]
    [InlineData("CallType DESC", "null")]
    [InlineData("CallType NULLS LAST", "Outbound")]
    [InlineData("CallType DESC NULLS LAST", "Outbound")]
    public async Task Query_OrderBy_PutsNullsWhereAsked(string order, string first)
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(6));

        JsonNode record = (await client.RecordsAsync($"SELECT CallType FROM Task ORDER BY {order}"))[0];

        ((string?)record["CallType"] ?? "null").ShouldBe(first);
    }

    [Fact]
    public async Task Query_OrderLimitOffset_CutsTheOrderedRows()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(9));

        List<JsonNode> records = await client.RecordsAsync("SELECT Subject FROM Task ORDER BY SystemModstamp DESC, Id DESC LIMIT 2 OFFSET 1");

        records.Select(r => (string)r["Subject"]!).ShouldBe(["Touch 7", "Touch 6"]);
    }

    [Fact]
    public async Task Query_Groups_CountsThem()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(5));

        List<JsonNode> groups = await client.RecordsAsync("SELECT TaskSubtype, COUNT(Id), COUNT_DISTINCT(ActivityDate) days FROM Task GROUP BY TaskSubtype");

        groups.Select(g => $"{g["TaskSubtype"]} {g["expr0"]} {g["days"]}").ShouldBe(["Call 3 1", "Email 2 1"]);
        ((string)groups[0]["attributes"]!["type"]!).ShouldBe("AggregateResult");
    }

    [Theory]
    [InlineData("SELECT Nope FROM Task", "INVALID_FIELD", "No such column 'Nope' on entity 'Task'")]
    [InlineData("SELECT Account.Nope FROM Task", "INVALID_FIELD", "No such column 'Nope' on entity 'Account'")]
    [InlineData("SELECT Boss.Name FROM Task", "INVALID_FIELD", "Didn't understand relationship 'Boss'")]
    [InlineData("SELECT Id FROM Nope", "INVALID_TYPE", "sObject type 'Nope' is not supported")]
    [InlineData("SELECT Id FROM CustomField", "INVALID_TYPE", "'CustomField' is not supported")]
    [InlineData("SELECT Id FROM Task WHERE Description LIKE '%a%'", "INVALID_FIELD", "field 'Description' can not be filtered in a query call")]
    [InlineData("SELECT Id FROM Task ORDER BY Description", "INVALID_FIELD", "can not be sorted")]
    [InlineData("SELECT Id FROM Task WHERE SystemModstamp > '2026-01-02T03:04:05Z'", "INVALID_FIELD", "must be of type dateTime and should not be enclosed in quotes")]
    [InlineData("SELECT Id FROM Task WHERE SystemModstamp > 2026-01-02", "INVALID_FIELD", "must be of type dateTime")]
    [InlineData("SELECT Id FROM Task WHERE Subject = 5", "INVALID_FIELD", "must be of type string and should be enclosed in quotes")]
    [InlineData("SELECT Id FROM Task WHERE IsClosed = 'true'", "INVALID_FIELD", "must be of type boolean")]
    [InlineData(@"SELECT Id FROM Task WHERE Subject = 'a\d'", "MALFORMED_QUERY", "Illegal character sequence")]
    [InlineData("SELECT Id, id FROM Task", "MALFORMED_QUERY", "duplicate field selected")]
    [InlineData("SELECT Subject, COUNT(Id) FROM Task", "MALFORMED_QUERY", "must be grouped or aggregated")]
    [InlineData("SELECT Id FROM Task LIMIT 1 OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "2000")]
    [InlineData("", "MALFORMED_QUERY", "empty")]
    public async Task Query_Wrong_IsRefusedWithItsCode(string soql, string code, string text)
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(1));

        (HttpStatusCode status, string errorCode, string message) = await client.FailQueryAsync(soql);

        (status, errorCode).ShouldBe((HttpStatusCode.BadRequest, code));
        message.ShouldContain(text);
    }

    [Fact]
    public async Task Query_AddressTooLong_Answers414()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();

        using HttpResponseMessage response = await client.SendAsync(HttpMethod.Get, $"query?q={new string('a', 17_000)}");

        response.StatusCode.ShouldBe(HttpStatusCode.RequestUriTooLong);
    }

    [Fact]
    public async Task Query_MoreThanAPage_IsFollowedByLocatorsToTheEnd()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(25), new() { PageSize = 10 });
        JsonNode page = await client.QueryAsync("SELECT Id FROM Task ORDER BY SystemModstamp, Id", "queryAll");
        List<string> ids = [];
        int pages = 0;
        while (true)
        {
            pages++;
            ((int)page["totalSize"]!).ShouldBe(25);
            ids.AddRange(page["records"]!.AsArray().Select(r => (string)r!["Id"]!));
            if ((bool)page["done"]!)
                break;
            string next = (string)page["nextRecordsUrl"]!;
            next.ShouldMatch(@"^/services/data/v66\.0/query/0r8[0-9A-Za-z]{15}-\d+$");
            page = await client.GetAsync(next);
        }

        pages.ShouldBe(3);
        ids.Count.ShouldBe(25);
        ids.ShouldBe(ids.Order(StringComparer.Ordinal));
        page["nextRecordsUrl"].ShouldBeNull();
    }

    [Fact]
    public async Task Query_KeysetOverTies_LosesAndRepeatsNothing()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(100));
        client.Simulator.StampTogether("Task", 70).ShouldBe(70);
        List<string> seen = [];
        string after = "SystemModstamp > 2020-01-01T00:00:00Z";
        while (true)
        {
            List<JsonNode> page = await client.RecordsAsync(
                $"SELECT Id, SystemModstamp FROM Task WHERE IsDeleted = false AND ({after}) AND SystemModstamp < 2026-12-01T00:00:00Z "
                + "ORDER BY SystemModstamp ASC, Id ASC LIMIT 9",
                "queryAll");
            if (page.Count == 0)
                break;
            seen.AddRange(page.Select(r => (string)r["Id"]!));
            string stamp = ((string)page[^1]["SystemModstamp"]!).Replace(".000+0000", "Z", StringComparison.Ordinal);
            after = $"SystemModstamp > {stamp} OR (SystemModstamp = {stamp} AND Id > '{seen[^1]}')";
        }

        seen.Count.ShouldBe(100);
        seen.Distinct().Count().ShouldBe(100);
    }

    [Fact]
    public async Task Query_OldAndDeletedRows_AreSeenByQueryAllAlone()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(
            Activity(subject: "old", at: Now.AddDays(-400)), Activity(subject: "gone"), Activity(subject: "here")));
        string gone = await client.IdAsync("SELECT Id FROM Task WHERE Subject = 'gone'");

        (HttpStatusCode status, _) = await client.CallAsync(HttpMethod.Delete, $"sobjects/Task/{gone}");

        status.ShouldBe(HttpStatusCode.NoContent);
        (await client.RecordsAsync("SELECT Subject FROM Task")).Select(r => (string)r["Subject"]!).ShouldBe(["here"]);
        (await client.RecordsAsync("SELECT Subject, IsArchived, IsDeleted FROM Task ORDER BY Subject", "queryAll"))
            .Select(r => $"{r["Subject"]} {r["IsArchived"]} {r["IsDeleted"]}").ShouldBe(["gone false true", "here false false", "old true false"]);
        client.Simulator.CountActivities().ShouldBe(1);
    }

    [Fact]
    public async Task Query_OpportunityHistory_GivesEveryStage()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small());

        List<JsonNode> rows = await client.RecordsAsync(
            "SELECT Opportunity.Name, StageName, Probability, CreatedDate FROM OpportunityHistory ORDER BY OpportunityId, CreatedDate, Id");

        rows.Select(r => $"{r["Opportunity"]!["Name"]} {r["StageName"]} {r["Probability"]}")
            .ShouldBe(["Looms Discovery 10", "Looms Demo 30", "Looms Negotiation 70"]);
        JsonNode deal = (await client.RecordsAsync("SELECT StageName, IsClosed, Amount, LastStageChangeDate, CloseDate FROM Opportunity"))[0];
        ((string)deal["StageName"]!, (bool)deal["IsClosed"]!, (decimal)deal["Amount"]!).ShouldBe(("Negotiation", false, 12_500m));
        ((string)deal["LastStageChangeDate"]!).ShouldBe("2026-10-23T09:00:00.000+0000");
    }

    [Fact]
    public async Task Query_Meeting_IsAnEvent()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity("meeting")));

        JsonNode meeting = (await client.RecordsAsync("SELECT Subject, StartDateTime, EndDateTime, DurationInMinutes, IsChild, Who.Name FROM Event"))[0];

        ((string)meeting["EndDateTime"]!, (int)meeting["DurationInMinutes"]!).ShouldBe(("2026-10-30T09:45:00.000+0000", 45));
        SimulatedRecord seen = client.Simulator.ListActivities(0, 10).ShouldHaveSingleItem();
        (seen.Type, seen.ObjectType, seen.Company, seen.Contact, seen.SourceId).ShouldBe(("meeting", "Event", "Larkfield Mills", "Cora Dane", "t01-001"));
    }

    [Fact]
    public async Task Query_BatchSizeHint_MakesPagesSmaller()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(500));
        client.Http.DefaultRequestHeaders.Add("Sforce-Query-Options", "batchSize=250");

        (await client.RecordsAsync("SELECT Id FROM Task")).Count.ShouldBe(250);
    }
}
