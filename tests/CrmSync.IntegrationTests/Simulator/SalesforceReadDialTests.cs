using System.Net;
using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce;
using Shouldly;
using Xunit;
using static CrmSync.IntegrationTests.Simulator.SalesforceWorlds;

namespace CrmSync.IntegrationTests.Simulator;

/// <summary>Dials that show while reading or signing in.</summary>
public sealed class SalesforceReadDialTests
{
    private const string Statement = "SELECT Id, Subject, SystemModstamp FROM Task ORDER BY SystemModstamp, Id";
    private static readonly SalesforceSimulatorOptions SmallPages = new() { PageSize = 10 };

    private static Dictionary<string, string> Refresh(string token) => new()
    {
        ["grant_type"] = "refresh_token", ["client_id"] = "sim-client", ["client_secret"] = "sim-secret", ["refresh_token"] = token,
    };

    [Fact]
    public async Task F3_UntilHealed_RefusesEveryCallButTheTokenEndpoint()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();
        client.Turn("F3");

        for (int i = 0; i < 3; i++)
            (await client.FailAsync(HttpMethod.Get, "limits")).ShouldBe((HttpStatusCode.Forbidden, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."));
        await client.SignInAsync();
        client.Simulator.Dials.Heal("F3");

        await client.GetAsync("limits");
    }

    [Fact]
    public async Task Session_Drawn_EndsAllSessions()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();
        client.Turn("session", count: 1);

        (await client.FailAsync(HttpMethod.Get, "limits")).Code.ShouldBe("INVALID_SESSION_ID");
        (await client.FailAsync(HttpMethod.Get, "limits")).Code.ShouldBe("INVALID_SESSION_ID");
        await client.SignInAsync();
        await client.GetAsync("limits");
    }

    [Fact]
    public async Task F10_AppRevoked_EndsSessionsAndRefusesEveryGrantUntilHealed()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();
        client.Turn("F10");

        (await client.FailAsync(HttpMethod.Get, "limits")).Code.ShouldBe("INVALID_SESSION_ID");
        (HttpStatusCode status, JsonNode? answer) = await client.TokenAsync(Refresh("sim-refresh"));
        (status, (string)answer!["error"]!, (string)answer["error_description"]!)
            .ShouldBe((HttpStatusCode.BadRequest, "invalid_grant", "expired access/refresh token"));
        client.Simulator.Dials.Heal("F10");

        (await client.TokenAsync(Refresh("sim-refresh"))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(false, HttpStatusCode.OK)]
    [InlineData(true, HttpStatusCode.BadRequest)]
    public async Task F11_TokenUsedTwice_TakesItsSuccessorAlongWhereTurned(bool turned, HttpStatusCode successor)
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();
        if (turned)
            client.Turn("F11");
        string next = (string)(await client.TokenAsync(Refresh("sim-refresh"))).Body!["refresh_token"]!;

        (await client.TokenAsync(Refresh("sim-refresh"))).Status.ShouldBe(HttpStatusCode.BadRequest);

