using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Segments.Numbers;

namespace CrmSync.Pipeline.Segments.Packs.Drafting;

/// <summary>What kind of company it is and who takes part in buying.</summary>
internal static class PeopleLines
{
    public static IEnumerable<PackLine> Of(DraftContext context) => [.. Organisation(context), .. Committee(context)];

    private static IEnumerable<PackLine> Organisation(DraftContext context)
    {
        foreach (var (kind, of) in new (string, Func<AccountFacts, string?>)[] { ("Industry", account => account.Industry), ("Region", account => account.Region) })
        {
            foreach (var group in context.Facts.Accounts.Where(account => !string.IsNullOrWhiteSpace(of(account))).GroupBy(account => of(account)!, StringComparer.OrdinalIgnoreCase)
                .Where(group => context.IsShown(group.Count())).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Take(3))
            {
                yield return context.Line(
                    PackSection.Organisation, $"{kind} {group.Key}", kind, $"{group.Key}: {context.OfAll(group.Count())}.", context.TierOf(group.Count()),
                    PackEvidence.Of(group.Select(account => account.Id), figures: context.OfAll(group.Count())));
            }
        }
        var sized = context.Facts.Accounts.Where(account => account.Employees is > 0).ToList();
        if (sized.Count >= context.Options.FewestForStatistic && Median.Of(sized.Select(account => (double)account.Employees!.Value)) is { } middle)
        {
            yield return context.Line(
                PackSection.Organisation, "employees", "Size", FormattableString.Invariant($"People who work there, median: {middle.Value:N0} ({middle.Low:N0} to {middle.High:N0}, {middle.Of} accounts)."), PackTier.Common,
                PackEvidence.Of(sized.Select(account => account.Id), figures: FormattableString.Invariant($"{sized.Count} accounts with a size")));
        }
    }

    private static IEnumerable<PackLine> Committee(DraftContext context)
    {
        var closed = context.Facts.Deals.Where(deal => deal.Outcome != DealOutcome.Open).ToList();
        foreach (var persona in Personas.All)
        {
            var accounts = context.Facts.Accounts.Where(account => account.Titles.Values.Any(title => Personas.Of(title) == persona)).Select(account => account.Id).ToHashSet(StringComparer.Ordinal);
            if (!context.IsShown(accounts.Count))
                continue;
            var (with, without) = (Wins(closed, deal => accounts.Contains(deal.Account)), Wins(closed, deal => !accounts.Contains(deal.Account)));
            var text = $"{persona}: known at {context.OfAll(accounts.Count)}. Won with them {NumberWords.Rate(with, context.Options)}, without {NumberWords.Rate(without, context.Options)}; difference {NumberWords.Change(without, with, context.Options, "without", "with")}.";
            yield return context.Line(
                PackSection.Committee, persona, persona, text, context.TierOf(accounts.Count),
                PackEvidence.Of(accounts, deals: closed.Where(deal => accounts.Contains(deal.Account)).Select(deal => deal.Id), figures: context.OfAll(accounts.Count)));
        }
    }

    private static Share Wins(List<DealFacts> closed, Func<DealFacts, bool> counts) =>
        new(closed.Count(deal => counts(deal) && deal.Outcome == DealOutcome.Won), closed.Count(counts));
}

/// <summary>Kinds of people by their job titles.</summary>
internal static class Personas
{
    public const string Everybody = "Everybody";

    // The first that fits: a "VP Finance" is finance, a "procurement director" procurement.
    private static readonly (string Persona, string[] Words)[] Kinds =
    [
        ("Finance", ["cfo", "finance", "financial", "controller", "controlling", "accounting", "accountant", "accounts", "treasury", "treasurer", "payable", "finanzen", "buchhaltung"]),
        ("Security and legal", ["security", "ciso", "legal", "counsel", "compliance", "privacy", "risk", "audit", "auditor"]),
        ("IT", ["it", "cio", "cto", "technology", "systems", "architect", "engineer", "engineering", "developer", "data", "infrastructure", "erp"]),
        ("Procurement", ["procurement", "purchasing", "sourcing", "buyer", "einkauf", "achats"]),
        ("Operations", ["operations", "coo", "plant", "production", "logistics", "supply", "process", "quality", "betrieb"]),
        ("People", ["hr", "people", "talent", "recruiting", "payroll", "personnel"]),
        ("Sales and marketing", ["sales", "revenue", "cro", "marketing", "cmo", "growth", "commercial", "vertrieb"]),
        ("Executive", ["ceo", "founder", "owner", "president", "managing", "chief", "geschaftsfuhrer", "partner", "principal"]),
    ];

    /// <summary>All kinds, in a fixed order.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Kinds.Select(kind => kind.Persona)];

    /// <summary>The kind of a title; null where it tells none.</summary>
    public static string? Of(string? title)
    {
        if (string.IsNullOrWhiteSpace(title))
            return null;
        var words = Sentences.Words(title.Length > 200 ? title[..200] : title);
        return Kinds.Where(kind => kind.Words.Any(word => words.Contains(word, StringComparer.Ordinal))).Select(kind => kind.Persona).FirstOrDefault();
    }
}
