using System.Security.Cryptography;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Seed;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Connectors;

/// <summary>What only Salesforce has: twins, notes, bulk jobs, three ways to sign in, histories.</summary>
public sealed class SalesforceOrgTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scan_MailsKeptTwice_AreOneActivityFromEitherSide()
    {
        await using var house = await SalesforceHouse.StartAsync(
            ConnectorWorlds.With([.. Enumerable.Range(0, 30).Select(Mail)]), SalesforceHouse.Plain with { EnhancedEmailPercent = 100 });

        var tasks = (await DrainAsync(house, "Task")).SelectMany(page => page.Activities).ToList();
        var pages = await DrainAsync(house, "EmailMessage");
        var mails = pages.SelectMany(page => page.Activities).ToList();

        tasks.Count.ShouldBe(30);
        tasks.ShouldAllBe(task => task.Content.Type == ActivityType.Email && task.Content.Evidence.Direction == ActivityDirection.Inbound);
        tasks.ShouldAllBe(task => task.Associations.Count(link => link.Role == Association.Twin && link.ObjectType == "EmailMessage") == 1);
        pages.Sum(page => page.Skipped.GetValueOrDefault("twin_of_task")).ShouldBe(30);
        mails.Select(mail => (mail.ObjectType, mail.ExternalId, mail.Content.ComputeHash())).Order()
            .ShouldBe(tasks.Select(task => (task.ObjectType, task.ExternalId, task.Content.ComputeHash())).Order());
        var links = (await house.Connector.Reader.ReadLinksAsync("Task", [.. tasks.Select(task => task.ExternalId)], Token)).Value!;
        tasks.ShouldAllBe(task => links[task.ExternalId].SequenceEqual(task.Associations));
    }

    [Fact]
    public async Task Windows_MailsKeptTwice_CountAsTheirTasks()
    {
        await using var house = await SalesforceHouse.StartAsync(
            ConnectorWorlds.With([.. Enumerable.Range(0, 5).Select(Mail)]), SalesforceHouse.Plain with { EnhancedEmailPercent = 100, ContentNotes = 2 });
        var windows = house.Connector.Windows;
        CompareWindow Window(string type) => new(type, ConnectorWorlds.Start.AddYears(-2), DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 60));

        (await windows.CountAsync(Window("Task"), Token)).Value.Rows.ShouldBe(5);
        (await windows.CountAsync(Window("EmailMessage"), Token)).Value.Rows.ShouldBe(0);
        (await windows.CountAsync(Window("ContentNote"), Token)).Value.Rows.ShouldBe(2);

        var ids = (await windows.ReadIdsAsync(Window("ContentNote"), null, Token)).Value!.Rows.Select(row => row.ExternalId).ToList();
        var notes = (await windows.ReadByIdsAsync("ContentNote", ids, Token)).Value!;
        notes.Activities.ShouldAllBe(note => note.Content.Body.Length > 0);
        notes.Existing.Count.ShouldBe(2);
        var tasks = await DrainAsync(house, "Task");
        var mail = tasks.SelectMany(page => page.Activities).SelectMany(task => task.Associations).First(link => link.Role == Association.Twin).ExternalId;
        var read = (await windows.ReadByIdsAsync("EmailMessage", [mail], Token)).Value!;
        read.Existing.ShouldBe([mail]);
        read.Activities.ShouldHaveSingleItem().ObjectType.ShouldBe("Task");
    }

    [Fact]
    public async Task Scan_Notes_HaveTextAndWhatTheyAreAttachedTo()
    {
        await using var house = await SalesforceHouse.StartAsync(ConnectorWorlds.Calls(1), SalesforceHouse.Plain with { ContentNotes = 4 });

        var notes = (await DrainAsync(house, "ContentNote", from: ConnectorWorlds.Start.AddYears(-2))).SelectMany(page => page.Activities).ToList();

        notes.Count.ShouldBe(4);
        notes.ShouldAllBe(note => note.Content.Type == ActivityType.Note && note.Content.Body.Length > 0 && note.Content.Subject.Length > 0);
        notes.ShouldContain(note => note.Associations.Any(link => link.Role == "deal"));
    }

    [Fact]
    public async Task Setup_MailsAndNotes_GetPlacesForTheirLabelsAndGiveThemBack()
    {
        await using var house = await SalesforceHouse.StartAsync(ConnectorWorlds.Calls(1), SalesforceHouse.Plain with { ContentNotes = 1 });
        var setup = house.Connector.Setup;

        var plan = (await setup.PlanAsync([house.Label], Token)).Value!;
        plan.Steps.Where(step => step.Action == SetupAction.Create).Select(step => step.ObjectType).Distinct()
            .ShouldBe(["Activity", "EmailMessage", "Opportunity", "Account", "PermissionSet"]);
        (await setup.ApplyAsync(plan, Token)).Value!.ShouldAllBe(outcome => outcome.Failure == null);
        (await setup.PlanAsync([house.Label], Token)).Value!.IsEmpty.ShouldBeTrue();
        var places = (await setup.ReadPlacesAsync([house.Label], Token)).Value!;
        places["EmailMessage"].Kind.ShouldBe(LabelPlaceKind.Activity);
        places["ContentNote"].ObjectTypes.ShouldBe(["Opportunity", "Account"]);

        var removal = (await setup.PlanRemovalAsync([house.Label], Token)).Value!;
        var outcomes = (await setup.ApplyAsync(removal, Token)).Value!;
        // Whether the Tooling API deletes fields, the fact sheet leaves open; what is refused is said, and everything else is gone.
        outcomes.Where(outcome => outcome.Failure is not null).ShouldAllBe(outcome => outcome.Failure!.Code == "salesforce.removal_refused");
        outcomes.Where(outcome => outcome.Step.ObjectType == "PermissionSet").ShouldAllBe(outcome => outcome.Failure == null);
        (await setup.PlanRemovalAsync([house.Label], Token)).Value!.Steps.Count.ShouldBe(outcomes.Count(outcome => outcome.Failure is not null));
    }

    [Fact]
    public async Task Scan_ManyRows_GoesOnByABulkJobAndLosesNothing()
    {
        await using var house = await SalesforceHouse.StartAsync(
            ConnectorWorlds.With([.. Enumerable.Range(0, 1_150).Select(number => ConnectorWorlds.Call(number) with { Body = $"Line \"{number}\",\nnext" })]),
            configure: options => options.BulkReadRows = 300);
        var forecast = (await house.Connector.Reader.ForecastAsync(Everything("Task"), Token)).Value!;
        var before = house.Connector.RequestsSent;

        var all = (await DrainAsync(house, "Task")).SelectMany(page => page.Activities).ToList();

        (forecast.Rows, forecast.Route).ShouldBe((1_150, "bulk"));
        // The first page, the job, one look or more at how it stands, five pages of results, its end.
        (house.Connector.RequestsSent - before).ShouldBeInRange(forecast.Requests, forecast.Requests + 5);
        all.Count.ShouldBe(1_150);
        all.Select(activity => activity.ExternalId).Distinct().Count().ShouldBe(1_150);
        all.ShouldAllBe(activity => activity.Content.Body.EndsWith("\",\nnext"));
        Calls(house, "POST", "/jobs/query").ShouldBe(1);
        Calls(house, "DELETE", "/jobs/query/").ShouldBe(1);
    }

    [Fact]
    public async Task Scan_BulkJobRemovedMeanwhile_BeginsANewOneAndLosesNothing()
    {
        await using var house = await SalesforceHouse.StartAsync(ConnectorWorlds.Calls(1_000), configure: options => options.BulkReadRows = 300);
        var first = await PageAsync(house, "Task", null);
        var second = await PageAsync(house, "Task", first.Position);
        var lost = second.Position!.Replace(second.Position.Split(':')[^2], "750000000000ZZZAAA", StringComparison.Ordinal);

        List<CrmActivity> all = [.. first.Activities, .. second.Activities];
        all.AddRange((await DrainAsync(house, "Task", lost)).SelectMany(page => page.Activities));

        all.Select(activity => activity.ExternalId).Distinct().Count().ShouldBe(1_000);
        Calls(house, "POST", "/jobs/query").ShouldBe(2);
    }

    [Fact]
    public async Task Scan_WideWindowsTimeOut_GoesOnInNarrowerOnes()
    {
        await using var house = await SalesforceHouse.StartAsync(
            ConnectorWorlds.Calls(500), SalesforceHouse.Plain with { QueryTimeoutWindow = TimeSpan.FromDays(2) });

        var all = (await DrainAsync(house, "Task")).SelectMany(page => page.Activities).ToList();

        all.Select(activity => activity.ExternalId).Distinct().Count().ShouldBe(500);
        Calls(house, "GET", "/queryAll").ShouldBeLessThan(40);
    }

    [Fact]
    public async Task Write_MoreThanOneCallTakes_GoesByABulkJob()
    {
        await using var house = await SalesforceHouse.StartAsync(ConnectorWorlds.Calls(450), configure: options => options.BulkWriteRows = 1_000);
        await house.Connector.Setup.ApplyAsync((await house.Connector.Setup.PlanAsync([house.Label], Token)).Value!, Token);
        var ids = house.Simulator.ListActivities(0, 450).Select(record => record.Id).ToList();
        List<RecordWrite> writes = [.. ids.Select((id, at) => new RecordWrite(id, new Dictionary<string, string?>
        {
            [house.Label.Name] = at == 7 ? "No such value" : "ND", [house.Connector.Writer.Names.Reason] = "He said \"no\",\nand meant it",
        }))];

        var results = (await house.Connector.Writer.WriteAsync("Task", writes, Token)).Value!;

        results.Count.ShouldBe(450);
        results.Where(result => result.Failure is not null).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            result => result.ExternalId.ShouldBe(ids[7]), result => result.Failure!.Code.ShouldBe("salesforce.option_missing"));
        house.WriteRequests().ShouldBe(0);
        var states = (await house.Connector.Writer.ReadAsync("Task", ids, [house.Label.Name, house.Connector.Writer.Names.Reason], Token)).Value!;
        states.Count(state => state.Value.Values[house.Label.Name] == "ND").ShouldBe(449);
        states[ids[0]].Values[house.Connector.Writer.Names.Reason].ShouldBe("He said \"no\",\nand meant it");
        await house.Connector.Writer.WriteAsync("Task", [.. ids.Take(201).Select(id => new RecordWrite(id, new Dictionary<string, string?> { [house.Label.Name] = null }))], Token);
        (await house.Connector.Writer.ReadAsync("Task", [ids[0]], [house.Label.Name], Token)).Value![ids[0]].Values[house.Label.Name].ShouldBeNull();
    }

    [Fact]
    public async Task Origins_FieldHistory_NamesThePersonWhoChangedALabel()
    {
        await using var house = await SalesforceHouse.StartAsync(
            ConnectorWorlds.Calls(2), SalesforceHouse.Plain with { ActivityFieldHistory = true, ActivityFieldHistoryDelay = TimeSpan.Zero });
        await house.Connector.Setup.ApplyAsync((await house.Connector.Setup.PlanAsync([house.Label], Token)).Value!, Token);
        var ids = house.Simulator.ListActivities(0, 2).Select(record => record.Id).ToList();
        await house.Connector.Writer.WriteAsync(
            "Task", [.. ids.Select(id => new RecordWrite(id, new Dictionary<string, string?> { [house.Label.Name] = "ND" }))], Token);
        house.Simulator.EditProperty("Task", ids[0], house.Label.Name, "ENGAGED");

        var origins = (await house.Connector.Writer.ReadOriginsAsync("Task", ids, house.Label.Name, Token)).Value!;

        origins.Keys.ShouldBe([ids[0]]);
        origins[ids[0]].Actor.ShouldBe(ValueActor.Human);
        origins[ids[0]].Who.ShouldNotBe(house.Simulator.IntegrationUserId);
    }

    [Fact]
    public async Task Records_OpportunitiesAccountsAndPeople_AreReadWithWhatBelongsToThem()
    {
        await using var house = await SalesforceHouse.StartAsync(ConnectorWorlds.Calls(1), SalesforceHouse.Plain with { Leads = 3 });
        var records = house.Connector.Records;
        var window = Everything("Opportunity") with { From = ConnectorWorlds.Start.AddYears(-1) };

        var deal = (await records.ReadPageAsync(window, null, Token)).Value!.Records.Deals.ShouldHaveSingleItem();
        (deal.Name, deal.Amount, deal.StageId).ShouldBe(("Fernhill rollout", 12_500m, "Discovery"));
        deal.StageHistory.ShouldHaveSingleItem().StageId.ShouldBe("Discovery");
        deal.Links.Select(link => link.Role).ShouldBe(["company", "contact"]);
        var companies = (await records.ReadPageAsync(window with { ObjectType = "Account" }, null, Token)).Value!.Records.Companies;
        companies.Select(company => (company.Name, company.Domain, company.Industry, company.Employees)).Order()
            .ShouldBe([("Fernhill Looms", "fernhill.example", "Textiles", 120L), ("Orbit Dairy", "orbitdairy.example", "Food", 80L)]);
        (await records.ReadPageAsync(window with { ObjectType = "Contact" }, null, Token)).Value!.Records.People.Count.ShouldBe(2);
        (await records.ReadPageAsync(window with { ObjectType = "Lead" }, null, Token)).Value!.Records.People.Count.ShouldBe(3);

        var directory = (await records.ReadDirectoryAsync(Token)).Value!;
        directory.Owners.ShouldContain(owner => owner.Name == "Ada Quill" && owner.Active && owner.Team != null);
        directory.Stages.Select(stage => stage.StageId).ShouldContain("Closed Won");
        directory.Stages.Single(stage => stage.IsWon).Probability.ShouldBe(1);
        directory.Stages.ShouldContain(stage => stage.StageId == deal.StageId);
    }

    [Fact]
    public async Task Jwt_KnownKey_SignsIn()
    {
        using var rsa = RSA.Create(2048);
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.pem");
        await File.WriteAllTextAsync(file, rsa.ExportPkcs8PrivateKeyPem(), Token);
        try
        {
            await using var house = await SalesforceHouse.StartAsync(
                ConnectorWorlds.Calls(1), SalesforceHouse.Plain with { JwtPublicKey = rsa.ExportSubjectPublicKeyInfoPem() }, configure: options =>
                {
                    options.ClientSecret = null;
                    options.Username = SalesforceHouse.Plain.JwtUser;
                    options.PrivateKeyFile = file;
                });

            (await house.Connector.IdentifyAsync(Token)).Value!.Id.ShouldStartWith("00D");
            (await DrainAsync(house, "Task")).Sum(page => page.Activities.Count).ShouldBe(1);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Refresh_RotatingToken_OutlivesManySessions()
    {
        await using var house = await SalesforceHouse.StartAsync(
            ConnectorWorlds.Calls(1), configure: options => options.RefreshToken = SalesforceHouse.Plain.RefreshToken);

        for (var session = 0; session < 3; session++)
        {
            (await PageAsync(house, "Task", null)).Activities.Count.ShouldBe(1);
            house.Simulator.Dials.Turn("session", new DialSetting { Count = 1 });
        }

        Calls(house, "POST", "/oauth2/token").ShouldBe(3);
    }

    private static SeedActivity Mail(int number) => ConnectorWorlds.Call(number) with
    {
        Type = "email", Direction = "inbound", Subject = $"Quote {number}", Body = $"<p>They asked for quote {number}.</p>", Disposition = null, Duration = null, Status = null,
    };

    private static int Calls(SalesforceHouse house, string method, string path) =>
        house.Simulator.Calls.Snapshot().Count(call => call.Method == method && call.Path.Contains(path, StringComparison.Ordinal));

    private static ScanWindow Everything(string type) => new(type, ConnectorWorlds.Start.AddDays(-1), TimeProvider.System.GetUtcNow().AddMinutes(1));

    private static async Task<ScanPage> PageAsync(SalesforceHouse house, string type, string? position, DateTimeOffset? from = null)
    {
        var window = Everything(type);
        var page = await house.Connector.Reader.ReadPageAsync(window with { From = from ?? window.From }, position, Token);
        page.Failure.ShouldBeNull();
        return page.Value!;
    }

    private static async Task<List<ScanPage>> DrainAsync(SalesforceHouse house, string type, string? position = null, DateTimeOffset? from = null)
    {
        List<ScanPage> pages = [];
        do
            pages.Add(await PageAsync(house, type, pages.Count == 0 ? position : pages[^1].Position, from));
        while (pages[^1].Position is not null);
        return pages;
    }
}
