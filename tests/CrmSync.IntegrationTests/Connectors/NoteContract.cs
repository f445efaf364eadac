using CrmSync.Connectors.Salesforce;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.WriteBack.Notes;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.HubSpot;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Connectors;

/// <summary>What every connector owes to briefs that are written as notes, over real HTTP.</summary>
public abstract class NoteContract
{
    private protected const string Hostile = "<script>alert(1)</script> & \"so\"";
    private protected static readonly string Reference = NoteReference.Of(12, TimeProvider.System.GetUtcNow(), new NoteAccount("x", "1"));

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract Task<IConnectorHouse> StartAsync();

    /// <summary>An account that is not there.</summary>
    private protected abstract NoteAccount Gone { get; }

    /// <summary>The account that the world's first activity hangs on.</summary>
    private protected static async Task<NoteAccount> AccountAsync(IConnectorHouse house)
    {
        var record = house.Crm.ListActivities(0, 1)[0];
        var links = (await house.Connector.Reader.ReadLinksAsync(record.ObjectType, [record.Id], Token)).Value![record.Id];
        var link = links.First(one => one.ObjectType is "companies" or "Account");
        return new NoteAccount(link.ObjectType, link.ExternalId);
    }

    /// <summary>Does the write and keeps the answer back.</summary>
    private protected abstract void LoseAnswer(IConnectorHouse house);

    private protected static NoteText Text(NotePlace place, string point = Hostile) => NoteText.Fit(
        "Brief: Brackwater", [new NoteBlock(NoteBlockKind.Point, point)], [new NoteBlock(NoteBlockKind.Paragraph, $"Reference {Reference}")], left => $"Shortened: {left}.", place);

