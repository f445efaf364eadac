using System.Globalization;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Pipeline.Segments.Vectors;
using CrmSync.Pipeline.Text.Redaction;
using CrmSync.Simulator.Hosting;
using CrmSync.Tests.Segments;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private const string ModelBytes = "select content from segment_model where content is not null order by id";

    private static readonly string[] Canaries = ["Beatrix", "Quendler", "beatrix.q@quendler.example", "quendler.example", "170 1234567", "1701234567"];

    /// <summary>The same notes as without vectors; one in seven names a person, her address and her number.</summary>
    private async Task PlantWithPeopleAsync(int accounts = 300)
    {
        await CompaniesAsync(accounts);
        await World.StoreAsync([.. SmallPlant.Notes(accounts).Select((note, place) => LedgerWorld.Activity(
            $"n{place}", place % 7 == 0 ? $"{note.Text}. Ask Beatrix Quendler, beatrix.q@quendler.example or +49 170 1234567." : note.Text, 0,
            new Association("company", "companies", $"{SmallPlant.Number(note.Account) + 1}")))]);
    }

    private async Task<VectorHouse> StartVectorsAsync(WithoutAnswer whenUnavailable = WithoutAnswer.Wait, decimal budgetUsd = 5, int dimensions = 64)
    {
        _names = new SomebodyKnown();
        var house = await VectorHouse.StartAsync(Ledger, _names, whenUnavailable, budgetUsd, dimensions);
        _desk = house.Desk;
        return house;
    }

    private Task HurryAsync() => AlterAsync("update batch set not_before = 0 where kind = 'segment'");

    private async Task<string> WhyAsync(long run) =>
        (await World.ListAsync<string>(string.Create(CultureInfo.InvariantCulture, $"select status || ':' || coalesce(error_code, '') || ':' || coalesce(error_message, '') from batch where run_id = {run} and kind = 'segment'")))[0];

    private async Task ApproveFirstAsync() => await Ledger.DecideAsync(Order((await Segments.ListAsync(null, Token))[0].Key), SegmentState.Approved, Token);

    [Fact]
    public async Task Vectors_SearchAssignAndANewNote_AskForEachTextOnceAndGiveTheSameAfterARestart()
    {
        await PlantWithPeopleAsync();
        await using var house = await StartVectorsAsync();

        (await RunSegmentsAsync(RunKind.SegmentFit)).Status.ShouldBe(RunStatus.Completed);

        (await Segments.ListAsync(null, Token)).Count.ShouldBe(SmallPlant.Segments);
        (await World.CountAsync("note_topic")).ShouldBe(3_600);
        (await World.CountAsync("segment_search_vector")).ShouldBe(0, "vectors are kept for as long as topics are learned from them");
        (await World.CountAsync("segment_model m join segment_topics t on t.id = m.topics_id where t.model = 'text-embedding-3-small' and t.width = 64")).ShouldBe(1);
        (await Segments.SearchesAsync(1, Token))[0].Remarks.ShouldContain(remark => remark.Contains("topics, made of vectors from text-embedding-3-small", StringComparison.Ordinal));
        house.Texts.Distinct().Count().ShouldBe(house.Texts.Count);
        var day = await Ledger.ReadDayAsync(Token);
        day.Calls.ShouldBe(house.Requests.Count);
        day.Usage.Prompt.ShouldBeGreaterThan(10_000);
        day.CostMicros.ShouldBeGreaterThan(0);
        day.ReservedMicros.ShouldBe(0);

        await ApproveFirstAsync();
        var asked = house.Requests.Count;
        (await RunSegmentsAsync(RunKind.SegmentAssign)).Seen.ShouldBe(300);
        house.Requests.Count.ShouldBe(asked, "what the search was told is known");
        var assigned = await World.ListAsync<string>(Assigned);
        assigned.Count.ShouldBeInRange(25, 36);
        var evidence = await World.ListAsync<string>("select company_id || sums || speaking from account_evidence order by company_id");

        await World.StoreAsync(LedgerWorld.Activity("new", "Lunch with Beatrix Quendler at noon.", 0, new Association("company", "companies", "250")));
        (await RunSegmentsAsync(RunKind.SegmentAssign)).Seen.ShouldBe(1);
        house.Requests.Count.ShouldBe(asked + 1);
        house.Texts[^1].ShouldContain("Lunch with");
        (await World.ListAsync<string>(Assigned)).ShouldBe(assigned);
        (await World.CountAsync("note_topic")).ShouldBe(3_601);

        // A host that knows nothing but the ledger finds the same, and asks nobody.
        await AlterAsync("delete from account_evidence");
        await AlterAsync("insert into account_due (company_id, connection_id, reads_text, asked, since_at) select id, connection_id, 1, 1, 0 from crm_company where external_id <> '250'");
        (await RunSegmentsAsync(RunKind.SegmentAssign)).Seen.ShouldBe(299);
        house.Requests.Count.ShouldBe(asked + 1);
        (await World.ListAsync<string>("select company_id || sums || speaking from account_evidence order by company_id"))
            .ShouldBe(evidence.Where(row => !row.StartsWith("250[", StringComparison.Ordinal)));

        foreach (var canary in Canaries)
            house.Requests.ShouldAllBe(body => !body.Contains(canary, StringComparison.OrdinalIgnoreCase), canary);
    }

    [Fact]
    public async Task Vectors_SearchAgain_IsTheSameBytes()
    {
        await PlantWithPeopleAsync();
        await using var house = await StartVectorsAsync();
        await RunSegmentsAsync(RunKind.SegmentFit);
        var asked = house.Texts.Count;

        await RunSegmentsAsync(RunKind.SegmentFit);

        var models = await World.ListAsync<byte[]>(ModelBytes);
        models.Count.ShouldBe(2);
        models[1].ShouldBe(models[0]);
        (await World.CountAsync("segment_topics")).ShouldBe(1, "the same topics are kept once");
        (house.Texts.Count - asked).ShouldBeLessThanOrEqualTo(asked, "a new search learns its topics anew");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(11)]
    public async Task Vectors_EndpointFailsDuringASearch_WaitsAndGoesOnFromWhatItKnows(int answered)
    {
        await PlantWithPeopleAsync();
        await using var house = await StartVectorsAsync();
        house.Simulator.Faults.Add(new Fault { Kind = FaultKind.Refuse, Skip = answered, Count = 1_000, Status = 404 });
        var run = (await StartSegmentsAsync(RunKind.SegmentFit)).ShouldNotBeNull();

        (await WorkOnSegmentsAsync(run)).ShouldBeTrue();

        (await WhyAsync(run)).ShouldStartWith("scheduled:azure-openai.no_deployment:");
        (await World.RunAsync(run)).Status.ShouldBe(RunStatus.Running);
        (await Segments.SearchesAsync(1, Token))[0].Stage.ShouldStartWith("waiting for vectors of notes");
        (await Segments.ListAsync(null, Token)).ShouldBeEmpty();
        (await World.CountAsync("segment_search_vector")).ShouldBeGreaterThan(0);

        house.Simulator.Faults.Clear();
        await HurryAsync();
        (await WorkOnSegmentsAsync(run)).ShouldBeTrue();
        (await World.RunAsync(run)).Status.ShouldBe(RunStatus.Completed);
        (await Segments.ListAsync(null, Token)).Count.ShouldBe(SmallPlant.Segments);
        house.Answered.ShouldBe(house.Texts.Distinct().Count(), "each text is answered once");
        (await World.CountAsync("note_topic")).ShouldBe(3_600);
    }

    [Fact]
    public async Task Vectors_SearchKilledOnceTopicsAreLearned_LearnsNothingAgain()
    {
        await PlantWithPeopleAsync();
        await using var house = await StartVectorsAsync();
        var run = (await StartSegmentsAsync(RunKind.SegmentFit)).ShouldNotBeNull();
        (await WorkOnSegmentsAsync(run, change => change.Vectors?.Learned is not null)).ShouldBeFalse();
        HashSet<string> drawn = [.. house.Texts.Take(1_000)];
        var asked = house.Texts.Count;

        (await WorkOnSegmentsAsync(run)).ShouldBeTrue();

        (await Segments.ListAsync(null, Token)).Count.ShouldBe(SmallPlant.Segments);
        (await World.CountAsync("segment_topics")).ShouldBe(1);
        house.Texts.Skip(asked).ShouldAllBe(text => !drawn.Contains(text));
    }

    [Fact]
    public async Task Vectors_EndpointFailsAndWordsMayDo_SearchesByWordsAndSaysSo()
    {
        await PlantWithPeopleAsync();
        await using var house = await StartVectorsAsync(WithoutAnswer.DecideLocally);
        house.Simulator.Dials.Turn("F10", new DialSetting { Probability = 1 });

        (await RunSegmentsAsync(RunKind.SegmentFit)).Status.ShouldBe(RunStatus.Completed);

        (await Segments.SearchesAsync(1, Token))[0].Remarks.ShouldContain(remark => remark.StartsWith("Words alone were used, because the embeddings endpoint gave no vectors", StringComparison.Ordinal));
        (await World.CountAsync("segment_model where topics_id is null and content is not null")).ShouldBe(1);
        // A model of words needs no endpoint.
        await ApproveFirstAsync();
        (await RunSegmentsAsync(RunKind.SegmentAssign)).Seen.ShouldBe(300);
    }

    [Fact]
    public async Task Vectors_BudgetIsSpent_WaitsForTheNextDay()
    {
        await PlantWithPeopleAsync();
        await using var house = await StartVectorsAsync(budgetUsd: 0.001m);
        var run = (await StartSegmentsAsync(RunKind.SegmentFit)).ShouldNotBeNull();

        (await WorkOnSegmentsAsync(run)).ShouldBeTrue();

        (await WhyAsync(run)).ShouldStartWith("scheduled:hosted.over_budget:");
        var until = DateTimeOffset.FromUnixTimeMilliseconds((await World.ListAsync<long>("select not_before from batch where kind = 'segment'"))[0]);
        until.UtcDateTime.TimeOfDay.ShouldBe(TimeSpan.Zero);
        var day = await Ledger.ReadDayAsync(Token);
        (day.CostMicros + day.ReservedMicros).ShouldBeLessThanOrEqualTo(1_000);
        house.Simulator.Calls.Total.ShouldBe(house.Requests.Count);
    }

    [Fact]
    public async Task Vectors_EndpointFailsDuringAnAssignment_OnlyAccountsThatNeedItWait()
    {
        await PlantWithPeopleAsync();
        await using var house = await StartVectorsAsync();
        await RunSegmentsAsync(RunKind.SegmentFit);
        await ApproveFirstAsync();
        await RunSegmentsAsync(RunKind.SegmentAssign);
        var assigned = await World.ListAsync<string>(Assigned);
        await World.StoreAsync(
            LedgerWorld.Activity("new", "They would like a tour of the plant.", 0, new Association("company", "companies", "1")),
            LedgerWorld.Activity("empty", "", 0, new Association("company", "companies", "2")));
        house.Simulator.Dials.Turn("F27", new DialSetting { Probability = 1 });
        var run = (await StartSegmentsAsync(RunKind.SegmentAssign)).ShouldNotBeNull();

        (await WorkOnSegmentsAsync(run)).ShouldBeTrue();

        (await WhyAsync(run)).ShouldContain("accounts wait for vectors of their notes. azure-openai.no_deployment");
        (await World.ListAsync<string>("select c.external_id from account_due d join crm_company c on c.id = d.company_id")).ShouldContain("1");
        (await World.ListAsync<string>(Assigned)).ShouldBe(assigned, "what is not known changes nothing");

        house.Simulator.Dials.HealAll();
        await HurryAsync();
        (await WorkOnSegmentsAsync(run)).ShouldBeTrue();
        (await World.RunAsync(run)).Status.ShouldBe(RunStatus.Completed);
        (await World.CountAsync("account_due")).ShouldBe(0);
    }

    [Fact]
    public async Task Vectors_HostWithoutTheDeployment_SaysSoInPlainWordsAndAssignsNobodyWrongly()
    {
        await PlantWithPeopleAsync();
        await using (var house = await StartVectorsAsync())
        {
            await RunSegmentsAsync(RunKind.SegmentFit);
            await ApproveFirstAsync();
            await RunSegmentsAsync(RunKind.SegmentAssign);
        }
        _desk = VectorDesk.None;
        var assigned = await World.ListAsync<string>(Assigned);
        await World.StoreAsync(LedgerWorld.Activity("new", "They would like a tour of the plant.", 0, new Association("company", "companies", "1")));
        var run = (await StartSegmentsAsync(RunKind.SegmentAssign)).ShouldNotBeNull();

        (await WorkOnSegmentsAsync(run)).ShouldBeTrue();

        var why = await WhyAsync(run);
        why.ShouldContain("1 accounts wait for vectors of their notes.");
        why.ShouldContain("this host has no embeddings deployment");
        why.ShouldContain("CrmSync:Classification:Hosted:EmbeddingDeployment");
        (await World.ListAsync<string>(Assigned)).ShouldBe(assigned);
        (await new LedgerMatcher(Ledger, _desk).MatchAsync("Separate bill payment logins.", Token)).Failure!.Code.ShouldBe("segments.no_vectors");
    }

    [Fact]
    public async Task Vectors_DeploymentOfAnotherLength_AssignsNobodyWrongly()
    {
        await PlantWithPeopleAsync();
        await using (var house = await StartVectorsAsync())
        {
            await RunSegmentsAsync(RunKind.SegmentFit);
            await ApproveFirstAsync();
            await RunSegmentsAsync(RunKind.SegmentAssign);
        }
        await using var other = await StartVectorsAsync(dimensions: 32);
        await World.StoreAsync(LedgerWorld.Activity("new", "They would like a tour of the plant.", 0, new Association("company", "companies", "1")));
        var run = (await StartSegmentsAsync(RunKind.SegmentAssign)).ShouldNotBeNull();

        (await WorkOnSegmentsAsync(run)).ShouldBeTrue();

        (await WhyAsync(run)).ShouldContain("gives vectors of 32 numbers from text-embedding-3-small, and the segments in use were found with 64 numbers");
    }

    [Fact]
    public async Task Vectors_ErasedActivity_LosesItsTopics()
    {
        await PlantWithPeopleAsync(60);
        await using var house = await StartVectorsAsync();
        await World.StoreAsync(LedgerWorld.Activity("hers", "She asked for the entity view.", 0, new Association("company", "companies", "3")));
        await RunSegmentsAsync(RunKind.SegmentFit);
        (await World.CountAsync("note_topic")).ShouldBe(721);

        (await Ledger.EraseAsync(Request("calls", "hers"), Token)).Value!.Activities.ShouldBe(1);

        (await World.CountAsync("note_topic")).ShouldBe(720);
    }

    private sealed class SomebodyKnown : IKnownNames
    {
        public NameIndex Current { get; } = new NameIndex.Builder().AddPerson("Beatrix Quendler").Build();
    }
}
