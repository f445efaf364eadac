using System.Globalization;
using CrmSync.Simulator;
using CrmSync.Simulator.HubSpot;
using Shouldly;

namespace CrmSync.IntegrationTests.Recovery;

/// <summary>Looks at HubSpot's call log for windows in which more was asked for than its limits allow.</summary>
internal static class CallRates
{
    /// <summary>What an app that a customer installed may send in ten seconds; a private one has 190.</summary>
    private const int Burst = 110;

    private const int SearchesPerSecond = 5;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Asserts the limits, and that HubSpot itself refused nothing for them: every 429 was a dial's.</summary>
    /// <param name="hubSpot">Whose calls.</param>
    /// <returns>The fullest windows.</returns>
    public static string Check(HubSpotSimulator hubSpot)
    {
        // A connection that a dial cuts before any answer is opened again by the framework's own HTTP stack, below everything that counts; the CRM never saw the first try.
        var calls = hubSpot.Calls.Snapshot().Where(call => call.Status != 0 && !call.Path.StartsWith("/oauth/", StringComparison.Ordinal)).ToList();
        List<DateTimeOffset> searches = [.. calls.Where(IsSearch).Select(call => call.At).Order()];
        List<TimeSpan> full = [.. searches.Zip(searches.Skip(SearchesPerSecond), (from, to) => to - from).Where(span => span < Second)];
        var others = Fullest(calls.Where(call => !IsSearch(call)), TimeSpan.FromSeconds(10));
        var met = hubSpot.Dials.Snapshot().ToDictionary(state => state.Dial.Code, state => state.Met);
        var refused = hubSpot.Calls.Snapshot().Count(call => call.Status == 429) - (int)(met["F1"] + met["F2"]);
        full.ShouldBeEmpty($"I7: more than {SearchesPerSecond} searches in a second");
        others.ShouldBeLessThanOrEqualTo(Burst, "I7: other requests in ten seconds");
        refused.ShouldBe(0, "I7: HubSpot refused nothing of itself");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"hubspot limits: {SearchesPerSecond} searches in a second never exceeded, at most {others} other requests in ten seconds (limit {Burst}), 429 from dials {met["F1"] + met["F2"]}");
    }

    private static bool IsSearch(SimulatedCall call) => call.Route.EndsWith("/search", StringComparison.Ordinal);

    private static int Fullest(IEnumerable<SimulatedCall> calls, TimeSpan window)
    {
        var inside = new Queue<DateTimeOffset>();
        var most = 0;
        foreach (var at in calls.Select(call => call.At).Order())
        {
            while (inside.TryPeek(out var oldest) && oldest <= at - window)
                inside.Dequeue();
            inside.Enqueue(at);
            most = Math.Max(most, inside.Count);
        }
        return most;
    }
}
