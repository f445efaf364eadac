using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;

namespace CrmSync.Tests.Segments;

/// <summary>A made-up segment of manufacturers with many entities, each juggling separate bill-payment accounts.</summary>
internal static class SegmentRoom
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);
    public static readonly NumberOptions Options = new();

    public static DateTimeOffset Day(int day) => Start.AddDays(day);

    public static NoteFacts Note(string id, int day, string text, NoteSide side = NoteSide.Customer, bool meeting = false, string? contact = null) => new(id, Day(day), text, side, meeting, contact);

    public static DealFacts Deal(string account, DealOutcome outcome, int from, int to, string owner = "r1", decimal? amount = null, string currency = "EUR", params (string Stage, int Position, int Day)[] stages) =>
        new($"d-{account}", account, Day(from), outcome)
        {
            ClosedAt = outcome == DealOutcome.Open ? null : Day(to), Owner = owner, Amount = amount, Currency = currency,
            Stages = [.. stages.Select(stage => new StageEntry(stage.Stage, stage.Position, Day(stage.Day)))],
        };

    /// <summary>40 accounts: 16 won, 16 lost, 8 open, with objections, competitors, questions and answers.</summary>
    public static SegmentFacts BillPayment(string segment = "bill-payment") => new(segment, "Multi-entity bill payment", [.. Enumerable.Range(0, 40).Select(Account)]);

    /// <summary>60 accounts that speak of something else.</summary>
    public static IReadOnlyList<AccountFacts> Others() => [.. Enumerable.Range(0, 60).Select(i => new AccountFacts($"o{i}")
    {
        Notes = [Note($"on{i}", i, "We look for a way to schedule field technicians. The budget is fine.")],
        Deals = [Deal($"o{i}", i % 3 == 0 ? DealOutcome.Won : DealOutcome.Lost, i, i + 30)],
    })];

    private static AccountFacts Account(int i)
    {
        var id = $"a{i:00}";
        var outcome = i % 5 == 4 ? DealOutcome.Open : i % 2 == 0 ? DealOutcome.Won : DealOutcome.Lost;
        var won = outcome == DealOutcome.Won;
        List<NoteFacts> notes =
        [
            Note($"{id}-1", 10 + i, "We juggle ten separate bill payment instances by hand. There is no consolidated view across entities.", contact: "c1"),
            Note($"{id}-2", 12 + i, "Does it support approval limits per entity?", contact: "c1"),
            Note($"{id}-3", 14 + i, i % 2 == 0 ? "Honestly it is too expensive per entity for us." : "We are switching from PayTrail, also evaluating LedgerHub.", contact: "c2"),
            Note($"{id}-4", 16 + i, i % 2 == 0 ? "One consolidated contract replaces all of the separate fees." : "Let me send the overview.", NoteSide.Seller),
            Note($"{id}-5", 20 + i, won ? "The sandbox trial went well and the audit trail convinced our auditors." : "The steering committee froze new tools.", contact: "c1"),
        ];
        return new AccountFacts(id)
        {
            Industry = "Manufacturing", Employees = 400 + i, Notes = notes, Titles = new Dictionary<string, string> { ["c1"] = "VP Finance", ["c2"] = "IT Director" },
            Deals =
            [
                outcome == DealOutcome.Open
                    ? Deal(id, outcome, 5 + i, 0, i % 3 == 0 ? "r1" : "r2", stages: [("Discovery", 0, 5 + i), ("Demo", 1, 15 + i)])
                    : Deal(id, outcome, 5 + i, 40 + i, i % 3 == 0 ? "r1" : "r2", 10_000 + 100 * i, i % 4 == 0 ? "USD" : "EUR", 
                        [("Discovery", 0, 5 + i), ("Demo", 1, 15 + i), .. won ? ((string, int, int)[])[] : [("Discovery", 0, 30 + i)], (won ? "Won" : "Lost", 2, 40 + i)]),
            ],
        };
    }

    public static Pack Draft(SegmentFacts? facts = null)
    {
        var segment = facts ?? BillPayment();
        return PackDrafter.Draft(segment, Options, Now, PortfolioFacts.Of([Others()], DealTally.Of(segment.Deals).Wins));
    }

    public static PackLine Line(string id, PackSection section, string text, PackTier tier = PackTier.Common, string topic = "", PackEvidence? evidence = null) =>
        new(id, section, topic, text, tier, evidence ?? PackEvidence.Of(["a01"], figures: "5 of 40 accounts"), PackAuthor.Template, PackLineState.Draft) { ChangedAt = Now };

    public static Pack Pack(params PackLine[] lines) => PackEditor.Make("bill-payment", "Multi-entity bill payment", lines, 1, PackAuthor.Template, Now, "First draft.");
}
