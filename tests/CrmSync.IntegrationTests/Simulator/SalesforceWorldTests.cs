using System.Net;
using System.Text.Json.Nodes;
using CrmSync.Simulator;
using Shouldly;
using Xunit;
using static CrmSync.IntegrationTests.Simulator.SalesforceWorlds;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class SalesforceWorldTests
{
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
    public async Task ListActivities_TasksAndEvents_AreNewestFirst()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(
            Activity(subject: "first", at: Now.AddDays(-9)), Activity("meeting", "second", Now.AddDays(-8)), Activity("note", "third", Now.AddDays(-7))));
        client.Simulator.Add(Activity("meeting", "fourth"));

        client.Simulator.ListActivities(0, 9).Select(record => $"{record.Subject} {record.Type}")
            .ShouldBe(["fourth meeting", "third note", "second meeting", "first call"]);
        client.Simulator.ListActivities(1, 2).Select(record => record.Subject).ShouldBe(["third", "second"]);
        client.Simulator.CountActivities().ShouldBe(4);
    }
}
