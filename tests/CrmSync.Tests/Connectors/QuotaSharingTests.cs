using CrmSync.Connectors;
using CrmSync.Connectors.Http;
using CrmSync.Connectors.HubSpot;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

/// <summary>Two nodes of one connection.</summary>
public sealed class QuotaSharingTests : IDisposable
{
    private const string Empty = """{"results":[]}""";
    private readonly JumpingClock _clock = new();
    private readonly ScriptedCrm _crm = new();
    private readonly ConnectorStores _stores;

    public QuotaSharingTests() => _stores = ConnectorStores.InProcess(_clock);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _crm.Dispose();

    [Fact]
    public async Task DayShare_UsedUpOnOneNode_StopsTheOther()
    {
        _crm.Otherwise = _ => ScriptedCrm.Answer(200, Empty);
        var budget = new HubSpotBudget { DailyLimit = 6, DayShare = 0.5 };
        using var here = Node(budget);
        using var there = Node(budget);
        await ReadAsync(here);
        await ReadAsync(there);
        await ReadAsync(here);

        (await ReadAsync(there)).Failure!.Code.ShouldBe("http.day_budget_spent");
        _crm.Sent.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Answer429_OnOneNode_ClosesTheOther()
    {
        _crm.Then(429, """{"policyName":"TEN_SECONDLY_ROLLING","message":"You have reached your ten_secondly_rolling limit."}""");
        using var here = Node(new HubSpotBudget());
        using var there = Node(new HubSpotBudget());
        var until = (await ReadAsync(here)).Failure!.NotBefore;

        var failure = (await ReadAsync(there)).Failure!;
        (failure.Code, failure.Category).ShouldBe(("http.paced", FailureCategory.Wait));
        (failure.NotBefore - until)!.Value.Duration().ShouldBeLessThan(TimeSpan.FromMilliseconds(1));
        _crm.Sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task DayLimit_SaidToOneNode_HoldsOnANewOne()
    {
        _crm.Otherwise = _ => ScriptedCrm.Answer(200, Empty, ("X-HubSpot-RateLimit-Daily", "4"), ("X-HubSpot-RateLimit-Daily-Remaining", "3"));
        using var here = Node(new HubSpotBudget());
        await ReadAsync(here);
        _crm.Otherwise = _ => ScriptedCrm.Answer(200, Empty);
        using var there = Node(new HubSpotBudget());
        (await ReadAsync(there)).Succeeded.ShouldBeTrue();
        (await ReadAsync(there)).Failure!.Code.ShouldBe("http.day_budget_spent");
    }

    [Fact]
    public async Task AddCrmConnectors_StoreInTheContainer_IsTheOneThatCounts()
    {
        var store = new InProcessQuotaStore(_clock);
        using var provider = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).AddSingleton<TimeProvider>(_clock).AddSingleton<IQuotaStore>(store)
            .AddCrmConnectors([new ConnectionOptions
            {
                Key = "crm", Kind = "hubspot",
                HubSpot = new HubSpotOptions { Token = "t", BaseAddress = new Uri("http://127.0.0.1:1"), Timeouts = new TimeoutOptions { QuickTries = 0 } },
            }]).BuildServiceProvider();

        await ReadAsync(provider.GetRequiredService<IConnectorCatalog>().All[0]);

        (await store.ReadAsync("crm", _clock.GetUtcNow().AddHours(-1), Token)).UsedToday.ShouldBe(1);
    }

    private static Task<Result<IReadOnlyDictionary<string, Pipeline.WriteBack.RecordState>>> ReadAsync(ICrmConnector node) =>
        node.Writer.ReadAsync("notes", ["1"], ["l"], Token);

    private HubSpotConnector Node(HubSpotBudget budget) => HubSpotConnector.Create(
        new HubSpotOptions { Token = "t", Budget = budget }, "crm", _clock, NullLoggerFactory.Instance, _stores, _crm);
}
