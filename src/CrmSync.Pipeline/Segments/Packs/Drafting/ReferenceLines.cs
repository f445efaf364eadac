using CrmSync.Pipeline.Segments.Numbers;

namespace CrmSync.Pipeline.Segments.Packs.Drafting;

/// <summary>Won accounts that could speak for us. Whether they may be named is for a person to ask; their names stand behind the evidence, not in the text.</summary>
internal static class ReferenceLines
{
    private const int MostReferences = 10;

    public static IEnumerable<PackLine> Of(DraftContext context)
    {
        var won = context.Facts.Accounts.Select(account => (account.Id, Deals: account.Deals.Where(deal => deal.Outcome == DealOutcome.Won).ToList())).Where(row => row.Deals.Count > 0)
            .OrderByDescending(row => row.Deals.Max(deal => deal.ClosedAt)).ThenBy(row => row.Id, StringComparer.Ordinal).ToList();
        foreach (var (id, deals) in won.Take(MostReferences))
        {
            var when = deals.Max(deal => deal.ClosedAt) is { } at ? FormattableString.Invariant($", last on {at.ToUniversalTime():yyyy-MM-dd}") : "";
            yield return context.Line(
                PackSection.References, id, "", FormattableString.Invariant($"Account {id}: {deals.Count} {(deals.Count == 1 ? "deal" : "deals")} won{when}."), PackTier.Common,
                PackEvidence.Of([id], deals: deals.Select(deal => deal.Id), figures: FormattableString.Invariant($"{deals.Count} won")), "permission to name them");
        }
        if (won.Count > 0)
        {
            yield return context.Line(
                PackSection.CaseStudies, "case study", "", FormattableString.Invariant($"{won.Count} accounts of this segment have bought; none has a case study here yet."), PackTier.Edge,
                PackEvidence.Of(won.Select(row => row.Id), figures: FormattableString.Invariant($"{won.Count} won accounts")), "a case study");
        }
    }
}
