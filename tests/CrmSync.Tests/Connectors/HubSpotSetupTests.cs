using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class HubSpotSetupTests : HubSpotBench
{
    private const string Denied = """{"category":"MISSING_SCOPES","message":"One or more scopes are required.","errors":[{"context":{"requiredGranularScopes":["crm.schemas.notes.write"]}}]}""";
    private static readonly string[] Activities = ["calls", "emails", "meetings", "notes", "tasks"];
    private static readonly string[] Holders = ["deals", "companies", "contacts"];
    private readonly HubSpotSchemaRoom _room = new();

    public HubSpotSetupTests() => Crm.Otherwise = _room.Answer;

    [Fact]
    public async Task Apply_ActivityTypeRefuses_CreatesOnTheLinkedTypesAndPlansNothingMore()
    {
        _room.Denied["notes"] = Denied;
        var setup = Sut().Setup;

        var plan = (await setup.PlanAsync([Label], Token)).Value!;
        plan.Steps.Select(step => step.ObjectType).Distinct().ShouldBe(Activities);
        plan.Steps.ShouldContain(step => step.Sentence.Contains("where HubSpot refuses", StringComparison.Ordinal));
        var outcomes = (await setup.ApplyAsync(plan, Token)).Value!;

        outcomes.Where(outcome => outcome.Failure is not null).Select(outcome => outcome.Step.ObjectType).Distinct().ShouldBe(["notes"]);
        foreach (var holder in Holders)
            _room.Of(holder).Keys.ShouldBe(_room.Of("calls").Keys.Append("crmsync_activity"), ignoreOrder: true);
        _room.Of("calls").Keys.ShouldNotContain("crmsync_activity");
        // The scope was refused once; eight more tries would have told the same.
        Sent("POST /crm/properties/2026-09/notes").ShouldBe(2);

        foreach (var again in new[] { setup, Sut().Setup })
        {
            var second = (await again.PlanAsync([Label], Token)).Value!;
            second.IsEmpty.ShouldBeTrue();
            second.Steps.Where(step => step.Action == SetupAction.Blocked).Select(step => step.ObjectType).Distinct().ShouldBe(["notes"]);
            second.Steps.Where(step => Holders.Contains(step.ObjectType)).ShouldAllBe(step => step.Action == SetupAction.Keep);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Denied)]
    public async Task Apply_LabelOfAccounts_StandsOnCompaniesAsTextWhetherTheyHoldActivitiesOrNot(string? notes)
    {
        if (notes is not null)
            _room.Denied["notes"] = notes;
        var setup = Sut().Setup;
        IReadOnlyList<LabelProperty> wanted = [Label, new("segment", "crmsync_segment", "Segment", "Of accounts.", []) { IsOfAccounts = true }];

        await setup.ApplyAsync((await setup.PlanAsync(wanted, Token)).Value!, Token);

        _room.Of("companies").Keys.ShouldContain("crmsync_segment");
        _room.Of("companies").Keys.ShouldContain("crmsync_segment_auto");
        _room.Of("companies").Keys.ShouldContain("crmsync_segment_confidence");
        _room.Of("companies").Keys.ShouldContain("crmsync_reason");
        _room.Of("companies").ContainsKey("crmsync_activity").ShouldBe(notes is not null);
        foreach (var type in Activities.Concat(["deals", "contacts"]))
            _room.Of(type).Keys.ShouldNotContain("crmsync_segment");
        (await setup.PlanAsync(wanted, Token)).Value!.IsEmpty.ShouldBeTrue();
        (await setup.ReadPlacesAsync(wanted, Token)).Value!["notes"].Kind.ShouldBe(notes is null ? LabelPlaceKind.Activity : LabelPlaceKind.Linked);
    }

    [Fact]
    public async Task Plan_RefusedBeforeAndANewLabel_CreatesItOnTheLinkedTypesAtOnce()
    {
        _room.Denied["notes"] = Denied;
        var setup = Sut().Setup;
        await setup.ApplyAsync((await setup.PlanAsync([Label], Token)).Value!, Token);
        var stage = Label with { Name = "crmsync_stage" };

        var open = (await setup.PlanAsync([Label, stage], Token)).Value!.Steps.Where(step => step.Action == SetupAction.Create).ToList();

        open.Select(step => step.ObjectType).Distinct().Order().ShouldBe(Activities.Where(type => type != "notes").Concat(Holders).Order());
        open.Select(step => step.Subject).Distinct().Order().ShouldBe(["crmsync_stage", "crmsync_stage_auto", "crmsync_stage_confidence"]);
    }

    [Fact]
    public async Task ReadPlaces_AfterARefusal_AreTheLinkedRecords()
    {
        _room.Denied["notes"] = Denied;
        var setup = Sut().Setup;
        (await setup.ReadPlacesAsync([Label], Token)).Value!.Values.ShouldAllBe(place => place.Kind == LabelPlaceKind.Activity);
        await setup.ApplyAsync((await setup.PlanAsync([Label], Token)).Value!, Token);

        var places = (await Sut().Setup.ReadPlacesAsync([Label], Token)).Value!;

        places.Where(place => place.Value.Kind == LabelPlaceKind.Linked).Select(place => place.Key).ShouldBe(["notes"]);
        places["notes"].ObjectTypes.ShouldBe(Holders);
        places["notes"].Sentence.ShouldContain("notes");
    }

    [Fact]
    public async Task ReadPlaces_HolderWithoutTheActivityProperty_IsNone()
    {
        _room.Denied["notes"] = Denied;
        var setup = Sut().Setup;
        await setup.ApplyAsync((await setup.PlanAsync([Label], Token)).Value!, Token);
        _room.Of("deals").Remove("crmsync_activity");
        _room.Of("companies").Remove(Label.Name);

        (await setup.ReadPlacesAsync([Label], Token)).Value!["notes"].ObjectTypes.ShouldBe(["contacts"]);
    }

    [Fact]
    public async Task ReadPlaces_AdministratorMadeThePropertyByHand_IsTheActivityAgain()
    {
        _room.Denied["notes"] = Denied;
        var setup = Sut().Setup;
        await setup.ApplyAsync((await setup.PlanAsync([Label], Token)).Value!, Token);
        _room.Put("notes", Label.Name, "enumeration", "notesinformation");

        (await setup.ReadPlacesAsync([Label], Token)).Value!["notes"].Kind.ShouldBe(LabelPlaceKind.Activity);
    }

    [Fact]
    public async Task Apply_ArchivedNameComesBack_IsReconciled()
    {
        _room.Archived[("calls", Label.Name)] = """
            {"name":"trueai_engaged","label":"Old label","type":"enumeration","fieldType":"radio","groupName":"old","description":"","options":[{"label":"Z","value":"Z","displayOrder":0}]}
            """;
        var setup = Sut().Setup;

        (await setup.ApplyAsync((await setup.PlanAsync([Label], Token)).Value!, Token)).Value!.ShouldAllBe(outcome => outcome.Failure == null);

        var patch = Crm.Sent.Single(request => request.Method == "PATCH").Json;
        patch.GetProperty("label").GetString().ShouldBe("Engaged");
        patch.GetProperty("fieldType").GetString().ShouldBe("select");
        patch.GetProperty("groupName").GetString().ShouldBe("crmsync");
        patch.GetProperty("options").EnumerateArray().Select(option => option.GetProperty("value").GetString()).ShouldBe(["Z", "ENGAGED", "ND"]);
    }

    [Fact]
    public async Task Apply_PropertyOfSomebodyElse_GetsOptionsAndNothingElse()
    {
        _room.Put("calls", Label.Name, "enumeration", "theirgroup");
        var setup = Sut().Setup;

        await setup.ApplyAsync((await setup.PlanAsync([Label], Token)).Value!, Token);

        Crm.Sent.Single(request => request.Method == "PATCH").Json.EnumerateObject().Select(member => member.Name).ShouldBe(["options"]);
    }

    [Fact]
    public async Task Removal_OurPropertiesAndGroup_AreTakenOutAndNothingElse()
    {
        _room.Denied["notes"] = Denied;
        _room.Put("calls", Label.Name, "enumeration", "theirgroup");
        _room.Put("tasks", "their_property", "string", "crmsync");
        var setup = Sut().Setup;
        await setup.ApplyAsync((await setup.PlanAsync([Label], Token)).Value!, Token);

        var plan = (await setup.PlanRemovalAsync([Label], Token)).Value!;
        plan.IsEmpty.ShouldBeFalse();
        plan.Steps.Single(step => step.ObjectType == "calls" && step.Subject == Label.Name).Action.ShouldBe(SetupAction.Keep);
        plan.Steps.Single(step => step.ObjectType == "tasks" && step.Subject == "crmsync").Action.ShouldBe(SetupAction.Keep);
        (await setup.ApplyAsync(plan, Token)).Value!.ShouldAllBe(outcome => outcome.Failure == null);

        _room.Of("calls").Keys.ShouldBe([Label.Name]);
        _room.Of("tasks").Keys.ShouldBe(["their_property"]);
        foreach (var type in Holders.Concat(["emails", "meetings"]))
            (_room.Of(type).Count, _room.Groups.Contains(type)).ShouldBe((0, false));
        (await setup.PlanRemovalAsync([Label], Token)).Value!.IsEmpty.ShouldBeTrue();
        // Taken out, it can be set up anew: a refusal of before does not count any more.
        (await setup.PlanAsync([Label], Token)).Value!.IsEmpty.ShouldBeFalse();
    }

    [Fact]
    public async Task Removal_PropertyInUse_IsBlockedWithTheSentence()
    {
        var setup = Sut().Setup;
        await setup.ApplyAsync((await setup.PlanAsync([Label], Token)).Value!, Token);
        _room.InUse = Label.Name;

        var outcomes = (await setup.ApplyAsync((await setup.PlanRemovalAsync([Label], Token)).Value!, Token)).Value!;

        var blocked = outcomes.Where(outcome => outcome.Step.Subject == Label.Name).ToList();
        blocked.Count.ShouldBe(5);
        blocked.ShouldAllBe(outcome => outcome.Failure!.Code == "hubspot.property_in_use" && outcome.Step.Action == SetupAction.Blocked);
        blocked[0].Step.Sentence.ShouldContain("still uses it");
    }

    [Fact]
    public async Task Plan_TypeThatMayNotBeSeen_IsBlockedAndLabelsGoElsewhere()
    {
        _room.Unreadable.Add("emails");

        var plan = (await Sut().Setup.PlanAsync([Label], Token)).Value!;

        plan.Steps.Where(step => step.ObjectType == "emails").ShouldHaveSingleItem().Action.ShouldBe(SetupAction.Blocked);
        plan.Steps.Select(step => step.ObjectType).ShouldContain("deals");
    }

    [Fact]
    public async Task CheckAsync_AfterSetUp_TellsWhereLabelsLiveAndWhatIsMissing()
    {
        _room.Denied["notes"] = Denied;
        var sut = Sut();
        await sut.Setup.ApplyAsync((await sut.Setup.PlanAsync([Label], Token)).Value!, Token);
        _room.Of("tasks").Remove(Label.Name);

        var checks = (await sut.CheckAsync(Token)).Where(check => check.Name.StartsWith("Properties on", StringComparison.Ordinal)).ToDictionary(check => check.Name);

        checks["Properties on notes"].State.ShouldBe(HealthState.Pass);
        checks["Properties on notes"].Sentence.ShouldContain("deals");
        checks["Properties on calls"].State.ShouldBe(HealthState.Pass);
        checks["Properties on tasks"].State.ShouldBe(HealthState.Warn);
        checks["Properties on tasks"].Sentence.ShouldContain(Label.Name);
        checks["Properties on deals"].State.ShouldBe(HealthState.Pass);
    }
}
