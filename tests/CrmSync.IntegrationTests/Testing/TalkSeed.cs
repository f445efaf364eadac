using CrmSync.IntegrationTests.Storage;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Conversations;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Models;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Storage;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Testing;

/// <summary>
/// Two approved segments of six accounts each, and two accounts outside. Each segment has a word of its own, which stands in its pack, in every account's notes and in its thread, and nowhere else.
/// </summary>
internal static class TalkSeed
{
    public const string Bills = "bill-payment";
    public const string Cold = "cold-chain";
    public const string BillsCanary = "quibblefern";
    public const string ColdCanary = "zandermoss";
    public const int PerSegment = 6;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Knows both segments by a few words.</summary>
    public static byte[] Model
    {
        get
        {
            var model = new SegmentModel(
                [new ModelSegment("s01", "Bill payment", 0.5, 4, 0.2, 0.05), new ModelSegment("s02", "Cold chain", 0.5, 4, 0.2, 0.05)],
                ["bill", "bill payment", "cold chain", "excursion", "view"],
                [2.5f, -2f, 3f, -2f, -2f, 3f, -2f, 2.5f, 0.1f, 0.1f]);
            using var stream = new MemoryStream();
            SegmentModelFile.Write(model, stream);
            return stream.ToArray();
        }
    }

    /// <summary>Plants everything; the ledger is an empty one. Company n has the external id n; 1 to 6 pay bills, 7 to 12 keep the cold, 13 and 14 do neither.</summary>
    /// <returns>Ledger ids of the companies by external id.</returns>
    public static async Task<IReadOnlyDictionary<int, long>> PlantAsync(Ledger ledger)
    {
        var world = await LedgerWorld.CreateAsync(ledger);
        var scan = await world.StartScanAsync(RunKind.PollRecords, "deals");
        var work = (await ledger.ReadScanAsync(scan.Id, Token))!;
        await world.CommitAsync(scan, new LedgerChange
        {
            Records = new CrmRecords
            {
                Companies = [.. Enumerable.Range(1, 14).Select(number => new CrmCompany
                {
                    ObjectType = "companies", ExternalId = $"{number}", Name = NameOf(number), Domain = $"company{number}.example", CreatedAt = LedgerWorld.Start, ModifiedAt = LedgerWorld.Start,
                })],
            },
            Scan = new ScanProgress(work.ScanId, null, true, 0, 0), Ending = new BatchEnding.Completed(),
        });
        await world.StoreAsync([.. Enumerable.Range(1, 14).SelectMany(NotesOf)]);
        var ids = (await world.ListAsync<(string Key, long Id)>("select external_id, id from crm_company")).ToDictionary(row => int.Parse(row.Key, System.Globalization.CultureInfo.InvariantCulture), row => row.Id);
        (await ledger.ProposeAsync(
            new FoundSegments(
                1, 14, 40, [],
                [
                    Found("s01", "Bill payment", "bill payment", Enumerable.Range(1, PerSegment).Select(number => ids[number])),
                    Found("s02", "Cold chain", "cold chain", Enumerable.Range(1 + PerSegment, PerSegment).Select(number => ids[number])),
                ]) { Model = Model },
            "search", Token)).Holds.ShouldBeTrue();
        foreach (var (segment, name, canary, accounts) in new[] { (Bills, "Bill payment", BillsCanary, Enumerable.Range(1, PerSegment)), (Cold, "Cold chain", ColdCanary, Enumerable.Range(1 + PerSegment, PerSegment)) })
        {
            (await ledger.DecideAsync(new SegmentOrder(segment, "ada"), SegmentState.Approved, Token)).Holds.ShouldBeTrue();
            (await ledger.AddAsync(PackOf(segment, name, canary, [.. accounts.Select(number => AccountKey.Of(ids[number]))]), "ada", Token)).Succeeded.ShouldBeTrue();
            var (first, _) = await ledger.AppendAsync(
                new ThreadMessage("", segment, ThreadRole.Person, "ada", LedgerWorld.Start, $"What of the {canary}?"),
                new ThreadMessage("", segment, ThreadRole.Specialist, "template", LedgerWorld.Start, $"The {canary} comes up often. [1]") { Citations = [new Citation(CitationKind.Line, LineOf(canary).Id, null, null)] },
                null, Token);
            await ledger.AppendAsync(
                new ThreadMessage("", segment, ThreadRole.Person, "ada", LedgerWorld.Start, $"And who owns the {canary}?"),
                new ThreadMessage("", segment, ThreadRole.Specialist, "template", LedgerWorld.Start, $"Nobody owns the {canary}."),
                new ThreadSummary(segment, first.Id, 1, $"They asked about the {canary}.", PackAuthor.Template), Token);
        }
        return ids;
    }

    public static string NameOf(int number) => number <= PerSegment ? $"Brackwater {number}" : number <= 2 * PerSegment ? $"Coldmere {number}" : $"Other House {number}";

    /// <summary>The line of a pack that holds the segment's word.</summary>
    public static PackLine LineOf(string canary) => new(
        PackLine.IdOf(PackSection.Questions, canary), PackSection.Questions, "", $"Ask how many tools the {canary} runs in.", PackTier.Critical, PackEvidence.Of(["1"], figures: "6 of 6 accounts"),
        PackAuthor.Person("ada"), PackLineState.Approved) { ChangedAt = LedgerWorld.Start };

    private static Pack PackOf(string segment, string name, string canary, IReadOnlyList<string> accounts)
    {
        PackLine Line(PackSection section, string text, PackTier tier, string topic = "") => new(
            PackLine.IdOf(section, text), section, topic, text, tier, PackEvidence.Of(accounts, figures: "6 of 6 accounts"), PackAuthor.Template, PackLineState.Draft) { ChangedAt = LedgerWorld.Start };
        return PackEditor.Make(
            segment, name,
            [
                LineOf(canary), Line(PackSection.Values, "One consolidated view saves a day each month.", PackTier.Common), Line(PackSection.Objections, "They say it costs too much.", PackTier.Common, "Price"),
                Line(PackSection.Vocabulary, $"“{canary}” is what they call it.", PackTier.Edge, canary),
                Line(PackSection.CaseStudies, "A case study.", PackTier.Edge) with { Evidence = PackEvidence.None },
            ],
            1, PackAuthor.Template, LedgerWorld.Start, "First draft from the data.");
    }

    private static IEnumerable<CrmActivity> NotesOf(int number)
    {
        var link = new Association("company", "companies", $"{number}");
        IReadOnlyList<string> texts = number <= PerSegment
            ? [$"Bill payment runs in ten separate tools without a consolidated view, says the {BillsCanary}.", $"The bill payment {BillsCanary} is what keeps them awake in month {number}."]
            : number <= 2 * PerSegment
                ? [$"The cold chain has an excursion each week and no consolidated view, says the {ColdCanary}.", $"The cold chain {ColdCanary} is what keeps them awake in month {number}."]
                : number == 13 ? [] : ["We talked about the weather."];
        return texts.Select((text, place) => LedgerWorld.Activity($"{number}-{place}", text, 0, link));
    }

    private static FoundSegment Found(string id, string name, string term, IEnumerable<long> accounts) => new(
        id, name, true, 0.9, new SegmentDescription([new SegmentTerm(term, 2.5, 6, 0)], [], null), [.. accounts.Select((account, place) => new FoundMember(account, 20 - place, 2, 2, 0.1))]);
}
