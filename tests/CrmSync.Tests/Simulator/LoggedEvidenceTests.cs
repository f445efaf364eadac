using CrmSync.Simulator.Seed;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Simulator;

public sealed class LoggedEvidenceTests
{
    private static readonly List<(AuthoredRow Row, LoggedEvidence Evidence)> Drawn =
    [
        .. from numbered in AuthoredRows.All.Index()
           from salt in Enumerable.Range(0, 12)
           select (numbered.Item, LoggedEvidence.Draw(numbered.Item, new SeedRandom(SeedRandom.Mix((ulong)salt, (ulong)numbered.Index)))),
    ];

    [Fact]
    public void Draw_NotEngaged_NothingSaysThatSomebodySpoke()
    {
        foreach (var (row, evidence) in Drawn.Where(d => d.Row.Engagement == "NOT ENGAGED"))
        {
            evidence.Disposition.ShouldNotBeOneOf("Connected", "Left live message");
            evidence.Outcome.ShouldNotBe("COMPLETED", row.Id);
            (evidence.Duration ?? TimeSpan.Zero).ShouldBeLessThan(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public void Draw_Engaged_NothingSaysThatNobodySpoke()
    {
        foreach (var (row, evidence) in Drawn.Where(d => d.Row.Engagement == "ENGAGED"))
        {
            ((string?[])[null, "Connected", "Left live message"]).ShouldContain(evidence.Disposition, row.Id);
            ((string?[])[null, "COMPLETED", "SCHEDULED"]).ShouldContain(evidence.Outcome, row.Id);
            evidence.Status.ShouldNotBeOneOf("NO_ANSWER", "MISSED", "BUSY", "BOUNCED", "NOT_STARTED");
        }
    }

    [Fact]
    public void Draw_Undecidable_NothingDecides()
    {
        foreach (var (row, evidence) in Drawn.Where(d => d.Row.Engagement == "ND"))
        {
            evidence.Disposition.ShouldBeNull();
            evidence.Duration.ShouldBeNull();
            ((string?[])[null, "SCHEDULED"]).ShouldContain(evidence.Outcome, row.Id);
            ((string?[])[null, "COMPLETED", "SENT"]).ShouldContain(evidence.Status, row.Id);
        }
    }

    [Theory]
    [InlineData("h01-182", "Left voicemail")]
    [InlineData("h03-147", "Left voicemail")]
    [InlineData("h01-083", "No answer")]
    [InlineData("h02-082", "No answer")]
    [InlineData("h05-108", "Wrong number")]
    [InlineData("h03-178", "Busy")]
    public void Draw_CallThatSaysItsResult_SameResultOrBlank(string id, string expected)
    {
        var dispositions = Drawn.Where(d => d.Row.Id == id).Select(d => d.Evidence.Disposition).Distinct().ToList();
        dispositions.ShouldContain(expected);
        dispositions.ShouldBeSubsetOf([expected, null]);
    }

    [Theory]
    [InlineData("h02-036", "NO_SHOW")]
    [InlineData("h01-077", "CANCELED")]
    [InlineData("h03-006", "RESCHEDULED")]
    public void Draw_MeetingThatDidNotHappen_SaysSoOrBlank(string id, string expected)
    {
        var outcomes = Drawn.Where(d => d.Row.Id == id).Select(d => d.Evidence.Outcome).Distinct().ToList();
        outcomes.ShouldContain(expected);
        outcomes.ShouldBeSubsetOf([expected, null]);
    }

    [Fact]
    public void Draw_EngagedCalls_MostlyConnectedAndAFairShareBlank()
    {
        var calls = Drawn.Where(d => d.Row is { Type: "call", Engagement: "ENGAGED" }).ToList();
        (calls.Count(c => c.Evidence.Disposition == "Connected") * 100 / calls.Count).ShouldBeInRange(55, 80);
        (calls.Count(c => c.Evidence.Disposition is null) * 100 / calls.Count).ShouldBeInRange(18, 40);
    }
}
