using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Pipeline.WriteBack.Notes;
using CrmSync.Simulator;
using CrmSync.Simulator.Hosting;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.WriteBack;

/// <summary>
/// Briefs as notes from the command line to the accounts of both simulated CRMs: said before, written once, found again after a lost answer and after a killed process, never taken for an activity,
/// taken back where nobody changed them.
/// </summary>
public sealed partial class NoteStoryTests(ITestOutputHelper output)
{
    private const string Segment = "bill-payment";
    private const string Hostile = "Ask <script>alert(1)</script> & \u202Ewho\u202C pays.";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Story_OfBriefsAsNotes_LeavesOneNoteEachAndNoActivity()
    {
        await using var service = await ServiceUnderTest.CreateAsync(activities: 40, Token);
        // The accounts' own activities speak of no such problem, so that the scheduled assignment would take them out of the planted segment.
        var settings = new { WriteBack = new { SettleNotesAfter = "00:00:03" }, Segments = new { Assign = "0 3 1 1 *" } };
        await File.WriteAllTextAsync(Settings(service), JsonSerializer.Serialize(new { CrmSync = settings }), Token);
        var host = HostProcess.Start(service.Folder, "run", "--config", Settings(service));
        try
        {
            await Eventually.IsTrueAsync(() => service.IsSyncedAsync(Token), $"everything is read. It said: {host.Output}", Patience, Token);
            await Eventually.IsTrueAsync(
                async () => (await service.AskAsync<long>("select count(distinct connection_id) from crm_company", null, Token))[0] == 2, $"companies are read. It said: {host.Output}", Patience, Token);
            var accounts = await PlantAsync(service);
            var activities = await CountAsync(service);

            foreach (var (crm, account) in accounts)
                await ByCommandAsync(service, crm, account);
            foreach (var (crm, account) in accounts)
                await LostAnswerAsync(service, crm, account);
            foreach (var (crm, account) in accounts)
            {
                await KilledAsync(service, host, crm, account);
                await host.DisposeAsync();
                host = HostProcess.Start(service.Folder, "run", "--config", Settings(service));
                await IsWrittenAsync(service, crm, account);
            }
            await MissingScopeAsync(service, host, accounts["hubspot"]);

            // By now every note has come back with many polls.
            await Task.WhenAll(accounts.Select(pair => SeenAgainAsync(service, host, pair.Key)));
            (await CountAsync(service)).ShouldBe(activities, "no note of ours is an activity");
            foreach (var (crm, account) in accounts)
                await TakenBackAsync(service, host, crm, account);
            await TakenBackByCommandAsync(service, "hubspot", accounts["hubspot"]);
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    private async Task ByCommandAsync(ServiceUnderTest service, string crm, Account account)
    {
        var asked = await DoAsync(service, "brief", account.Key, "--write-note");
        asked.Exit.ShouldBe(2, asked.Said);
        asked.Said.ShouldContain("there is nobody to ask; add --yes");
        var shown = await DoAsync(service, "brief", account.Key, "--write-note", "--dry-run");
        shown.Exit.ShouldBe(0, shown.Said);
        shown.Said.ShouldContain($"To be written to {(crm == "hubspot" ? "HubSpot" : "Salesforce")} (simulated), account ");
        shown.Said.ShouldContain("Ask <script>alert(1)</script> & who pays.");
        (await service.AskAsync<long>("select count(*) from crm_note where company_id = @Id", new { account.Id }, Token))[0].ShouldBe(0, "nothing is asked for by looking");

        var written = await DoAsync(service, "brief", account.Key, "--write-note", "--yes");
        written.Exit.ShouldBe(0, written.Said);
        var match = Written().Match(written.Said);
        match.Success.ShouldBeTrue(written.Said);
        var record = service.Crms.All.Single(one => one.Kind == crm).Find(match.Groups["type"].Value, match.Groups["id"].Value).ShouldNotBeNull();
        var text = TextOf(record);
        text.ShouldContain("Ask &lt;script&gt;alert(1)&lt;/script&gt; &amp; who pays.");
        text.ShouldNotContain("<script>");
        if (crm == "hubspot")
            record.Company.ShouldBe(account.Name);
        foreach (var reference in NoteReference.In(text))
            CopiesOf(service, crm, reference).ShouldBe(1);
    }

    private async Task TakenBackByCommandAsync(ServiceUnderTest service, string crm, Account account)
    {
        var written = await DoAsync(service, "brief", account.Key, "--write-note", "--yes");
        var match = Written().Match(written.Said);
        match.Success.ShouldBeTrue(written.Said);
        var (brief, record) = (match.Groups["brief"].Value, new NoteRecord(match.Groups["type"].Value, match.Groups["id"].Value));
        var back = await DoAsync(service, "brief", "--take-back", brief);
        back.Exit.ShouldBe(0, back.Said);
        back.Said.ShouldContain($"Taken back: {record.ObjectType} {record.ExternalId}.");
        IsThere(service.Crms.All.Single(one => one.Kind == crm), record).ShouldBeFalse();
        var again = await DoAsync(service, "brief", "--take-back", brief);
        again.Exit.ShouldBe(1, again.Said);
        again.Said.ShouldContain("does not stand in the CRM");
        var both = await DoAsync(service, "brief", account.Key, "--take-back", brief);
        both.Exit.ShouldBe(2, both.Said);
        both.Said.ShouldContain("--take-back stands alone");
    }

    private async Task LostAnswerAsync(ServiceUnderTest service, string crm, Account account)
    {
        LoseAnswer(service, crm, FaultKind.DropAfterApply);
        var brief = await AskAsync(service, account);
        await IsWrittenAsync(service, crm, account);
        (await service.AskAsync<string>("select coalesce(code, '') from crm_note where brief_id = @brief", new { brief }, Token))[0].ShouldBe("note.settled_written");
        output.WriteLine($"{crm}: a lost answer was settled.");
    }

    // The request has arrived, the answer never comes, and the process is killed while it waits.
    private static async Task KilledAsync(ServiceUnderTest service, HostProcess host, string crm, Account account)
    {
        LoseAnswer(service, crm, FaultKind.HangAfterApply);
        var brief = await AskAsync(service, account);
        var reference = (await service.AskAsync<string>("select reference from crm_note where brief_id = @brief", new { brief }, Token))[0];
        await Eventually.IsTrueAsync(() => Task.FromResult(CopiesOf(service, crm, reference) == 1), $"the note is in {crm}. It said: {host.Output}", Patience, Token);
        (await service.AskAsync<string>("select status from crm_note where brief_id = @brief", new { brief }, Token))[0].ShouldBe("sending");
        await host.KillAsync(Token);
    }

    private static async Task MissingScopeAsync(ServiceUnderTest service, HostProcess host, Account account)
    {
        service.Crms.HubSpot.Dials.Turn("F12", new DialSetting { Target = "crm.objects.companies.write" });
        var brief = await AskAsync(service, account);
        await Eventually.IsTrueAsync(
            async () => (await service.AskAsync<string>("select coalesce(message, '') from crm_note where brief_id = @brief", new { brief }, Token))[0].Contains("crm.objects.companies.write", StringComparison.Ordinal),
            $"the missing scope is named. It said: {host.Output}", Patience, Token);
        service.Crms.HubSpot.Dials.Heal("F12");
        await IsWrittenAsync(service, "hubspot", account);
    }

    private async Task TakenBackAsync(ServiceUnderTest service, HostProcess host, string crm, Account account)
    {
        await using var ledger = await service.OpenLedgerAsync(Token);
        var notes = await ledger.ReadNotesAsync(account.Id, 20, Token);
        var (changed, kept) = (notes[0], notes[1]);
        var simulated = service.Crms.All.Single(one => one.Kind == crm);
        if (crm == "hubspot")
            simulated.EditProperty("notes", changed.Record!.ExternalId, "hs_note_body", "<p>I called them, they agreed.</p>");
        else
            simulated.EditProperty("ContentNote", changed.Record!.ExternalId, "Content", Convert.ToBase64String(Encoding.UTF8.GetBytes("<p>I called them, they agreed.</p>")));
        foreach (var note in new[] { changed, kept })
            (await ledger.ActOnNoteAsync(note.Id, NoteAct.TakeBack, "ada", Token)).Succeeded.ShouldBeTrue();
        await Eventually.IsTrueAsync(
            async () => (await ledger.ReadNotesAsync(account.Id, 20, Token)).All(note => note.Status is not NoteStatus.Removing), $"they are dealt with. It said: {host.Output}", Patience, Token);
        var after = (await ledger.ReadNotesAsync(account.Id, 20, Token)).ToDictionary(note => note.Id);
        (after[changed.Id].Status, after[changed.Id].Code).ShouldBe((NoteStatus.Written, "note.changed"));
        after[kept.Id].Status.ShouldBe(NoteStatus.Removed);
        IsThere(simulated, changed.Record!).ShouldBeTrue("what a person made of it stays");
        IsThere(simulated, kept.Record!).ShouldBeFalse();
        output.WriteLine($"{crm}: {notes.Count} notes, one taken back, one kept because somebody changed it.");
    }

    private static async Task IsWrittenAsync(ServiceUnderTest service, string crm, Account account)
    {
        await Eventually.IsTrueAsync(
            async () => (await service.AskAsync<string>("select status from crm_note where company_id = @Id", new { account.Id }, Token)).All(status => status == "written"),
            $"every note of {crm} is written", Patience, Token);
        foreach (var reference in await service.AskAsync<string>("select reference from crm_note where company_id = @Id", new { account.Id }, Token))
            CopiesOf(service, crm, reference).ShouldBe(1);
    }

    private static Task SeenAgainAsync(ServiceUnderTest service, HostProcess host, string crm) => Eventually.IsTrueAsync(
        async () => (await service.AskAsync<long>(
            "select count(*) from crm_note n join connection c on c.id = n.connection_id where c.kind = @crm and n.crm_modified_at is null", new { crm }, Token))[0] == 0,
        $"a poll has seen every note of {crm}. It said: {host.Output}", Patience, Token);

    private static async Task<long> AskAsync(ServiceUnderTest service, Account account)
    {
        await using var ledger = await service.OpenLedgerAsync(Token);
        var brief = await ledger.AddBriefAsync(BriefOf(account), "ada", Token);
        (await ledger.AskNoteAsync(brief, "ada", Token)).Value.IsNew.ShouldBeTrue();
        return brief;
    }

    // The next note's request is carried out and not answered; polls go on undisturbed.
    private static void LoseAnswer(ServiceUnderTest service, string crm, FaultKind how)
    {
        var left = 1;
        var (faults, path) = crm == "hubspot" ? (service.Crms.HubSpot.Faults, "/notes") : (service.Crms.Salesforce.Faults, "/composite");
        faults.Hook = call => call.Method == "POST" && call.Path.EndsWith(path, StringComparison.Ordinal) && Interlocked.Decrement(ref left) == 0 ? new Fault { Kind = how } : null;
    }

    private static int CopiesOf(ServiceUnderTest service, string crm, string reference) => crm == "hubspot"
        ? service.Crms.HubSpot.ListActivities(0, int.MaxValue).Count(record => TextOf(record).Contains(reference, StringComparison.Ordinal))
        : service.Crms.Salesforce.ListRecords("ContentNote").Count(record => TextOf(record).Contains(reference, StringComparison.Ordinal));

    private static bool IsThere(ISimulatedCrm crm, NoteRecord record) => crm.Kind == "hubspot"
        ? crm.ListActivities(0, int.MaxValue).Any(one => one.ObjectType == record.ObjectType && one.Id == record.ExternalId)
        : crm.Find(record.ObjectType, record.ExternalId) is not null;

    private static string TextOf(SimulatedRecord record) => record.Properties.GetValueOrDefault("hs_note_body")
        ?? (record.Properties.GetValueOrDefault("Content") is { } packed ? Encoding.UTF8.GetString(Convert.FromBase64String(packed)) : record.Body);

    private static async Task<long> CountAsync(ServiceUnderTest service) => (await service.AskAsync<long>("select count(*) from activity", null, Token))[0];

    private static Brief BriefOf(Account account) => new()
    {
        Account = AccountKey.Of(account.Id), Title = account.Name, Segment = new SegmentMatch(Segment, "Bill payment", "Because.", 0.9), PackVersion = 1, At = TimeProvider.System.GetUtcNow(), Facts = [],
        Points = [new BriefPoint(BriefPart.Question, Hostile, [], [], false, PackAuthor.Template)], LeftOut = [], Waiting = 0, Notices = [], Tokens = 120, Budget = 1_500,
    };

    // A segment that one company of each CRM is in, with a pack of one line.
    private static async Task<Dictionary<string, Account>> PlantAsync(ServiceUnderTest service)
    {
        var rows = await service.AskAsync<(long Id, string Connection, string ExternalId, string Name)>(
            "select c.id, n.key, c.external_id, c.name from crm_company c join connection n on n.id = c.connection_id where c.gone_at is null order by c.id", null, Token);
        var accounts = rows.GroupBy(row => row.Connection).ToDictionary(group => group.Key, group => group.Select(row => new Account(row.Id, $"{row.Connection}:{row.ExternalId}", row.Name)).First());
        await using var ledger = await service.OpenLedgerAsync(Token);
        (await ledger.ProposeAsync(
            new FoundSegments(
                1, 2, 2, [],
                [
                    new FoundSegment(
                        "s01", "Bill payment", true, 0.9, new SegmentDescription([new SegmentTerm("bill payment", 2.5, 6, 0)], [], null), [.. accounts.Values.Select(account => new FoundMember(account.Id, 20, 2, 2, 0.1))]),
                ]) { Model = TalkSeed.Model },
            "search", Token)).Holds.ShouldBeTrue();
        (await ledger.DecideAsync(new SegmentOrder(Segment, "ada"), SegmentState.Approved, Token)).Holds.ShouldBeTrue();
        var line = TalkSeed.LineOf("ledger") with { Text = Hostile, Evidence = PackEvidence.Of([.. accounts.Values.Select(account => AccountKey.Of(account.Id))], figures: "2 of 2 accounts") };
        (await ledger.AddAsync(PackEditor.Make(Segment, "Bill payment", [line], 1, PackAuthor.Template, TimeProvider.System.GetUtcNow(), "First draft."), "ada", Token)).Succeeded.ShouldBeTrue();
        return accounts;
    }

    private static string Settings(ServiceUnderTest service) => Path.Combine(service.Folder, "notes.json");

    private async Task<(int Exit, string Said)> DoAsync(ServiceUnderTest service, params string[] arguments)
    {
        await using var process = HostProcess.Start(service.Folder, [.. arguments, "--config", Settings(service)]);
        var exit = await process.ExitAsync(Token);
        output.WriteLine($"$ crmsync {string.Join(' ', arguments)}\n{process.Output}\n");
        return (exit, process.Output);
    }

    [GeneratedRegex(@"Written: (?<type>\w+) (?<id>\w+)\. 'crmsync brief --take-back (?<brief>\d+)'")]
    private static partial Regex Written();

    private sealed record Account(long Id, string Key, string Name);
}