        (await client.TokenAsync(Refresh(next))).Status.ShouldBe(successor);
    }

    [Fact]
    public async Task RefreshTokenRotation_Off_KeepsTheToken()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(options: new() { RefreshTokenRotation = false });

        (await client.TokenAsync(Refresh("sim-refresh"))).Body!["refresh_token"]!.GetValue<string>().ShouldBe("sim-refresh");
        (await client.TokenAsync(Refresh("sim-refresh"))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task F19_NextPage_RepeatsTheLastRowOfThePageBefore()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(25), SmallPages);
        JsonNode first = await client.QueryAsync(Statement);
        client.Turn("F19", count: 1);

        JsonArray second = (await client.GetAsync((string)first["nextRecordsUrl"]!))["records"]!.AsArray();

        second.Count.ShouldBe(11);
        ((string)second[0]!["Id"]!).ShouldBe((string)first["records"]![9]!["Id"]!);
    }

    [Fact]
    public async Task F20_FreshRow_AppearsLaterWithItsOlderStamp()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(3));
        client.Simulator.Add(Activity(subject: "late"));
        client.Clock.Advance(TimeSpan.FromSeconds(20));
        client.Simulator.Add(Activity(subject: "later"));
        client.Turn("F20", count: 1);

        List<JsonNode> before = await client.RecordsAsync(Statement);
        List<JsonNode> after = await client.RecordsAsync(Statement);

        before.Select(row => (string)row["Subject"]!).ShouldBe(["Touch 0", "Touch 1", "Touch 2", "later"]);
        after.Select(row => (string)row["Subject"]!).ShouldBe(["Touch 0", "Touch 1", "Touch 2", "late", "later"]);
        string.CompareOrdinal((string)after[3]["SystemModstamp"]!, (string)before[3]["SystemModstamp"]!).ShouldBeLessThan(0);
    }

    [Fact]
    public async Task F20_OldRows_AreNeverHeldBack()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(3));
        client.Turn("F20");

        (await client.RecordsAsync(Statement)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task F22_Window_BringsARowFromOutside()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(9));
        string window = $"SELECT Id, Subject FROM Task WHERE SystemModstamp > {Now.AddDays(-20):yyyy-MM-ddTHH:mm:ssZ}";
        client.Turn("F22", count: 1);

        List<string> drawn = [.. (await client.RecordsAsync(window)).Select(row => (string)row["Subject"]!)];
        List<string> clean = [.. (await client.RecordsAsync(window)).Select(row => (string)row["Subject"]!)];

        clean.Count.ShouldBe(6);
        drawn.Except(clean).ShouldHaveSingleItem().ShouldBeOneOf("Touch 0", "Touch 1", "Touch 2");
    }

    [Theory]
    [InlineData("F23", null, 40)]
    [InlineData("F24", "Task/25", 25)]
    public async Task F23AndF24_Newest_ShareOneSecond(string code, string? target, int tied)
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(40));
        client.Turn(code, target);

        (await client.RecordsAsync(Statement)).GroupBy(row => (string)row["SystemModstamp"]!).Max(second => second.Count()).ShouldBe(tied);
    }

    [Fact]
    public async Task F25_RowJustRead_IsEditedByAPerson()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity()));
        await client.CreateStageAsync("Task");
        client.Turn("F25", count: 1);

        JsonNode read = (await client.RecordsAsync("SELECT Id, CrmSync_Stage__c, LastModifiedById FROM Task"))[0];
        JsonNode later = (await client.RecordsAsync("SELECT Id, CrmSync_Stage__c, LastModifiedById FROM Task"))[0];

        read["CrmSync_Stage__c"].ShouldBeNull();
        ((string)later["CrmSync_Stage__c"]!).ShouldBe("Demo");
        ((string)later["LastModifiedById"]!).ShouldNotBe(client.Simulator.IntegrationUserId);
        client.Simulator.History("Task", (string)read["Id"]!, "CrmSync_Stage__c")[^1].By.ShouldBe("person");
    }

    [Fact]
    public async Task F31_TokenOfAnotherOrg_KnowsNoRecordsUntilHealed()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity()));
        string id = await client.IdAsync("SELECT Id FROM Task");
        string home = (string)(await client.TokenAsync(Refresh("sim-refresh"))).Body!["id"]!;
        client.Turn("F31");

        (await client.FailAsync(HttpMethod.Get, "limits")).Code.ShouldBe("INVALID_SESSION_ID");
        await client.SignInAsync();
        (await client.RecordsAsync("SELECT Id FROM Task")).ShouldBeEmpty();
        (await client.FailAsync(HttpMethod.Get, $"sobjects/Task/{id}")).Code.ShouldBe("NOT_FOUND");
        (await client.FailAsync(HttpMethod.Patch, $"sobjects/Task/{id}", new { Subject = "x" })).Code.ShouldBe("NOT_FOUND");
        string organization = await client.IdAsync("SELECT Id FROM Organization");
        home.ShouldNotContain(organization);
        client.Simulator.Find("Task", id).ShouldNotBeNull();

        client.Simulator.Dials.Heal("F31");
        await client.SignInAsync();
        home.ShouldContain(await client.IdAsync("SELECT Id FROM Organization"));
        await client.GetAsync($"sobjects/Task/{id}");
    }

    [Fact]
    public async Task Locator_Lost_AnswersOnceAndTheOthersLive()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(25), SmallPages);
        string one = (string)(await client.QueryAsync(Statement))["nextRecordsUrl"]!;
        string other = (string)(await client.QueryAsync(Statement))["nextRecordsUrl"]!;
        client.Turn("locator", count: 1);

        (await client.FailAsync(HttpMethod.Get, one)).ShouldBe((HttpStatusCode.BadRequest, "INVALID_QUERY_LOCATOR", "invalid query locator"));
        (await client.FailAsync(HttpMethod.Get, one)).Code.ShouldBe("INVALID_QUERY_LOCATOR");
        await client.GetAsync(other);
    }
}
