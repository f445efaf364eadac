using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Text;
using CrmSync.Simulator.AzureOpenAI;
using CrmSync.Simulator.AzureOpenAI.Answers;
using CrmSync.Simulator.Seed;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Simulator;

public sealed class TruthIndexTests
{
    private static readonly SeedTruth Truth = new();

    // Twice the authored rows, so that every second record is a reworded one.
    private static readonly IReadOnlyList<SeedActivity> World =
        SeedWorldBuilder.Build(new() { Crm = "hubspot", Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero), Activities = 2 * new SeedTruth().Count }).Activities;

    private static readonly CrmEvidence NoEvidence = new();

    /// <summary>Share of the records with a text of their own whose labels are found, of which the index must never know the id.</summary>
    private static double Found(Func<SeedActivity, string> show)
    {
        var (asked, right) = (0, 0);
        foreach (var activity in World.Where(activity => activity.Body.Length >= 60))
        {
            asked++;
            Truth.TryFind(activity.SourceId, out var engagement, out var stage).ShouldBeTrue();
            string[] labels = stage is null ? [engagement] : [engagement, stage];
            if (TruthIndex.Seeded.Value.Find(show(activity)) is { } found && found.Labels.SequenceEqual(labels))
                right++;
        }
        return (double)right / asked;
    }

    [Fact]
    public void Find_SubjectAndBodyAsStored_KnowsNearlyAll() => Found(one => $"{one.Subject}\n{one.Body}").ShouldBeGreaterThan(0.99);

    [Fact]
    public void Find_BodyAlone_KnowsNearlyAll() => Found(one => one.Body).ShouldBeGreaterThan(0.97);

    [Fact]
    public void Find_TextAsOurCleanerLeavesIt_KnowsNearlyAll() => Found(one =>
    {
        var type = Enum.Parse<ActivityType>(one.Type, ignoreCase: true);
        return $"{one.Subject}\n{ActivityZoner.Zone(new ActivityContent(type, one.Subject, one.Body, NoEvidence)).Cleaned}";
    }).ShouldBeGreaterThan(0.97);

    [Fact]
    public void Find_FirstWordsAlone_KnowsMost() => Found(one => one.Body[..60]).ShouldBeGreaterThan(0.85);

    [Fact]
    public void Find_SpotlightedText_IsTheSameText() =>
        TruthIndex.Seeded.Value.Find(World[0].Body.Replace(' ', '^'))!.ShouldBe(TruthIndex.Seeded.Value.Find(World[0].Body));

    [Theory]
    [InlineData("")]
    [InlineData("The ferry to the islands leaves at noon and carries bicycles free of charge.")]
    public void Find_ForeignText_KnowsNothingOfIt(string text)
    {
        // Rows without a word exist, and an empty text is one of them.
        if (text.Length > 0)
            TruthIndex.Seeded.Value.Find(text).ShouldBeNull();
        new TruthIndex([]).Find(text + " zebra").ShouldBeNull();
    }

    [Fact]
    public void Find_ExtraTruth_ComesFirst()
    {
        var row = World.First(activity => activity.Body.Length > 200);
        var index = new TruthIndex([new ModelTruth($"{row.Subject}\n{row.Body}", ["Mine"])]);

        index.Find($"{row.Subject}\n{row.Body}")!.Labels.ShouldBe(["Mine"]);
    }
}
