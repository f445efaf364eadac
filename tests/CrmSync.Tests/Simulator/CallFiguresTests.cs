using CrmSync.Simulator;
using CrmSync.Simulator.Hosting;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Simulator;

public sealed class CallFiguresTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    private static CallLog Log(params (double Seconds, string Route, int Status)[] calls)
    {
        var log = new CallLog();
        foreach (var (seconds, route, status) in calls)
            log.Add(new SimulatedCall(Start.AddSeconds(seconds), "GET", route, route, status, 0, 2));
        return log;
    }

    [Fact]
    public void Read_HighestRates_AreThoseOfAnyWindow_EvenWhereCallsWereLoggedLate()
    {
        var figures = CallFigures.Read(Log((0.9, "/a", 200), (1.2, "/a", 200), (0, "/a", 200), (1.85, "/a", 200), (1.9, "/a", 200), (11, "/a", 200)), new CallFilter(), 2);

        (figures.Matching, figures.HighestPerSecond, figures.HighestPerTenSeconds).ShouldBe((6, 3, 5));
        figures.Newest.Select(call => call.At).ShouldBe([Start.AddSeconds(11), Start.AddSeconds(1.9)]);
    }

    [Fact]
    public void Read_Routes_AreCountedWithWhatFailed_AndTheAdministrationIsLeftOut()
    {
        var figures = CallFigures.Read(Log((0, "/b", 500), (1, "/a", 200), (2, "/a", 0), (3, "/simulator/dials", 200)), new CallFilter(), 9);

        figures.Routes.ShouldBe([new RouteFigures("GET", "/a", 2, 1, 4), new RouteFigures("GET", "/b", 1, 1, 2)]);
    }

    [Theory]
    [InlineData("429", 1)]
    [InlineData("4xx", 2)]
    [InlineData("dropped", 1)]
    [InlineData("", 4)]
    public void Filter_ByStatus(string status, int matching)
    {
        var (from, to) = CallFilter.ReadStatus(status);

        CallFigures.Read(Log((0, "/a", 429), (0, "/a", 404), (0, "/a", 0), (0, "/a", 200)), new CallFilter { StatusFrom = from, StatusTo = to }, 0)
            .Matching.ShouldBe(matching);
    }

    [Theory]
    [InlineData("42")]
    [InlineData("4x")]
    [InlineData("abc")]
    [InlineData("-12")]
    public void Filter_NoStatus_IsRefused(string status) => Should.Throw<ArgumentException>(() => CallFilter.ReadStatus(status));
}
