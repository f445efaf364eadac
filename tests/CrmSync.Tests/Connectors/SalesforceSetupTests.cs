using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class SalesforceSetupTests : IDisposable
{
    private static readonly LabelProperty Label = new("stage", "CrmSync_Stage__c", "Stage", "Where the sale stands.", [new("Demo", ""), new("Negotiation", "")]);
    private static readonly string[] Ready =
    [
        "CrmSync_Stage__c:picklist=Demo/Negotiation", "CrmSync_Stage_Auto__c:string", "CrmSync_Stage_Confidence__c:double", "CrmSync_Reason__c:string",
        "CrmSync_Labelled_At__c:datetime", "CrmSync_Version__c:string",
    ];

    private readonly SalesforceScript _org = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IPropertySetup Setup => _org.Connector.Setup;

    public void Dispose() => _org.Dispose();

    [Fact]
    public async Task PlanAsync_OrgWithMailsAndNotes_WantsFieldsWhereLabelsLive()
    {
        HaveObjects();
        _org.Rows("", "tooling/query").Rows("", "FROM PermissionSet");

        var steps = (await Setup.PlanAsync([Label], Token)).Value!.Steps;

        steps.Where(step => step.Action == SetupAction.Create).GroupBy(step => step.ObjectType).ToDictionary(group => group.Key, group => group.Count())
            .ShouldBe(new Dictionary<string, int> { ["Activity"] = 6, ["EmailMessage"] = 6, ["Opportunity"] = 7, ["Account"] = 7, ["PermissionSet"] = 2 }, ignoreOrder: true);
        steps.Where(step => step.Subject == "CrmSync_Activity__c" && step.Action == SetupAction.Create).Select(step => step.ObjectType).ShouldBe(["Opportunity", "Account"]);
        // Task and Event each, by both sets.
        steps.Count(step => step is { Action: SetupAction.Grant, Subject: "CrmSync_Stage__c", ObjectType: "Task" or "Event" }).ShouldBe(4);
        steps.Select(step => step.Subject).Where(subject => subject is "CrmSync_Integration" or "CrmSync_Viewer").Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task PlanAsync_OrgWithoutNotes_LeavesOpportunitiesAlone()
    {
        _org.Describe("Event", "SystemModstamp").Describe("Opportunity", "SystemModstamp").Rows("", "tooling/query").Rows("", "FROM PermissionSet");

        (await Setup.PlanAsync([Label], Token)).Value!.Steps.ShouldNotContain(step => step.ObjectType == "Opportunity" || step.ObjectType == "EmailMessage");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PlanAsync_LabelOfAccounts_IsATextOnAccountAlone(bool notes)
    {
        if (notes)
            HaveObjects();
        else
            _org.Describe("Event", "SystemModstamp").Describe("Opportunity", "SystemModstamp").Describe("Account", "SystemModstamp");
        _org.Rows("", "tooling/query").Rows("", "FROM PermissionSet");
        var segment = new LabelProperty("segment", "CrmSync_Segment__c", "Segment", "Of accounts.", []) { IsOfAccounts = true };

        var steps = (await Setup.PlanAsync([Label, segment], Token)).Value!.Steps.Where(step => step.Action == SetupAction.Create).ToList();

        steps.Where(step => step.Subject.StartsWith("CrmSync_Segment", StringComparison.Ordinal)).Select(step => (step.ObjectType, step.Subject)).ShouldBe(
            [("Account", "CrmSync_Segment__c"), ("Account", "CrmSync_Segment_Auto__c"), ("Account", "CrmSync_Segment_Confidence__c")]);
        steps.Where(step => step.ObjectType == "Account").Select(step => step.Subject).Contains("CrmSync_Stage__c").ShouldBe(notes);
        steps.ShouldContain(step => step.ObjectType == "Account" && step.Subject == "CrmSync_Reason__c");
    }

    [Fact]
    public async Task PlanAsync_EverythingThere_LeavesNothingToDo()
    {
        HaveObjects(Ready);
        HaveSets();
        _org.Rows("", "tooling/query");

        var plan = (await Setup.PlanAsync([Label], Token)).Value!;

        plan.IsEmpty.ShouldBeTrue(string.Join('\n', plan.Steps.Where(step => step.Action != SetupAction.Keep)));
    }

    [Fact]
    public async Task PlanAsync_PermissionSetsAreClosedToUs_SaysWhoCanDoTheRest()
    {
        HaveObjects(Ready);
        _org.Rows("", "tooling/query").On(400, """[{"errorCode":"INVALID_TYPE","message":"sObject type 'PermissionSet' is not supported."}]""", "FROM PermissionSet");

        var plan = (await Setup.PlanAsync([Label], Token)).Value!;

        plan.IsEmpty.ShouldBeTrue();
        plan.Steps.ShouldContain(step => step.Action == SetupAction.Blocked && step.Sentence.Contains("deploy/salesforce", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Removal_WhatWeMade_IsPlannedThenDeletedWithAssignmentsFirst()
    {
        HaveObjects(Ready);
        HaveSets();
        _org.Rows("""{"Id":"00N000000000001AAA","DeveloperName":"CrmSync_Stage"}""", "tooling/query", "'Activity'").Rows("", "tooling/query")
            .Rows("""{"Id":"0Pa000000000001AAA"}""", "FROM PermissionSetAssignment")
            .On(204, "", "DELETE");

        var plan = (await Setup.PlanRemovalAsync([Label], Token)).Value!;
        plan.Steps.ShouldAllBe(step => step.Action == SetupAction.Remove);
        plan.Steps.Select(step => step.Subject).ShouldBe(["CrmSync_Stage__c", "CrmSync_Viewer", "CrmSync_Integration"]);
        var outcomes = (await Setup.ApplyAsync(plan, Token)).Value!;

        outcomes.ShouldAllBe(outcome => outcome.Failure == null);
        _org.Sent("DELETE").Select(request => request.PathAndQuery.Split("v66.0/")[1]).ShouldBe(
        [
            "tooling/sobjects/CustomField/00N000000000001AAA",
            "sobjects/PermissionSetAssignment/0Pa000000000001AAA", "sobjects/PermissionSet/0PS000000000002AAA",
            "sobjects/PermissionSetAssignment/0Pa000000000001AAA", "sobjects/PermissionSet/0PS000000000001AAA",
        ]);
    }

    [Fact]
    public async Task Removal_GoneMeanwhile_IsDone()
    {
        _org.Rows("""{"Id":"00N000000000001AAA","DeveloperName":"CrmSync_Stage"}""", "tooling/query", "'Activity'").Rows("", "tooling/query").Rows("", "FROM PermissionSet");

        var outcomes = (await Setup.ApplyAsync((await Setup.PlanRemovalAsync([Label], Token)).Value!, Token)).Value!;

        outcomes.ShouldHaveSingleItem().Failure.ShouldBeNull();
    }

    [Theory]
    [InlineData(false, false, LabelPlaceKind.Activity, LabelPlaceKind.Linked)]
    [InlineData(true, true, LabelPlaceKind.Activity, LabelPlaceKind.Linked)]
    [InlineData(true, false, LabelPlaceKind.Nowhere, LabelPlaceKind.Nowhere)]
    public async Task ReadPlacesAsync_MailsAndNotes_AreJudgedByTheFieldsThere(bool tasksReady, bool othersReady, LabelPlaceKind mails, LabelPlaceKind notes)
    {
        HaveObjects(othersReady ? Ready : []);
        _org.Describe("Task", ["SystemModstamp", .. tasksReady ? Ready : []]);

        var places = (await Setup.ReadPlacesAsync([Label], Token)).Value!;

        (places["Task"].Kind, places["Event"].Kind, places["EmailMessage"].Kind, places["ContentNote"].Kind)
            .ShouldBe((LabelPlaceKind.Activity, LabelPlaceKind.Activity, mails, notes));
        places["ContentNote"].ObjectTypes.ShouldBe(notes == LabelPlaceKind.Linked ? ["Opportunity", "Account"] : []);
    }

    [Fact]
    public async Task ReadPlacesAsync_PlainOrg_NamesTasksAndEventsOnly() =>
        (await Setup.ReadPlacesAsync([Label], Token)).Value!.Keys.ShouldBe(["Task", "Event"], ignoreOrder: true);

    [Fact]
    public async Task CheckAsync_EveryLine_SaysHowItStands()
    {
        HaveObjects(Ready);
        _org.Describe("Event", ["SystemModstamp", .. Ready.Where(field => !field.StartsWith("CrmSync_Version", StringComparison.Ordinal)), "CrmSync_Version__c"]);
        _org.Options.ApiVersion = "66.5";
        _org.Rows("""{"Id":"0Pa000000000001AAA","PermissionSet":{"PermissionsViewAllData":false}}""", "FROM PermissionSetAssignment")
            .On(200, """{"DailyApiRequests":{"Max":1000,"Remaining":900},"DailyBulkV2QueryJobs":{"Max":100,"Remaining":3}}""", "/limits");

        var checks = (await _org.Connector.CheckAsync(Token)).ToDictionary(check => check.Name);

        checks["Sign-in"].State.ShouldBe(HealthState.Pass);
        checks["API version"].State.ShouldBe(HealthState.Warn);
        checks["API version"].Sentence.ShouldContain("66.0 is used");
        checks["Label fields of Task"].State.ShouldBe(HealthState.Pass);
        checks["Label fields of Event"].State.ShouldBe(HealthState.Fail);
        checks["Label fields of Event"].Sentence.ShouldContain("CrmSync_Version__c");
        checks["Coverage"].State.ShouldBe(HealthState.Warn);
        checks["Quota"].Sentence.ShouldContain("900");
        checks["Quota of bulk queries"].State.ShouldBe(HealthState.Warn);
        checks["Reading records"].Sentence.ShouldContain("OpportunityStage");
        checks.Values.Where(check => check.State != HealthState.Pass).ShouldAllBe(check => check.Fix.Length > 0);
    }

    private void HaveObjects(params string[] fields)
    {
        foreach (var type in (string[])["Task", "Event", "EmailMessage", "Opportunity", "Account"])
            _org.Describe(type, ["SystemModstamp", .. fields, .. type is "Opportunity" or "Account" && fields.Length > 0 ? ["CrmSync_Activity__c:string"] : Array.Empty<string>()]);
        _org.Describe("ContentNote", "Title", "Content");
    }

    private void HaveSets()
    {
        var readable = from type in (string[])["Task", "Event", "EmailMessage", "Opportunity", "Account"]
                       from field in Ready.Select(field => field.Split(':')[0]).Append("CrmSync_Activity__c")
                       select $$"""{"Field":"{{type}}.{{field}}","PermissionsRead":true}""";
        _org.Rows("""{"Id":"0PS000000000001AAA"}""", "FROM PermissionSet WHERE", "'CrmSync_Integration'")
            .Rows("""{"Id":"0PS000000000002AAA"}""", "FROM PermissionSet WHERE", "'CrmSync_Viewer'")
            .Rows(string.Join(',', readable), "FROM FieldPermissions", "0PS000000000002AAA");
    }
}
