using System.Net;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.HubSpot;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

/// <summary>Faults that people make: edits in between, deletions, changed definitions.</summary>
public sealed class HubSpotEditDialTests
{
    private static async Task<(HubSpotBench Bench, string Id)> WithCallAsync()
    {
        var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With(HubSpotWorlds.Activity("call", 0)),
            new HubSpotSimulatorOptions { QuotasOn = false, IndexLag = TimeSpan.Zero });
        bench.Simulator.DefineProperty("calls", "crmsync_stage", "enumeration", "Demo", "Negotiation");
        bench.Simulator.DefineProperty("calls", "crmsync_auto");
        return (bench, (await bench.IdsAsync("calls")).Single());
    }

    private static Task<Answer> WriteAsync(HubSpotBench bench, string id, string property, string value, string version = "2026-09") =>
        bench.PostAsync($"crm/objects/{version}/calls/batch/update",
            new { inputs = new[] { new { id, properties = new Dictionary<string, string> { [property] = value } } } });

    [Fact]
    public async Task F25_PersonsEdit_StandsInTheHistoryJustBeforeOurs()
    {
        var (bench, id) = await WithCallAsync();
        await using var _ = bench;
        bench.Simulator.Dials.Turn("F25", new DialSetting { Count = 1, Target = "crmsync_stage" });

        (await WriteAsync(bench, id, "crmsync_stage", "Negotiation")).Status.ShouldBe(HttpStatusCode.OK);

        bench.Simulator.History("calls", id, "crmsync_stage").Select(h => (h.Value, h.By)).ShouldBe([("Demo", "person"), ("Negotiation", "app")]);
        bench.Simulator.Dials.Turn("F25", new DialSetting { Count = 1 });
        (await bench.PatchAsync($"crm/objects/2026-09/calls/{id}", new { properties = new { crmsync_stage = "Demo" } })).Status.ShouldBe(HttpStatusCode.OK);
        bench.Simulator.Find("calls", id)!.Subject.ShouldBe($"Edited by a person {id}");
    }

    [Fact]
    public async Task F26_Archived_IsGoneWhenWeWrite()
    {
        var (bench, id) = await WithCallAsync();
        await using var _ = bench;
        bench.Simulator.Dials.Turn("F26", new DialSetting { Count = 1 });

        var answer = await WriteAsync(bench, id, "crmsync_stage", "Demo");

        answer.Status.ShouldBe(HttpStatusCode.MultiStatus);
        answer.Json.GetProperty("errors")[0].GetProperty("category").GetString().ShouldBe("OBJECT_NOT_FOUND");
        (await bench.GetAsync($"crm/objects/2026-09/calls/{id}?archived=true")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task F26_Merged_AnswersWithTheSurvivor()
    {
        var (bench, _) = await WithCallAsync();
        await using var disposed = bench;
        var companies = await bench.IdsAsync("companies");
        bench.Simulator.Dials.Turn("F26", new DialSetting { Count = 1, Target = "merge" });

        var answer = await bench.PostAsync("crm/objects/2026-09/companies/batch/update",
            new { inputs = new[] { new { id = companies[0], properties = new { city = "Oslo" } } } });

        answer.Ids.ShouldBe([companies[1]]);
        bench.Simulator.Find("companies", companies[1])!.Properties["city"].ShouldBe("Oslo");
    }

    [Fact]
    public async Task F27_PropertyDeletedOrRetyped_HealsWithItsValues()
    {
        var (bench, id) = await WithCallAsync();
        await using var _ = bench;
        await WriteAsync(bench, id, "crmsync_stage", "Demo");
        bench.Simulator.Dials.Turn("F27", new DialSetting { Target = "calls/crmsync_stage" });
        (await bench.GetAsync("crm/properties/2026-09/calls/crmsync_stage")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await WriteAsync(bench, id, "crmsync_stage", "Demo")).Message.ShouldContain("PROPERTY_DOESNT_EXIST");

        bench.Simulator.Dials.Turn("F27", new DialSetting { Target = "calls/crmsync_stage/number" });
        (await bench.GetAsync("crm/properties/2026-09/calls/crmsync_stage")).Json.GetProperty("type").GetString().ShouldBe("number");
        (await WriteAsync(bench, id, "crmsync_stage", "Demo")).Message.ShouldContain("INVALID_DOUBLE");

        bench.Simulator.Dials.Heal("F27");
        bench.Simulator.Find("calls", id)!.Properties["crmsync_stage"].ShouldBe("Demo");
        (await WriteAsync(bench, id, "crmsync_stage", "Negotiation")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task F28_OptionRemoved_IsRefusedUntilHealed()
    {
        var (bench, id) = await WithCallAsync();
        await using var _ = bench;
        bench.Simulator.Dials.Turn("F28", new DialSetting { Target = "calls/crmsync_stage/Demo" });

        (await WriteAsync(bench, id, "crmsync_stage", "Demo")).Message.ShouldContain("INVALID_OPTION");
        (await WriteAsync(bench, id, "crmsync_stage", "Negotiation")).Status.ShouldBe(HttpStatusCode.OK);
        bench.Simulator.Dials.Heal("F28");
        (await WriteAsync(bench, id, "crmsync_stage", "Demo")).Status.ShouldBe(HttpStatusCode.OK);
        Should.Throw<ArgumentException>(() => bench.Simulator.Dials.Turn("F28", new DialSetting { Target = "calls/crmsync_stage/Tea" }));
    }

    [Fact]
    public async Task F29_ReadOnlyOrRequired_RefusesOurWriteUntilHealed()
    {
        var (bench, id) = await WithCallAsync();
        await using var _ = bench;
        bench.Simulator.Dials.Turn("F29", new DialSetting { Target = "calls/crmsync_stage" });
        (await WriteAsync(bench, id, "crmsync_stage", "Demo")).Message.ShouldContain("READ_ONLY_VALUE");

        bench.Simulator.Dials.Turn("F29", new DialSetting { Target = "calls/hs_call_body/required" });
        (await WriteAsync(bench, id, "crmsync_stage", "Demo")).Status.ShouldBe(HttpStatusCode.OK);
        bench.Simulator.Dials.Turn("F29", new DialSetting { Target = "calls/crmsync_auto/required" });
        (await WriteAsync(bench, id, "crmsync_stage", "Demo")).Text.ShouldContain("MISSING_CONDITIONAL_REQUIRED_PROPERTY");
        (await WriteAsync(bench, id, "crmsync_stage", "Demo", "2026-03")).Status.ShouldBe(HttpStatusCode.OK);
        bench.Simulator.Dials.Heal("F29");
        (await WriteAsync(bench, id, "crmsync_stage", "Demo")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task F30_Normalised_ReadsBackOtherThanWritten()
    {
        var (bench, id) = await WithCallAsync();
        await using var _ = bench;
        bench.Simulator.Dials.Turn("F30", new DialSetting { Count = 1 });

        (await WriteAsync(bench, id, "crmsync_auto", " Negotiation ")).Results[0].GetProperty("properties").GetProperty("crmsync_auto")
            .GetString().ShouldBe("negotiation");
        await WriteAsync(bench, id, "crmsync_auto", " Negotiation ");
        bench.Simulator.Find("calls", id)!.Properties["crmsync_auto"].ShouldBe(" Negotiation ");
    }

    [Theory]
    [InlineData("F27", "nonsense")]
    [InlineData("F27", "calls/no_such_property")]
    [InlineData("F27", "calls/crmsync_stage/rocket")]
    [InlineData("F29", "calls/crmsync_stage/maybe")]
    public async Task Turn_TargetThatNamesNothing_SaysSoAndStaysOff(string code, string target)
    {
        var (bench, _) = await WithCallAsync();
        await using var disposed = bench;

        Should.Throw<ArgumentException>(() => bench.Simulator.Dials.Turn(code, new DialSetting { Target = target }));
        bench.Simulator.Dials.On(code).ShouldBeNull();
    }
}
