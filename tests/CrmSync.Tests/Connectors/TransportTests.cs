using CrmSync.Connectors.HubSpot;
using CrmSync.Connectors.Salesforce;
using CrmSync.Pipeline.Model;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class TransportTests : IDisposable
{
    private const string Empty = """{"results":[]}""";
    private readonly JumpingClock _clock = new();
    private readonly ScriptedCrm _crm = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _crm.Dispose();

    [Fact]
    public async Task Headers_NameALowerLimit_SlowUsDown()
    {
        _crm.Otherwise = _ => ScriptedCrm.Answer(
            200, Empty, ("X-HubSpot-RateLimit-Max", "10"), ("X-HubSpot-RateLimit-Interval-Milliseconds", "10000"));
        using var sut = HubSpot(new HubSpotOptions { Token = "t" });
        var begun = _clock.GetUtcNow();

        for (var call = 0; call < 11; call++)
            (await sut.Writer.ReadAsync("notes", ["1"], ["l"], Token)).Succeeded.ShouldBeTrue();

        (_clock.GetUtcNow() - begun).ShouldBeGreaterThan(TimeSpan.FromSeconds(9));
    }

    [Fact]
    public async Task Headers_NameAHigherLimit_ChangeNothing()
    {
        _crm.Otherwise = _ => ScriptedCrm.Answer(
            200, Empty, ("X-HubSpot-RateLimit-Max", "10000"), ("X-HubSpot-RateLimit-Interval-Milliseconds", "10000"));
        using var sut = HubSpot(new HubSpotOptions { Token = "t", Budget = new HubSpotBudget { BurstLimit = 10 } });
        var begun = _clock.GetUtcNow();

        for (var call = 0; call < 11; call++)
            await sut.Writer.ReadAsync("notes", ["1"], ["l"], Token);

        (_clock.GetUtcNow() - begun).ShouldBeGreaterThan(TimeSpan.FromSeconds(9));
    }

    [Fact]
    public async Task DayShare_UsedUp_WaitsForTheAccountsMidnight()
    {
        _crm.Otherwise = _ => ScriptedCrm.Answer(200, Empty);
        using var sut = HubSpot(new HubSpotOptions { Token = "t", Budget = new HubSpotBudget { DailyLimit = 6, DayShare = 0.5 } });

        for (var call = 0; call < 3; call++)
            (await sut.Writer.ReadAsync("notes", ["1"], ["l"], Token)).Succeeded.ShouldBeTrue();
        var failure = (await sut.Writer.ReadAsync("notes", ["1"], ["l"], Token)).Failure!;

        (failure.Category, failure.Code).ShouldBe((FailureCategory.Wait, "http.day_budget_spent"));
        failure.NotBefore.ShouldBe(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero));
        _crm.Sent.Count.ShouldBe(3);
    }

    [Fact]
    public async Task LimitInfo_NothingLeft_WaitsAQuarterOfAnHour()
    {
        _crm.Then(200, """{"access_token":"t","instance_url":"https://example.my.salesforce.com"}""").Then(200, "[]");
        _crm.Otherwise = _ => ScriptedCrm.Answer(
            200, """{"done":true,"records":[]}""", ("Sforce-Limit-Info", "api-usage=100/100; per-app-api-usage=17/250(appName=x)"));
        using var sut = SalesforceConnector.Create(
            new SalesforceOptions { LoginAddress = new Uri("https://example.my.salesforce.com"), ClientId = "c", ClientSecret = "s" },
            "salesforce-test", _clock, NullLoggerFactory.Instance, _crm);
        (await sut.Writer.ReadAsync("Task", ["00T000000000001"], ["L__c"], Token)).Succeeded.ShouldBeTrue();

        var failure = (await sut.Writer.ReadAsync("Task", ["00T000000000001"], ["L__c"], Token)).Failure!;

        (failure.Category, failure.NotBefore).ShouldBe((FailureCategory.Wait, _clock.GetUtcNow().AddMinutes(15)));
        _crm.Sent.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Call_CancelledByTheCaller_IsThrown()
    {
        using var stop = new CancellationTokenSource();
        _crm.Then(_ =>
        {
            stop.Cancel();
            throw new OperationCanceledException(stop.Token);
        });
        using var sut = HubSpot(new HubSpotOptions { Token = "t" });

        await Should.ThrowAsync<OperationCanceledException>(() => sut.Writer.ReadAsync("notes", ["1"], ["l"], stop.Token));
    }

    [Fact]
    public async Task Connect_TimesOutInTheSocket_IsUnreachableEvenForAWrite()
    {
        _crm.ThenThrow(new TaskCanceledException("connect", new TimeoutException()));
        using var sut = HubSpot(new HubSpotOptions { Token = "t" });

        var write = new Pipeline.WriteBack.RecordWrite("1", new Dictionary<string, string?> { ["l"] = "x" });
        (await sut.Writer.WriteAsync("notes", [write], Token)).Failure!.Code.ShouldBe("http.unreachable");
    }

    [Fact]
    public async Task TokenFile_ChangesAndVanishes_IsReadForEveryRequest()
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            _crm.Otherwise = _ => ScriptedCrm.Answer(200, Empty);
            using var sut = HubSpot(new HubSpotOptions { TokenFile = file });
            (await sut.Writer.ReadAsync("notes", ["1"], ["l"], Token)).Failure!.Code.ShouldBe("hubspot.token_missing");
            await File.WriteAllTextAsync(file, "first\n", Token);
            await sut.Writer.ReadAsync("notes", ["1"], ["l"], Token);
            await File.WriteAllTextAsync(file, "second", Token);
            await sut.Writer.ReadAsync("notes", ["1"], ["l"], Token);
        }
        finally
        {
            File.Delete(file);
        }

        _crm.Sent.Select(request => request.Authorization).ShouldBe(["Bearer first", "Bearer second"]);
    }

    [Fact]
    public async Task Log_AFailedCall_HoldsNeitherTokenNorBodyNorRemoteWords()
    {
        const string canary = "pat-na1-canary-token";
        var lines = new List<string>();
        _crm.Then(400, """{"message":"canary words of the CRM","correlationId":"c-1"}""");
        using var sut = HubSpotConnector.Create(
            new HubSpotOptions { Token = canary }, "hubspot-test", _clock, new ListFactory(lines), _crm);

        var write = new Pipeline.WriteBack.RecordWrite("1", new Dictionary<string, string?> { ["l"] = "canary value" });
        await sut.Writer.WriteAsync("notes", [write], Token);

        lines.ShouldHaveSingleItem().ShouldContain("hubspot.invalid_request");
        lines[0].ShouldContain("c-1");
        lines.ShouldAllBe(line => !line.Contains("canary", StringComparison.Ordinal));
    }

    private HubSpotConnector HubSpot(HubSpotOptions options) =>
        HubSpotConnector.Create(options, "hubspot-test", _clock, NullLoggerFactory.Instance, _crm);

    private sealed class ListFactory(List<string> lines) : ILoggerFactory, ILogger
    {
        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