    private protected static async Task<NoteDraft> DraftAsync(IConnectorHouse house, NoteAccount account)
    {
        var place = (await house.Connector.Notes!.FindPlaceAsync(Token)).Value!;
        var text = Text(place);
        return new NoteDraft(place, account, text.Title, text.Body, TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task Note_WrittenReadAndRemoved_StandsOnItsAccountAndIsReadAsItWasSent()
    {
        await using var house = await StartAsync();
        var notes = house.Connector.Notes!;
        var account = await AccountAsync(house);
        var draft = await DraftAsync(house, account);

        var record = (await notes.WriteAsync(draft, Token)).Value.ShouldNotBeNull();
        record.ObjectType.ShouldBe(draft.Place.ObjectType);
        var links = (await house.Connector.Reader.ReadLinksAsync(record.ObjectType, [record.ExternalId], Token)).Value!;
        links[record.ExternalId].ShouldContain(link => link.ObjectType == account.ObjectType && link.ExternalId == account.ExternalId);
        var stored = (await notes.ReadAsync(record, Token)).Value.ShouldNotBeNull();
        NoteText.Fingerprint(stored.Title, stored.Body, stored.Form).ShouldBe(Text(draft.Place).FingerprintAt(draft.Place));
        if (stored.Form is NoteForm.Html)
            stored.Body.ShouldNotContain("<script");

        (await notes.RemoveAsync(record, Token)).Succeeded.ShouldBeTrue();
        (await notes.ReadAsync(record, Token)).Value.ShouldBeNull();
        (await notes.RemoveAsync(record, Token)).Succeeded.ShouldBeTrue("taking away is safe to repeat");
        (await notes.FindAsync(new NoteSearch(account, Reference, draft.At), Token)).Value.ShouldBeNull();
    }

    [Fact]
    public async Task Note_WhoseAnswerIsLost_IsUnknownAndFoundByItsReference()
    {
        await using var house = await StartAsync();
        var notes = house.Connector.Notes!;
        var account = await AccountAsync(house);
        var draft = await DraftAsync(house, account);
        var search = new NoteSearch(account, Reference, draft.At);
        (await notes.FindAsync(search, Token)).ShouldSatisfyAllConditions(found => found.Succeeded.ShouldBeTrue(), found => found.Value.ShouldBeNull());

        LoseAnswer(house);
        (await notes.WriteAsync(draft, Token)).Failure!.Category.ShouldBe(FailureCategory.Unknown);

        var found = (await notes.FindAsync(search, Token)).Value.ShouldNotBeNull();
        (await notes.ReadAsync(found, Token)).Value!.Body.ShouldContain(Reference);
        (await notes.FindAsync(search with { Reference = NoteReference.Of(13, draft.At, account) }, Token)).Value.ShouldBeNull();
    }

    [Fact]
    public async Task Note_OnAnAccountThatIsGone_IsRefusedAndLeavesNothingBehind()
    {
        await using var house = await StartAsync();
        var before = house.Crm.CountActivities();
        var failure = (await house.Connector.Notes!.WriteAsync(await DraftAsync(house, Gone), Token)).Failure.ShouldNotBeNull();
        failure.Category.ShouldBeOneOf(FailureCategory.Reject, FailureCategory.Gone);
        house.Crm.CountActivities().ShouldBe(before);
    }

    [Fact]
    public async Task Check_OfAConnection_TellsWhetherBriefsCanBeWritten()
    {
        await using var house = await StartAsync();
        (await house.Connector.CheckAsync(Token)).Single(check => check.Name == "Briefs as notes").State.ShouldBe(HealthState.Pass);
    }
}

public sealed class HubSpotNoteTests : NoteContract
{
    private protected override async Task<IConnectorHouse> StartAsync() => await HubSpotHouse.StartAsync(ConnectorWorlds.Calls(3));

    private protected override NoteAccount Gone => new("companies", "987654321");

    private protected override void LoseAnswer(IConnectorHouse house) =>
        ((HubSpotHouse)house).Simulator.Faults.Add(new Fault { Kind = FaultKind.DropAfterApply, Method = "POST", Route = "/crm/objects/{version}/{type}" });

    [Fact]
    public async Task Note_WithoutAScopeOfEitherSide_IsRefusedInOneSentenceThatNamesIt()
    {
        foreach (var scope in new[] { "crm.objects.contacts.write", "crm.objects.companies.write" })
        {
            await using var house = await HubSpotHouse.StartAsync(ConnectorWorlds.Calls(1));
            var account = await AccountAsync(house);
            var draft = await DraftAsync(house, account);
            house.Simulator.Dials.Turn("F12", new DialSetting { Target = scope });
            var failure = (await house.Connector.Notes!.WriteAsync(draft, Token)).Failure.ShouldNotBeNull();
            (failure.Category, failure.Code).ShouldBe((FailureCategory.Stop, "hubspot.scope_missing"));
            failure.Message.ShouldContain(scope);
        }
    }

    [Fact]
    public async Task Note_ThatIsNew_IsSeenBySearchesAfterTheIndexLagAndByDirectReadsAtOnce()
    {
        await using var house = await HubSpotHouse.StartAsync(ConnectorWorlds.Calls(1), HubSpotHouse.Calm with { IndexLag = TimeSpan.FromHours(1) });
        var account = await AccountAsync(house);
        var draft = await DraftAsync(house, account);
        var record = (await house.Connector.Notes!.WriteAsync(draft, Token)).Value!;
        var window = new ScanWindow("notes", draft.At.AddHours(-1), draft.At.AddHours(1));
        (await house.Connector.Reader.ReadPageAsync(window, null, Token)).Value!.Activities.ShouldNotContain(note => note.ExternalId == record.ExternalId);
        (await house.Connector.Notes.FindAsync(new NoteSearch(account, Reference, draft.At), Token)).Value.ShouldBe(record);
    }

    [Fact]
    public async Task Simulator_ANoteTooLongOrWithoutItsInstantOrOfAnotherLink_IsRefused()
    {
        await using var house = await HubSpotHouse.StartAsync(ConnectorWorlds.Calls(1));
        var account = await AccountAsync(house);
        var draft = await DraftAsync(house, account);
        (await house.Connector.Notes!.WriteAsync(draft with { Body = new string('x', 65_537) }, Token)).Failure!.Category.ShouldBe(FailureCategory.Reject);
        (await house.Connector.Notes.WriteAsync(draft with { Body = new string('x', 65_536) }, Token)).Succeeded.ShouldBeTrue();
        using var client = new HttpClient { BaseAddress = house.Simulator.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", HubSpotToken.DefaultValue);
        foreach (var (instant, link) in new[] { ("", 190), ("2026-11-22T10:00:00.000Z", 202) })
        {
            using var body = new StringContent(
                $$"""{"properties":{"hs_note_body":"x"{{(instant.Length > 0 ? $",\"hs_timestamp\":\"{instant}\"" : "")}}},"associations":[{"to":{"id":"{{account.ExternalId}}"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":{{link}}}]}]}""",
                System.Text.Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync("/crm/objects/2026-09/notes", body, Token);
            ((int)answer.StatusCode).ShouldBe(400);
        }
    }
}

public sealed class SalesforceNoteTests : NoteContract
{
    private protected override async Task<IConnectorHouse> StartAsync() => await SalesforceHouse.StartAsync(ConnectorWorlds.Calls(3));

    private protected override NoteAccount Gone => new("Account", SalesforceId.Normalise("001000000ZZZZZZ")!);

    private protected override void LoseAnswer(IConnectorHouse house) => LoseAnswer((SalesforceHouse)house);

    private static void LoseAnswer(SalesforceHouse house) => house.Simulator.Faults.Add(new Fault { Kind = FaultKind.DropAfterApply, Method = "POST" });

    [Fact]
    public async Task Note_InAnOrgWithoutNotes_IsACompletedTaskThatIsFoundReadAndRemoved()
    {
        await using var house = await SalesforceHouse.StartAsync(ConnectorWorlds.Calls(1), SalesforceHouse.Plain with { EnhancedNotes = false });
        var notes = house.Connector.Notes!;
        var account = await AccountAsync(house);
        var draft = await DraftAsync(house, account);
        (draft.Place.ObjectType, draft.Place.Form, draft.Place.Longest).ShouldBe(("Task", NoteForm.Plain, 32_000));
        LoseAnswer(house);
        (await notes.WriteAsync(draft, Token)).Failure!.Category.ShouldBe(FailureCategory.Unknown);
        var record = (await notes.FindAsync(new NoteSearch(account, Reference, draft.At), Token)).Value.ShouldNotBeNull();
        var task = house.Crm.Find("Task", record.ExternalId)!;
        (task.Subject, task.Properties["Status"], task.Properties["Type"], task.Properties["WhatId"], task.Type).ShouldBe(("Brief: Brackwater", "Completed", "Note", account.ExternalId, "note"));
        task.Body.ShouldContain(Hostile);
        var stored = (await notes.ReadAsync(record, Token)).Value!;
        NoteText.Fingerprint(stored.Title, stored.Body, stored.Form).ShouldBe(Text(draft.Place).FingerprintAt(draft.Place));
        (await notes.RemoveAsync(record, Token)).Succeeded.ShouldBeTrue();
        (await notes.ReadAsync(record, Token)).Value.ShouldBeNull();
        (await house.Connector.CheckAsync(Token)).Single(check => check.Name == "Briefs as notes").Sentence.ShouldContain("completed task");
    }

    [Fact]
    public async Task Note_WithoutAnyPermission_IsRefusedInOneSentenceWithTheWayOut()
    {
        await using var house = await SalesforceHouse.StartAsync(ConnectorWorlds.Calls(1), SalesforceHouse.Plain with { EnhancedNotes = false });
        house.Simulator.Dials.Turn("F12", new DialSetting { Target = "Task.Description:edit" });
        var failure = (await house.Connector.Notes!.FindPlaceAsync(Token)).Failure.ShouldNotBeNull();
        (failure.Category, failure.Code).ShouldBe((FailureCategory.Stop, "salesforce.notes_refused"));
        failure.Fix.ShouldContain("Edit Tasks");
        (await house.Connector.CheckAsync(Token)).Single(check => check.Name == "Briefs as notes").State.ShouldBe(HealthState.Warn);
    }
}
