using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Vectors;
using CrmSync.Pipeline.Text.Redaction;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Segments;

public sealed class VectorDeskTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static VectorDesk Desk(MeaningVectors endpoint, IKnownNames? names = null, IHostedBudget? budget = null) =>
        new(endpoint, new VectorOptions { PriceUsd = 1 }, names, budget, TimeProvider.System);

    [Fact]
    public async Task Embed_PersonalData_NeverReachesTheEndpoint()
    {
        var endpoint = new MeaningVectors();
        await Desk(endpoint, new OneName()).EmbedAsync(["Beatrix Quendler of beatrix@quendler.example wants a call under +49 170 1234567, IBAN DE89 3704 0044 0532 0130 00"], Token);

        var sent = endpoint.Asked.ShouldHaveSingleItem();
        foreach (var canary in new[] { "Beatrix", "Quendler", "quendler", "1234567", "DE89" })
            sent.ShouldNotContain(canary, Case.Sensitive);
        sent.ShouldContain("wants a call");
    }

    [Fact]
    public async Task Embed_Budget_IsTakenBeforeAndSettledByWhatWasUsed()
    {
        var purse = new Purse(1);
        var embedded = await Desk(new MeaningVectors(), budget: purse).EmbedAsync(["a text of some length", "another one"], Token);

        embedded.Cost.ShouldBe(new VectorCost(2, 1, 7, 7m / 1_000_000));
        purse.Settled.ShouldBe(embedded.Cost.Usd);
        purse.Reserved.ShouldBeGreaterThan(embedded.Cost.Usd);
    }

    [Fact]
    public async Task Embed_BudgetIsSpent_AsksNothingAndWaitsForMidnight()
    {
        var endpoint = new MeaningVectors();
        var failure = (await Desk(endpoint, budget: new Purse(0)).EmbedAsync(["a text"], Token)).Failure.ShouldNotBeNull();

        endpoint.Calls.ShouldBe(0);
        failure.Code.ShouldBe("hosted.over_budget");
        failure.NotBefore!.Value.UtcDateTime.TimeOfDay.ShouldBe(TimeSpan.Zero);
        failure.NotBefore.Value.ShouldBeGreaterThan(DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public async Task Embed_AnswerLostOnItsWay_StaysSpent()
    {
        var purse = new Purse(1);
        var endpoint = new MeaningVectors { FailsAfter = 0, Failure = new Failure(FailureCategory.Unknown, "test.lost", "Lost.", "Wait.") };

        (await Desk(endpoint, budget: purse).EmbedAsync(["a text"], Token)).Failure!.Code.ShouldBe("test.lost");
        purse.Settled.ShouldBeNull();
    }

    [Fact]
    public async Task Embed_OneTextIsRefused_TheOthersGetTheirVectors()
    {
        var endpoint = new MeaningVectors { Refuses = text => text.StartsWith('z') };
        string[] texts = [.. Enumerable.Range(0, 40).Select(i => i == 17 ? "zzz" : MeaningVectors.Word(i % 20, i))];
        var embedded = await Desk(endpoint).EmbedAsync(texts, Token);

        embedded.Failure.ShouldBeNull();
        embedded.Vectors[17].ShouldBeEmpty();
        embedded.Vectors.Count(vector => vector!.Length == 24).ShouldBe(39);
        endpoint.Asked.Count.ShouldBe(39);
    }

    [Fact]
    public async Task Embed_EveryTextIsRefused_IsAFailureAfterAFewTries()
    {
        var endpoint = new MeaningVectors { Refuses = _ => true };
        var embedded = await Desk(endpoint).EmbedAsync([.. Enumerable.Range(0, 64).Select(i => MeaningVectors.Word(i % 20, i))], Token);

        embedded.Failure!.Code.ShouldBe("test.refused");
        endpoint.Calls.ShouldBeLessThan(20);
    }

    [Fact]
    public async Task Embed_DeploymentWithASmallMinute_GetsSmallerCallsUntilItTakesThem()
    {
        var endpoint = new MeaningVectors { MostCharacters = 10_000 };
        var desk = Desk(endpoint);
        string[] texts = [.. Enumerable.Range(0, 60).Select(i => MeaningVectors.Word(i % 20, i).PadRight(1_000, 'x'))];

        var (tries, left) = (0, texts);
        while (left.Length > 0 && tries++ < 40)
        {
            var embedded = await desk.EmbedAsync(left, Token);
            left = [.. left.Where((_, at) => embedded.Vectors[at] is null)];
        }

        left.ShouldBeEmpty();
        endpoint.Asked.Distinct().Count().ShouldBe(60);
        endpoint.Asked.Count.ShouldBe(60, "nothing is asked for twice");
    }

    [Fact]
    public async Task Embed_BlankTexts_AreNotSent()
    {
        var endpoint = new MeaningVectors();
        var embedded = await Desk(endpoint).EmbedAsync(["", "  ", "a text"], Token);

        endpoint.Asked.ShouldBe(["a text"]);
        embedded.Vectors.Select(vector => vector!.Length).ShouldBe([0, 0, 24]);
    }

    [Fact]
    public async Task Embed_NothingConfigured_SaysWhatToDo()
    {
        var failure = (await VectorDesk.None.EmbedAsync(["a text"], Token)).Failure.ShouldNotBeNull();

        failure.Code.ShouldBe("segments.no_vectors");
        failure.Fix.ShouldContain("EmbeddingDeployment");
    }

    private sealed class OneName : IKnownNames
    {
        public NameIndex Current { get; } = new NameIndex.Builder().AddPerson("Beatrix Quendler").Build();
    }

    private sealed class Purse(decimal usd) : IHostedBudget
    {
        public decimal Reserved { get; private set; }

        public decimal? Settled { get; private set; }

        public ValueTask<bool> ReserveAsync(decimal mostUsd, CancellationToken cancellationToken)
        {
            Reserved += mostUsd;
            return ValueTask.FromResult(Reserved <= usd);
        }

        public ValueTask SettleAsync(decimal reservedUsd, TokenUsage usage, decimal usd, CancellationToken cancellationToken)
        {
            Settled = (Settled ?? 0) + usd;
            return ValueTask.CompletedTask;
        }
    }
}
