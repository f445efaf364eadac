using System.Globalization;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Pipeline.Segments.Vectors;
using CrmSync.Pipeline.Text.Redaction;
using CrmSync.Storage.Reading;
using CrmSync.Tests.Segments;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private const string Assigned =
        "select c.external_id || ':' || d.label || ':' || d.reason from decision d join crm_company c on c.id = d.company_id where d.superseded_at is null and d.label is not null order by c.id";

    private IKnownNames _names = new NobodyKnown();
    private VectorDesk _desk = VectorDesk.None;

    private SegmentHandler SegmentHandler => new(
        Ledger,
        new SegmentSearch(
            Ledger, Ledger,
            new LedgerDiscovery(Ledger, Ledger, _names, new TopicDiscovery(new TopicSearch(_desk, TimeProvider.System) { MostDrawn = 1_000 }, new DiscoveryOptions { Threads = 2 })), new LearningOptions()),
        new AccountAssigning(Ledger, Ledger, _names, _desk),
        new SegmentLearning(Ledger, Learner, new LearningOptions { FewestAudited = 40 }, NullLogger<SegmentLearning>.Instance));

    /// <summary>Companies, ninety of which share one of three problems in what is logged about them.</summary>
    private async Task PlantAsync(int accounts = 300)
    {
        await CompaniesAsync(accounts);
        await World.StoreAsync([.. SmallPlant.Notes(accounts).Select((note, place) => LedgerWorld.Activity(
            $"n{place}", note.Text, 0, new Association("company", "companies", $"{SmallPlant.Number(note.Account) + 1}")))]);
    }

    private async Task<long?> StartSegmentsAsync(RunKind kind) => (await Ledger.StartAsync(new SegmentRunRequest(kind, World.ConnectionId, "ada"), Token)).RunId;

    /// <summary>Carries the batch of a run out as a host does, until it is done or told to stop.</summary>
    private async Task<bool> WorkOnSegmentsAsync(long run, Func<LedgerChange, bool>? stops = null, TimeProvider? clock = null)
    {
        var id = (await World.ListAsync<long>(string.Create(CultureInfo.InvariantCulture, $"select id from batch where run_id = {run} and kind = 'segment'"))).ShouldHaveSingleItem();
        var batch = await World.ClaimAsync(id, stops is null ? null : TimeSpan.Zero);
        var connection = (await Ledger.ListConnectionsAsync(Token)).Single(known => known.Id == World.ConnectionId);
        await foreach (var change in SegmentHandler.HandleAsync(new BatchContext(batch, connection, null!, clock ?? TimeProvider.System), Token))
        {
            var result = await Ledger.CommitAsync(batch, change, stops is null ? LedgerWorld.Lease : TimeSpan.Zero, Token);
            if (!result.Held || change.Ending is not null)
                return change.Ending is not null;
            if (stops?.Invoke(change) == true)
                return false;
        }
        return false;
    }

    private async Task<RunSummary> RunSegmentsAsync(RunKind kind)
    {
        var run = (await StartSegmentsAsync(kind)).ShouldNotBeNull();
        (await WorkOnSegmentsAsync(run)).ShouldBeTrue();
        return await World.RunAsync(run);
    }

    [Fact]
    public async Task Search_OverPlantedNotes_ProposesTheGroupsWithTermsQuotesAndAccounts()
    {
        await PlantAsync();

        var run = await RunSegmentsAsync(RunKind.SegmentFit);

        run.Status.ShouldBe(RunStatus.Completed);
        run.Seen.ShouldBe(3_600);
        var cards = await Segments.ListAsync(null, Token);
        cards.Count.ShouldBe(SmallPlant.Segments);
        foreach (var card in cards)
        {
            card.State.ShouldBe(SegmentState.Proposed);
            card.Accounts.ShouldBeInRange(25, 36);
            card.Description.Quotes.ShouldNotBeEmpty();
            var members = (await Segments.AccountsAsync(card.Key, new PageRequest(null, null, 100), Token)).Rows;
            var groups = members.GroupBy(row => SmallPlant.TruthOf(int.Parse(row.ExternalId, CultureInfo.InvariantCulture) - 1)).OrderByDescending(group => group.Count()).ToList();
            groups[0].Key.ShouldBeGreaterThanOrEqualTo(0);
            groups[0].Count().ShouldBeGreaterThanOrEqualTo(25);
        }
        (await Segments.SearchesAsync(1, Token))[0].Share.ShouldBe(1);
        (await World.CountAsync("intent")).ShouldBe(0, "nothing is written before a person approves");
    }

    [Fact]
    public async Task Search_KilledOnceItsDirectionsAreKept_GoesOnFromThemToTheSameSegments()
    {
        await PlantAsync();
        var run = (await StartSegmentsAsync(RunKind.SegmentFit)).ShouldNotBeNull();
        (await StartSegmentsAsync(RunKind.SegmentFit)).ShouldBeNull("one search at a time");

        (await WorkOnSegmentsAsync(run, change => change.Search?.Checkpoint is not null)).ShouldBeFalse();
        var id = (await World.ListAsync<long>("select id from batch where kind = 'segment'"))[0];
        (await Ledger.ReadSegmentWorkAsync(id, Token)).ShouldNotBeNull().Checkpoint.ShouldNotBeNull();
        (await Segments.ListAsync(null, Token)).ShouldBeEmpty();
        (await WorkOnSegmentsAsync(run)).ShouldBeTrue();
        var resumed = await World.ListAsync<string>("select model_segment || name || size from segment order by id");
        (await Ledger.ReadSegmentWorkAsync(id, Token))!.Checkpoint.ShouldBeNull("a search that is done needs nothing to go on from");

        (await RunSegmentsAsync(RunKind.SegmentFit)).Status.ShouldBe(RunStatus.Completed);
        (await World.ListAsync<string>("select model_segment || name || size from segment order by id")).ShouldBe(resumed, "found again, the same ones");
        (await World.CountAsync("segment_event")).ShouldBe(0, "nothing happened to segments that are the same");
    }

    [Fact]
    public async Task Assignment_AfterApproval_IsIncrementalWithReasonsAndOneWritePerAccount()
    {
        await PlantAsync();
        await RunSegmentsAsync(RunKind.SegmentFit);
        (await StartSegmentsAsync(RunKind.SegmentAssign)).ShouldBeNull("nothing is approved, so nobody is to be looked at");
        var key = (await Segments.ListAsync(null, Token))[0].Key;
        await Ledger.DecideAsync(Order(key), SegmentState.Approved, Token);

        var first = await RunSegmentsAsync(RunKind.SegmentAssign);

        first.Seen.ShouldBe(300);
        var assigned = await World.ListAsync<string>(Assigned);
        assigned.Count.ShouldBeInRange(25, 36);
        assigned.ShouldAllBe(row => row.Contains($":{key}:", StringComparison.Ordinal) && row.Contains("notes speak of it", StringComparison.Ordinal));
        (await World.CountAsync("account_due")).ShouldBe(0);
        (await World.CountAsync("intent where status = 'pending' and target_type = 'companies' and property = 'crmsync_segment' and activity_id is null and company_id is not null"))
            .ShouldBe(assigned.Count);
        var member = (await Segments.AccountsAsync(key, new PageRequest(null, null, 5), Token)).Rows[0];
        member.Evidence.ShouldNotBeEmpty();
        member.WriteStatus.ShouldBe("pending");
        (await Segments.ListAsync([SegmentState.Proposed], Token)).ShouldAllBe(card => card.Accounts >= 25, "a proposal's accounts stay as the search found them");

        await World.StoreAsync(LedgerWorld.Activity("new", "Lunch at noon.", 0, new Association("company", "companies", member.ExternalId)));
        (await World.CountAsync("account_due where reads_text = 1")).ShouldBe(1);
        var second = await RunSegmentsAsync(RunKind.SegmentAssign);
        second.Seen.ShouldBe(1);
        second.Labelled.ShouldBe(0, "it belongs where it belonged");
        (await World.ListAsync<string>(Assigned)).ShouldBe(assigned);

        await Ledger.RenameAsync(Order(key), "Payers", Token);
        (await RunSegmentsAsync(RunKind.SegmentAssign)).Labelled.ShouldBe(assigned.Count);
        (await World.ListAsync<string>("select distinct value from intent where status = 'pending'")).ShouldBe(["Payers"], "one open write per account, with the new name");
    }

    [Fact]
    public async Task SegmentWrites_AppliedUndoneKeptAndWithdrawn_GoTheWayOfEveryLabel()
    {
        await PlantAsync();
        await RunSegmentsAsync(RunKind.SegmentFit);
        var key = (await Segments.ListAsync(null, Token))[0].Key;
        await Ledger.DecideAsync(Order(key), SegmentState.Approved, Token);
        await Ledger.RenameAsync(Order(key), "Payers", Token);
        var run = await RunSegmentsAsync(RunKind.SegmentAssign);
        var count = await World.CountAsync("intent");
        await WriteOverAsync(null, null);
        (await World.RunAsync(run.Id)).Applied.ShouldBe(count);
        var row = (await new LedgerReader(Ledger, TimeProvider.System).Writes.FindAsync((await World.ListAsync<long>("select min(id) from intent"))[0], Token)).ShouldNotBeNull();
        row.Row.ActivityId.ShouldBe(0);
        row.Row.AccountId.ShouldBeGreaterThan(0);
        row.Row.Subject.ShouldStartWith("Company ");

        (await ActAsync(RunKind.Undo, $"run={run.Id}")).Done.ShouldBe(count);
        (await World.CountAsync("intent where purpose = 'undo' and status = 'pending' and value is null and company_id is not null")).ShouldBe(count);
        await WriteOverAsync("Payers", "Payers");
        await Ledger.RenameAsync(Order(key), "Paying", Token);
        await RunSegmentsAsync(RunKind.SegmentAssign);
        (await World.ListAsync<string>("select distinct value from intent where status = 'pending'")).ShouldBe(["Paying"], "a new decision may write again");

        // A person set something else: the CRM's value stays and becomes a question for a reviewer.
        var batch = await World.GatherWriteAsync();
        var intents = await Ledger.ReadIntentsAsync(batch.Id, Token);
        await World.CommitAsync(batch, new LedgerChange { Intents = [.. intents.Select(intent => new IntentChange(intent.IntentId, IntentStatus.Sending) { ValueBefore = "Mine" })] });
        await World.CommitAsync(batch, new LedgerChange
        {
            Intents = [.. intents.Select(intent => new IntentChange(intent.IntentId, IntentStatus.Kept) { ValueBefore = "Mine", ValueAfter = "Mine", Actor = ValueActor.Human, Code = "kept" })],
            Ending = new BatchEnding.Completed(),
        });
        await RunSegmentsAsync(RunKind.SegmentAssign);
        var candidates = (await Segments.LinksAsync(LinkState.Candidate, new PageRequest(null, null, 200), Token)).Rows;
        candidates.Count.ShouldBe((int)count);
        candidates.ShouldAllBe(link => link.Kind == LinkKind.Cannot && link.Segment == key);
        (await StartSegmentsAsync(RunKind.SegmentAssign)).ShouldBeNull("an edit is taken in once");

        await Ledger.DecideAsync(Order(key), SegmentState.Retired, Token);
        await RunSegmentsAsync(RunKind.SegmentAssign);
        (await World.CountAsync("decision where company_id is not null and superseded_at is null and label is not null")).ShouldBe(0);
        (await World.CountAsync("intent where status = 'pending' and value is not null")).ShouldBe(0);
    }

    private sealed class NobodyKnown : IKnownNames
    {
        public NameIndex Current => NameIndex.Empty;
    }
}
