using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class SalesforceMailAndNoteTests : IDisposable
{
    private const string Task1 = "00T000000000001AAA";
    private const string Mail1 = "02s000000000001AAA";
    private const string Mail2 = "02s000000000002AAA";
    private const string Note1 = "069000000000001AAA";
    private const string Note2 = "069000000000002AAA";
    private const string MailTask =
        $$"""{"Id":"{{Task1}}","SystemModstamp":"2026-11-05T00:00:00.000+0000","Subject":"Email: Offer","Description":"Begin","TaskSubtype":"Email"}""";

    private static readonly ScanWindow Emails = SalesforceScript.Tasks with { ObjectType = "EmailMessage" };
    private static readonly ScanWindow Notes = SalesforceScript.Tasks with { ObjectType = "ContentNote" };
    private readonly SalesforceScript _org = new();
    private readonly Func<SentRequest, HttpResponseMessage> _answer;

    public SalesforceMailAndNoteTests() => _answer = _org.Crm.Otherwise!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _org.Dispose();

    [Theory]
    [InlineData("\"TextBody\":\"Whole text\",\"HtmlBody\":\"<p>x</p>\",\"Incoming\":true", "Whole text", ActivityDirection.Inbound)]
    [InlineData("\"TextBody\":\" \",\"HtmlBody\":\"<p>rich</p>\",\"Incoming\":false", "<p>rich</p>", ActivityDirection.Outbound)]
    [InlineData("\"TextBody\":null", "Begin", null)]
    public async Task ReadPageAsync_TaskOfAMail_TakesTextAndDirectionFromItsTwin(string fields, string body, ActivityDirection? direction)
    {
        HaveEmails();
        _org.Rows(MailTask, "FROM Task").Rows($$"""{"Id":"{{Mail1}}","ActivityId":"{{Task1}}",{{fields}} }""", "FROM EmailMessage", "ActivityId IN ('00T000000000001')");

        var mail = (await PageAsync(SalesforceScript.Tasks)).Activities.ShouldHaveSingleItem();

        (mail.ObjectType, mail.ExternalId, mail.Content.Type).ShouldBe(("Task", Task1, ActivityType.Email));
        mail.Content.Body.ShouldBe(body);
        mail.Content.Evidence.Direction.ShouldBe(direction);
        mail.Associations.ShouldBe([new Association(Association.Twin, "EmailMessage", Mail1)]);
        _org.Crm.Sent.ShouldNotContain(request => request.PathAndQuery.Contains("Address"));
    }

    [Fact]
    public async Task ReadPageAsync_OrgWithoutEmailMessage_AsksForNoTwinsAndScansNothing()
    {
        _org.Rows(MailTask, "FROM Task");

        (await PageAsync(SalesforceScript.Tasks)).Activities.ShouldHaveSingleItem().Content.Body.ShouldBe("Begin");
        var scan = await PageAsync(Emails);

        (scan.Activities.Count, scan.Position).ShouldBe((0, null));
        _org.Sent("FROM EmailMessage").ShouldBeEmpty();
        _org.Sent("EmailMessage/describe").Count.ShouldBe(1);
    }

    [Fact]
    public async Task ReadPageAsync_EmailMessageSwitchedOffMeanwhile_IsLeftOutAtOnce()
    {
        HaveEmails();
        _org.Crm.Otherwise = request =>
        {
            if (!request.PathAndQuery.Contains("queryAll"))
                return _answer(request);
            _org.Described.Remove("EmailMessage");
            return ScriptedCrm.Answer(400, """[{"errorCode":"INVALID_TYPE","message":"sObject type 'EmailMessage' is not supported."}]""");
        };

        (await PageAsync(Emails)).ShouldSatisfyAllConditions(page => page.Activities.ShouldBeEmpty(), page => page.Position.ShouldBeNull());
        (await PageAsync(Emails)).Position.ShouldBeNull();
        _org.Sent("queryAll").Count.ShouldBe(1);
    }

    [Fact]
    public async Task ReadPageAsync_MailThatHasATask_GivesTheTaskAgainWithTheNewText()
    {
        HaveEmails();
        _org.Rows($$"""{"Id":"{{Mail1}}","ActivityId":"{{Task1}}","SystemModstamp":"2026-11-06T00:00:00.000+0000","TextBody":"Came later","Incoming":true}""", "FROM EmailMessage")
            .Rows(MailTask, "FROM Task", "Id IN ('00T000000000001')");

        var page = await PageAsync(Emails);

        var mail = page.Activities.ShouldHaveSingleItem();
        (mail.ObjectType, mail.ExternalId, mail.Content.Body).ShouldBe(("Task", Task1, "Came later"));
        page.Skipped.ShouldBe(new Dictionary<string, int> { ["twin_of_task"] = 1 });
        // Read from either side, it must be the same activity, or the two scans would take turns in changing it.
        _org.Dispose();
        using var other = new SalesforceScript();
        other.Describe("EmailMessage", "SystemModstamp", "ActivityId", "TextBody", "Incoming")
            .Rows(MailTask, "FROM Task").Rows($$"""{"Id":"{{Mail1}}","ActivityId":"{{Task1}}","TextBody":"Came later","Incoming":true}""", "FROM EmailMessage");
        var fromTask = (await other.Connector.Reader.ReadPageAsync(SalesforceScript.Tasks, null, Token)).Value!.Activities[0];
        fromTask.Content.ComputeHash().ShouldBe(mail.Content.ComputeHash());
        fromTask.Associations.ShouldBe(mail.Associations);
    }

    [Fact]
    public async Task ReadPageAsync_MailsWithoutATask_StandForThemselvesAndDraftsAreLeftOut()
    {
        HaveEmails();
        _org.Rows($$"""
            {"Id":"{{Mail1}}","Subject":"Case","TextBody":"Broken","Incoming":true,"Status":"0","RelatedToId":"006000000000001","ActivityId":null,
             "SystemModstamp":"2026-11-06T00:00:00.000+0000","MessageDate":"2026-11-05T10:00:00.000+0000"},{"Id":"{{Mail2}}","Status":"5"}
            """, "FROM EmailMessage");

        var page = await PageAsync(Emails);

        var mail = page.Activities.ShouldHaveSingleItem();
        (mail.ObjectType, mail.Content.Type, mail.Content.Evidence.Status).ShouldBe(("EmailMessage", ActivityType.Email, "New"));
        mail.OccurredAt.ShouldBe(new DateTimeOffset(2026, 11, 5, 10, 0, 0, TimeSpan.Zero));
        mail.Associations.ShouldBe([new Association("deal", "Opportunity", "006000000000001AAA")]);
        page.Skipped.ShouldBe(new Dictionary<string, int> { ["draft"] = 1 });
        _org.Sent("FROM Task").ShouldBeEmpty();
    }

    [Fact]
    public async Task ReadPageAsync_MailWhoseTaskIsGone_StandsForItself()
    {
        HaveEmails();
        _org.Rows($$"""{"Id":"{{Mail1}}","ActivityId":"{{Task1}}","TextBody":"x"}""", "FROM EmailMessage").Rows("", "FROM Task");

        (await PageAsync(Emails)).Activities.ShouldHaveSingleItem().ObjectType.ShouldBe("EmailMessage");
    }

    [Fact]
    public async Task ReadPageAsync_Notes_HaveTextAndLinks()
    {
        _org.Describe("ContentNote", "SystemModstamp", "Title", "Content", "CreatedDate")
            .Rows($$"""
                {"Id":"{{Note1}}","Title":"Visit","Content":"/services/data/v66.0/sobjects/ContentNote/{{Note1}}/Content","SystemModstamp":"2026-11-06T00:00:00.000+0000"},
                {"Id":"{{Note2}}","Title":"Inline","Content":"PHA+YiBjPC9wPg==","SystemModstamp":"2026-11-06T00:00:00.000+0000"}
                """, "FROM ContentNote")
            .Rows($$"""{"ContentDocumentId":"{{Note1}}","LinkedEntityId":"001000000000001AAA"},{"ContentDocumentId":"{{Note1}}","LinkedEntityId":"{{SalesforceScript.User}}"}""",
                "FROM ContentDocumentLink", "ContentDocumentId IN (")
            .On(200, "<p>They signed</p>", $"ContentNote/{Note1}/Content");

        var page = await PageAsync(Notes);

        page.Activities.Select(note => (note.Content.Type, note.Content.Subject, note.Content.Body)).ShouldBe(
            [(ActivityType.Note, "Visit", "<p>They signed</p>"), (ActivityType.Note, "Inline", "<p>b c</p>")]);
        page.Activities[0].Associations.ShouldBe([new Association("company", "Account", "001000000000001AAA")]);
        page.Activities[1].Associations.ShouldBeEmpty();
        _org.Sent("jobs/query").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(404, """[{"errorCode":"NOT_FOUND","message":"x"}]""", 1, null)]
    [InlineData(200, "<!DOCTYPE html><html></html>", 0, "http.unreadable_answer")]
    [InlineData(503, "", 0, "salesforce.unavailable")]
    public async Task ReadPageAsync_OneNoteCannotBeRead_HoldsUpTheRestOnlyWhereItPasses(int status, string body, int skipped, string? failure)
    {
        _org.Describe("ContentNote", "SystemModstamp", "Title", "Content")
            .Rows($$"""{"Id":"{{Note1}}","Content":"/services/data/v66.0/sobjects/ContentNote/{{Note1}}/Content"}""", "FROM ContentNote")
            .Rows("", "FROM ContentDocumentLink").On(status, body, $"ContentNote/{Note1}/Content");

        var read = await _org.Connector.Reader.ReadPageAsync(Notes, null, Token);

        read.Failure?.Code.ShouldBe(failure);
        (read.Value?.Skipped.GetValueOrDefault("unreadable") ?? 0).ShouldBe(skipped);
    }

    [Fact]
    public async Task ReadLinksAsync_AnySpelling_AnswersUnderItAndLeavesOutWhatIsGone()
    {
        HaveEmails();
        _org.Rows("""{"Id":"00T000000000001EAA","WhoId":"003000000000001AAA","TaskSubtype":"Email"}""", "FROM Task", "Id IN (")
            .Rows($$"""{"Id":"{{Mail1}}","ActivityId":"00T000000000001EAA"}""", "FROM EmailMessage");

        var links = (await _org.Connector.Reader.ReadLinksAsync("Task", ["00T000000000001", "00T000000000002"], Token)).Value!;

        links.Keys.ShouldBe(["00T000000000001"]);
        links["00T000000000001"].ShouldBe([new Association("contact", "Contact", "003000000000001AAA"), new Association(Association.Twin, "EmailMessage", Mail1)]);
        SalesforceScript.Soql(_org.Sent("FROM EmailMessage")[0]).ShouldNotContain("TextBody");
    }

    [Theory]
    [InlineData("""{"deletedRecords":[{"id":"00T000000000009AAA","deletedDate":"2026-11-15T00:00:00.000+0000"}],"latestDateCovered":"x"}""")]
    [InlineData("""{"ids":["00T000000000009AAA"],"latestDateCovered":"x"}""")]
    public async Task ReadGoneAsync_DeletedAndPurged_AreBothTold(string vanished)
    {
        _org.Rows($$"""{"Id":"{{Task1}}","SystemModstamp":"2026-11-10T00:00:00.000+0000"}""", "queryAll", "IsDeleted = true").On(200, vanished, "sobjects/Task/deleted/?start=");

        var page = (await _org.Connector.Reader.ReadGoneAsync(SalesforceScript.Tasks, null, Token)).Value!;

        page.Ids.ShouldBe([Task1, "00T000000000009AAA"]);
        page.Position.ShouldBeNull();
        _org.Sent("deleted/")[0].PathAndQuery.ShouldContain("start=2026-11-01T00%3A00%3A00Z&end=2026-11-20T00%3A00%3A00Z");
    }

    [Fact]
    public async Task ReadGoneAsync_EndpointRefused_TellsWhatTheBinHolds()
    {
        _org.Rows($$"""{"Id":"{{Task1}}"}""", "queryAll", "IsDeleted = true").On(400, """[{"errorCode":"INVALID_REPLICATION_DATE","message":"x"}]""", "deleted/");

        (await _org.Connector.Reader.ReadGoneAsync(SalesforceScript.Tasks, null, Token)).Value!.Ids.ShouldBe([Task1]);
    }

    [Theory]
    [InlineData(1_500, 300, "query", 3)]
    [InlineData(0, 0, "query", 1)]
    [InlineData(100_000, 20_000, "bulk", 153)]
    public async Task ForecastAsync_Counts_SayRouteAndRequests(int rows, int mails, string route, int requests)
    {
        HaveEmails();
        _org.On(200, $$"""{"totalSize":{{mails}},"done":true,"records":[]}""", "COUNT()", "TaskSubtype = 'Email'")
            .On(200, $$"""{"totalSize":{{rows}},"done":true,"records":[]}""", "COUNT()");

        var forecast = (await _org.Connector.Reader.ForecastAsync(SalesforceScript.Tasks, Token)).Value!;

        (forecast.Rows, forecast.Route, forecast.Requests).ShouldBe((rows, route, requests));
        forecast.Formula.ShouldContain("mails/200");
        forecast.AtLeast.ShouldBe(TimeSpan.FromSeconds(requests / 100.0));
        _org.Sent("COUNT()").Count.ShouldBe(2);
    }

    [Fact]
    public async Task ForecastAsync_Notes_CountARequestForEveryText()
    {
        _org.Describe("ContentNote", "SystemModstamp", "Title", "Content").On(200, """{"totalSize":450,"done":true,"records":[]}""", "COUNT()");

        (await _org.Connector.Reader.ForecastAsync(Notes, Token)).Value!.Requests.ShouldBe(3 + 450 + 3);
    }

    [Fact]
    public async Task ReadPageAsync_NotesTakeLong_EndsThePageAfterTheLastWholeOne()
    {
        _org.Describe("ContentNote", "SystemModstamp", "Title", "Content")
            .Rows($$"""
                {"Id":"{{Note1}}","Content":"/services/data/v66.0/x/1","SystemModstamp":"2026-11-06T00:00:00.000+0000"},
                {"Id":"{{Note2}}","Content":"/services/data/v66.0/x/2","SystemModstamp":"2026-11-07T00:00:00.000+0000"}
                """, "FROM ContentNote")
            .Rows("", "FROM ContentDocumentLink");
        _org.Crm.Otherwise = request =>
        {
            if (!request.PathAndQuery.Contains("/x/"))
                return _answer(request);
            _org.Clock.Advance(TimeSpan.FromSeconds(70));
            return ScriptedCrm.Answer(200, "text");
        };
        _org.Options.Timeouts.Read = _org.Options.Timeouts.Call = TimeSpan.FromMinutes(2);

        var page = await PageAsync(Notes);

        page.Activities.ShouldHaveSingleItem().ExternalId.ShouldBe(Note1);
        page.Position.ShouldBe($"2026-11-06T00:00:00Z|{Note1}");
    }

    private void HaveEmails() => _org.Describe(
        "EmailMessage", "SystemModstamp", "Subject", "TextBody", "HtmlBody", "Incoming", "Status", "MessageDate", "RelatedToId", "ActivityId", "FromAddress", "ToAddress");

    private async Task<ScanPage> PageAsync(ScanWindow window) => (await _org.Connector.Reader.ReadPageAsync(window, null, Token)).Value!;
}
