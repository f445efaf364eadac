using Azure.Core;
using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Simulator.AzureOpenAI;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Seed;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Classification;

public sealed class HostedModelTests : IAsyncLifetime
{
    private HostedHouse _house = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _house = await HostedHouse.StartAsync();

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    private static AuditItem[] Items(IReadOnlyList<AuthoredRow> rows, params string[] taxonomies) =>
        [.. rows.Select((row, i) => HostedHouse.Item(row, i, "", taxonomies))];

    [Fact]
    public async Task Ask_AuthoredActivities_GetTheirLabels()
    {
        var rows = HostedHouse.Rows(120);

        var answers = await _house.Auditor().AskAsync(Items(rows, "stage", "engagement"), Token);

        answers.Count.ShouldBe(240);
        answers.Count(answer => HostedHouse.IsRight(answer, rows)).ShouldBeGreaterThanOrEqualTo(234);
        answers.ShouldAllBe(answer => answer.Failure == null);
        var decision = answers[0].Decision!;
        (decision.DecidedBy, decision.ModelVersion).ShouldBe(("hosted", "hosted-2/gpt-5.4-mini"));
        answers.Sum(answer => answer.Usage.Prompt).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Ask_LongDefinitions_AreCachedByTheEndpoint()
    {
        var stage = HostedHouse.Taxonomies["stage"];
        // Endpoints cache from 1,024 tokens on.
        var wordy = stage with { Labels = [.. stage.Labels.Select(label => label with { Examples = [.. Enumerable.Range(0, 10).Select(i => $"{label.Definition} ({i})")] })] };
        var auditor = new Auditor(_house.Model, new TaxonomySet([wordy]), new HostedOptions { ConcurrentCalls = 1 }, CascadeOptions.Default);

        var answers = await auditor.AskAsync(Items(HostedHouse.Rows(20)), Token);

        answers.Sum(answer => answer.Usage.Cached).ShouldBeGreaterThan(3 * 1_024, "all calls but the first begin alike");
    }

    [Theory]
    [InlineData("F44-label", null)]
    [InlineData("F44-missing", null)]
    [InlineData("F44-extra", null)]
    [InlineData("F44-duplicate", null)]
    [InlineData("F44-refusal", null)]
    [InlineData("F44-truncated", null)]
    [InlineData("F44-filter", "prompt")]
    [InlineData("F44-filter", "answer")]
    public async Task Ask_OneSpoiledAnswer_IsRepaired(string dial, string? target)
    {
        var rows = HostedHouse.Rows(5);
        _house.Simulator.Dials.Turn(dial, new DialSetting { Count = 1, Target = target });

        var answers = await _house.Auditor().AskAsync(Items(rows), Token);

        _house.Simulator.Dials.Snapshot().Single(state => state.Dial.Code == dial).Met.ShouldBe(1);
        answers.Count.ShouldBe(5);
        answers.ShouldAllBe(answer => HostedHouse.IsRight(answer, rows));
    }

    [Theory]
    [InlineData("F44-label", "hosted.malformed")]
    [InlineData("F44-duplicate", "hosted.malformed")]
    [InlineData("F44-missing", "hosted.malformed")]
    [InlineData("F44-extra", "hosted.malformed")]
    [InlineData("F44-refusal", "hosted.refused")]
    [InlineData("F44-truncated", "hosted.cut_off")]
    [InlineData("F44-filter", "hosted.filtered")]
    public async Task Ask_SpoiledForGood_LeavesRowsWithoutALabel(string dial, string code)
    {
        _house.Simulator.Dials.Turn(dial, new DialSetting());

        var answers = await _house.Auditor(new HostedOptions { RecordsPerCall = 1 }).AskAsync(Items(HostedHouse.Rows(3)), Token);

        answers.Count.ShouldBe(3);
        answers.ShouldAllBe(answer => answer.Decision == null && answer.Failure!.Code == code);
    }

    [Theory]
    [InlineData("F3", "azure-openai.quota_spent")]
    [InlineData("F10", "azure-openai.unauthorized")]
    [InlineData("F12", "azure-openai.forbidden")]
    [InlineData("F27", "azure-openai.no_deployment")]
    public async Task Ask_LastingLoss_StopsAndSaysWhy(string dial, string code)
    {
        _house.Simulator.Dials.Turn(dial, new DialSetting());

        var answers = await _house.Auditor().AskAsync(Items(HostedHouse.Rows(12)), Token);

        answers.Count.ShouldBe(12);
        answers.ShouldAllBe(answer => answer.Failure!.Code == code && answer.Failure.Category == FailureCategory.Stop);
        _house.Simulator.Calls.Total.ShouldBe(1);
        answers[0].Failure!.ToString().ShouldNotContain(ModelSimulatorOptions.DefaultKey);
    }

    [Fact]
    public async Task Ask_OneDeploymentGone_LeavesTheOtherTaxonomy()
    {
        _house.Simulator.Dials.Turn("F27", new DialSetting { Target = "crmsync-large" });
        var options = new HostedOptions { ConcurrentCalls = 1, Deployments = new Dictionary<string, string> { ["stage"] = "crmsync-large" } };

        var answers = await _house.Auditor(options).AskAsync(Items(HostedHouse.Rows(6), "stage", "engagement"), Token);

        answers.Where(answer => answer.Taxonomy == "stage").ShouldAllBe(answer => answer.Failure!.Code == "azure-openai.no_deployment");
        answers.Where(answer => answer.Taxonomy == "engagement").ShouldAllBe(answer => answer.Decision != null);
    }

    [Fact]
    public async Task Ask_ShortRateLimit_IsWaitedFor()
    {
        var rows = HostedHouse.Rows(5);
        _house.Simulator.Faults.Add(new Fault { Kind = FaultKind.Refuse, Status = 429, RetryAfter = TimeSpan.FromSeconds(3), Count = 2 });
        var before = _house.Waits.GetUtcNow();

        var answers = await _house.Auditor().AskAsync(Items(rows), Token);

        answers.ShouldAllBe(answer => HostedHouse.IsRight(answer, rows));
        (_house.Waits.GetUtcNow() - before).ShouldBeInRange(TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task Ask_LongRateLimit_IsToldToTheQueue()
    {
        _house.Simulator.Faults.Add(new Fault { Kind = FaultKind.Refuse, Status = 429, RetryAfter = TimeSpan.FromSeconds(60), Count = 9 });
        var before = _house.Waits.GetUtcNow();

        var answers = await _house.Auditor().AskAsync(Items(HostedHouse.Rows(10)), Token);

        answers.ShouldAllBe(answer => answer.Failure!.Code == "azure-openai.rate_limited" && answer.Failure.Category == FailureCategory.Wait);
        answers[0].Failure!.NotBefore!.Value.ShouldBe(before + TimeSpan.FromSeconds(60));
        _house.Simulator.Calls.Total.ShouldBe(1);
    }

    [Fact]
    public async Task Ask_PassingServerError_IsTriedAgainQuickly()
    {
        var rows = HostedHouse.Rows(3);
        _house.Simulator.Faults.Add(new Fault { Kind = FaultKind.Refuse, Status = 503, Count = 1 });

        (await _house.Auditor().AskAsync(Items(rows), Token)).ShouldAllBe(answer => HostedHouse.IsRight(answer, rows));
    }

    [Fact]
    public async Task Ask_LastingServerError_LeavesRowsPending()
    {
        _house.Simulator.Faults.Add(new Fault { Kind = FaultKind.Refuse, Status = 500, Count = 50 });

        var answers = await _house.Auditor().AskAsync(Items(HostedHouse.Rows(3)), Token);

        answers.ShouldAllBe(answer => answer.Decision == null && answer.Failure!.Code == "azure-openai.server_error" && answer.Failure.Category == FailureCategory.Retry);
    }

    [Theory]
    [InlineData(FaultKind.DropAfterApply, "azure-openai.unanswered", FailureCategory.Unknown)]
    [InlineData(FaultKind.ResetMidBody, "azure-openai.unanswered", FailureCategory.Unknown)]
    [InlineData(FaultKind.Html, "azure-openai.unreadable_answer", FailureCategory.Retry)]
    [InlineData(FaultKind.Truncate, "azure-openai.unreadable_answer", FailureCategory.Retry)]
    public async Task Ask_BrokenAnswer_IsNeverALabel(FaultKind kind, string code, FailureCategory category)
    {
        _house.Simulator.Faults.Add(new Fault { Kind = kind, Count = 50 });

        var answers = await _house.Auditor().AskAsync(Items(HostedHouse.Rows(3)), Token);

        answers.ShouldAllBe(answer => answer.Decision == null && answer.Failure!.Code == code && answer.Failure.Category == category);
    }

    [Fact]
    public async Task Ask_WrongKey_IsNotRepeatedInTheFailure()
    {
        using var model = _house.Connect("a-very-wrong-key-9");

        var failure = (await _house.Auditor(model: model).AskAsync(Items(HostedHouse.Rows(1)), Token))[0].Failure!;

        failure.Code.ShouldBe("azure-openai.unauthorized");
        $"{failure} {failure.RemoteMessage}".ShouldNotContain("a-very-wrong-key-9");
    }

    [Fact]
    public async Task Ask_EntraId_SignsAndRenews()
    {
        var rows = HostedHouse.Rows(2);
        using var model = _house.Connect(new Tokens("expired", "sim-entra-token"));
        using var roleless = _house.Connect(new Tokens("sim-entra-no-role"));

        (await _house.Auditor(model: model).AskAsync(Items(rows), Token)).ShouldAllBe(answer => HostedHouse.IsRight(answer, rows));
        (await _house.Auditor(model: roleless).AskAsync(Items(rows), Token)).ShouldAllBe(answer => answer.Failure!.Code == "azure-openai.forbidden");
    }

    [Fact]
    public async Task Batch_RoundTrip_GivesTheSameAnswers()
    {
        var rows = HostedHouse.Rows(12);
        var items = Items(rows);
        var auditor = _house.Auditor();
        var calls = auditor.Prepare(items);

        var id = (await _house.Model.SubmitAsync([.. calls.Select(call => call.Prompt)], Token)).Value.ShouldNotBeNull();
        (await _house.Model.ReadBatchAsync(id, Token)).Value!.Ended.ShouldBeFalse();
        _house.Clock.Advance(TimeSpan.FromSeconds(16));
        var batch = (await _house.Model.ReadBatchAsync(id, Token)).Value.ShouldNotBeNull();

        batch.Ended.ShouldBeTrue();
        batch.Faults.ShouldBeEmpty();
        batch.Replies.Keys.Order().ShouldBe(calls.Select(call => call.Ticket.Key).Order());
        var answers = calls.SelectMany(call => auditor.Read(call.Ticket, batch.Replies[call.Ticket.Key], items).Answers).ToList();
        answers.Count.ShouldBe(12);
        answers.ShouldAllBe(answer => HostedHouse.IsRight(answer, rows));
    }

    [Fact]
    public async Task Batch_SpoiledLines_AreToldApart()
    {
        var calls = _house.Auditor(new HostedOptions { RecordsPerCall = 1 }).Prepare(Items(HostedHouse.Rows(3)));
        var id = (await _house.Model.SubmitAsync([.. calls.Select(call => call.Prompt)], Token)).Value!;
        _house.Simulator.Dials.Turn("F44-filter", new DialSetting { Count = 1 });
        _house.Clock.Advance(TimeSpan.FromSeconds(16));

        var batch = (await _house.Model.ReadBatchAsync(id, Token)).Value!;

        batch.Replies.Count.ShouldBe(3);
        batch.Replies.Values.Count(reply => reply.Ending == HostedEnding.Filtered).ShouldBe(1);
        (await _house.Model.ReadBatchAsync("batch_none", Token)).Failure!.Code.ShouldBe("azure-openai.batch_gone");
    }

    [Fact]
    public async Task Batch_UnknownDeployment_EndsWithAFault()
    {
        var prompt = _house.Auditor(new HostedOptions { Deployment = "nowhere" }).Prepare(Items(HostedHouse.Rows(1)))[0].Prompt;
        var id = (await _house.Model.SubmitAsync([prompt], Token)).Value!;
        _house.Clock.Advance(TimeSpan.FromSeconds(16));

        var batch = (await _house.Model.ReadBatchAsync(id, Token)).Value!;

        batch.Ended.ShouldBeTrue();
        batch.Faults[""].Code.ShouldBe("azure-openai.batch_failed");
        batch.Faults[""].RemoteMessage!.ShouldContain("nowhere");
    }

    [Fact]
    public async Task Ask_ThousandActivities_CostLessInGroups()
    {
        const int activities = 1_000;
        var rows = HostedHouse.Rows(activities);
        var items = Items(rows, "stage", "engagement");
        Dictionary<int, decimal> usd = [];
        foreach (var size in (int[])[1, 5, 8])
        {
            await using var house = await HostedHouse.StartAsync();
            var options = new HostedOptions { RecordsPerCall = size };
            var answers = await house.Auditor(options).AskAsync(items, Token);
            var usage = answers.Aggregate(default(TokenUsage), (sum, answer) => sum + answer.Usage);
            usd[size] = options.Price.Usd(usage);
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"{size} per call: {house.Simulator.Calls.Total} calls, {usage.Prompt:N0} prompt tokens ({usage.Cached:N0} cached), {usage.Completion:N0} completion, {usd[size]:F3} USD, "
                + $"batch interface {options.Price.Usd(usage, batch: true):F3} USD, right {answers.Count(answer => HostedHouse.IsRight(answer, rows))} of {answers.Count}, "
                + $"decided {answers.Count(answer => answer.Decision is { Status: not DecisionStatus.Unsure })}");
        }

        usd[5].ShouldBeLessThan(usd[1] * 0.7m);
        usd[8].ShouldBeLessThan(usd[5]);
    }

    /// <summary>Gives these tokens one after the other, the last one for ever.</summary>
    private sealed class Tokens(params string[] tokens) : TokenCredential
    {
        private int _given;

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(tokens[Math.Min(_given++, tokens.Length - 1)], DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
