using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Taxonomies;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private static readonly DateTimeOffset Ever = DateTimeOffset.UnixEpoch;

    private static Taxonomy Version(string version, string definition = "Friendly.") => TaxonomyFile.Parse(
        $$"""
        { "schema": "crmsync/taxonomy/1", "id": "engagement", "version": "{{version}}", "name": "Tone", "abstains": true, "properties": { "hubspot": "tone" },
          "labels": [ { "id": "a", "value": "A", "name": "A", "definition": "{{definition}}", "colour": "#ff8800" },
                      { "id": "b", "value": "B", "name": "B", "definition": "Not.", "colour": "#0088ff" } ] }
        """, "tone.json");

    [Fact]
    public async Task EnterAsync_ChangedFileUnderAnOldVersion_IsRefusedInASentence()
    {
        await Ledger.EnterAsync([Version("1")], Token);
        await Ledger.EnterAsync([Version("1")], Token);

        var refused = await Should.ThrowAsync<TaxonomyException>(() => Ledger.EnterAsync([Version("3"), Version("1", "Something else.")], Token));
        refused.Message.ShouldContain("\"engagement\" was changed, but its version is still \"1\"");
        (await Ledger.ListTaxonomiesAsync(Token)).ShouldHaveSingleItem().Text.ShouldContain("Friendly.");

        await Ledger.EnterAsync([Version("2", "Something else.")], Token);
        (await Ledger.ListTaxonomiesAsync(Token)).Select(stored => stored.Version).ShouldBe(["2", "1"], ignoreOrder: true);
    }

    [Fact]
    public async Task ReadOutdatedAsync_NewVersion_FindsWhatOlderOnesDecidedAndNoPersonsAnswers()
    {
        await World.LabelAsync("1", 0, "A");
        await World.LabelAsync("2", 0, "B");
        foreach (var batch in await World.StoreAsync(LedgerWorld.Activity("3"), LedgerWorld.Activity("4")))
            await World.DecideAsync(batch, work => work.ExternalId == "3" ? [Decided(work, "A", "1", by: "person")] : [LedgerWorld.Decision(work, "Demo", taxonomy: "stage")]);
        await World.StoreAsync(LedgerWorld.Activity("5"));

        (await CountAsync(Version("1"))).ShouldBe(1, "only the one that was never asked about it");
        (await CountAsync(Version("2"))).ShouldBe(3);
        var first = (await Ledger.ReadOutdatedAsync(Range(Version("2")), 0, 2, Token)).ToList();
        (await Ledger.ReadOutdatedAsync(Range(Version("2")), first[^1], 2, Token)).ShouldHaveSingleItem().ShouldBeGreaterThan(first[^1]);
        (await Ledger.CountOutdatedAsync(Range(Version("2")) with { From = LedgerWorld.Start.AddDays(1) }, Token)).ShouldBe(0);
    }

    [Fact]
    public async Task CommitAsync_ActivitiesAgain_AreDecidedAnewAndTheOldAnswerStays()
    {
        await World.LabelAsync("1", 0, "A");
        await World.WriteAsync();
        var scan = await World.StartScanAsync(RunKind.Relabel, "engagement");
        var work = (await Ledger.ReadScanAsync(scan.Id, Token)).ShouldNotBeNull();
        work.Kind.ShouldBe(RunKind.Relabel);
        var result = await World.CommitAsync(scan, new LedgerChange
        {
            Again = await Ledger.ReadOutdatedAsync(Range(Version("2")), 0, 100, Token),
            Scan = new ScanProgress(work.ScanId, null, true, 1, 0),
            Ending = new BatchEnding.Completed(),
        });

        var batch = result.NewBatches.ShouldHaveSingleItem();
        batch.Priority.ShouldBeLessThan(0, "it must not hold up what is new");
        await World.DecideAsync(batch, activity => [Decided(activity, "B", "2")]);

        (await World.ListAsync<string>("select taxonomy_version || label || case when superseded_at is null then '' else ' before' end from decision order by id")).ShouldBe(["1A before", "2B"]);
        (await World.IntentsAsync())[^1].ShouldBe("pending:B", "the write follows");
        (await CountAsync(Version("2"))).ShouldBe(0, "begun again, it finds nothing left");
        (await World.ListAsync<string>("select status from activity")).ShouldBe(["decided"]);
    }

    [Fact]
    public async Task CommitAsync_TheSameAnswerAgain_IsNotStoredTwice()
    {
        foreach (var batch in await World.StoreAsync(LedgerWorld.Activity("1")))
            await World.DecideAsync(batch, work => [Decided(work, "A", "1"), LedgerWorld.Decision(work, "Demo", taxonomy: "stage")]);
        var scan = await World.StartScanAsync(RunKind.Relabel, "engagement");
        var result = await World.CommitAsync(scan, new LedgerChange { Again = await World.ListAsync<long>("select id from activity"), Ending = new BatchEnding.Completed() });

        await World.DecideAsync(result.NewBatches.ShouldHaveSingleItem(), work => [Decided(work, "A", "2"), LedgerWorld.Decision(work, "Demo", taxonomy: "stage")]);

        (await World.ListAsync<string>("select taxonomy || taxonomy_version from decision order by id")).ShouldBe(["engagement1", "stage1", "engagement2"]);
    }

    private static DecisionRow Decided(ActivityWork work, string value, string version, string by = "rules")
    {
        var row = LedgerWorld.Decision(work, value);
        return row with { Decision = row.Decision with { TaxonomyVersion = version, DecidedBy = by } };
    }

    private OutdatedRange Range(Taxonomy taxonomy) => new(World.ConnectionId, taxonomy, Ever, LedgerWorld.Start.AddYears(1));

    private Task<long> CountAsync(Taxonomy taxonomy) => Ledger.CountOutdatedAsync(Range(taxonomy), Token);
}
