using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Taxonomies;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Classification.Learning;

public sealed class TrainingFolderTests : IDisposable
{
    /// <summary>Last letters of the ids of rows that say another one in other words.</summary>
    private const string SaidAnew = "stuvw";
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-rows-").FullName;

    [Fact]
    public async Task ReadAsync_TwoFilesOfAWriter_AreOneGroup()
    {
        foreach (var file in (string[])["ines", "ines+variants", "north-team"])
            await File.WriteAllTextAsync(
                Path.Combine(_folder, $"{file}.jsonl"),
                $$"""{"id": "{{file}}-1", "type": "call", "subject": "Connected", "body": "", "engagement": "ENGAGED", "stage": null}""",
                TestContext.Current.CancellationToken);

        var read = await TrainingFolder.ReadAsync(_folder, TaxonomySet.LoadShipped(), TestContext.Current.CancellationToken);

        read.Faults.ShouldBeEmpty();
        read.Rows.Select(row => (row.Id, row.Group)).ShouldBe([("ines+variants-1", "ines"), ("ines-1", "ines"), ("north-team-1", "north-team")], ignoreOrder: true);
    }

    [Fact]
    public async Task ReadAsync_FolderChosen_TeachesAndIsNotJudgedBy()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "chosen"));
        foreach (var file in (string[])["ines", "chosen/ines+variants", "chosen/rahel"])
            await File.WriteAllTextAsync(
                Path.Combine(_folder, $"{file}.csv"), "crm_subject,crm_description,crm_subtype,human_label\nConnected,,call,ENGAGED\n", TestContext.Current.CancellationToken);

        var read = await TrainingFolder.ReadAsync(_folder, TaxonomySet.LoadShipped(), TestContext.Current.CancellationToken);

        read.Rows.Select(row => (row.Group, row.IsChosen)).ShouldBe([("ines", false), ("ines", true), ("rahel", true)]);
    }

    [Fact]
    public async Task ReadAsync_ShippedVariants_StandBesideTheRowsThatTheyVary()
    {
        var rows = (await TrainingFolder.ReadAsync(TrainingFolder.Shipped, TaxonomySet.LoadShipped(), TestContext.Current.CancellationToken)).Rows;
        var byId = rows.ToDictionary(row => row.Id);
        var variants = rows.Where(row => char.IsAsciiLetter(row.Id[^1])).ToList();

        variants.Count.ShouldBeGreaterThan(15_000);
        foreach (var variant in variants)
        {
            var varied = byId[variant.Id[..^1]];
            variant.Group.ShouldBe(varied.Group);
            // Said in other words: the same answers. One decisive fact changed: at least one other answer.
            varied.Labels.All(pair => variant.Labels[pair.Key] == pair.Value).ShouldBe(SaidAnew.Contains(variant.Id[^1]), variant.Id);
            variant.IsChosen.ShouldBeTrue();
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
