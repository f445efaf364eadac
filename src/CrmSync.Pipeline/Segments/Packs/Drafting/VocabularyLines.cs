using CrmSync.Pipeline.Segments.Numbers;

namespace CrmSync.Pipeline.Segments.Packs.Drafting;

/// <summary>The words that tell the segment from the rest, and the rules and standards that its accounts name.</summary>
internal static class VocabularyLines
{
    private const int MostTerms = 20;
    private const double LeastScore = 3;

    // Folded words as they stand in notes; numbers are no words, so "iso 27001" is met as "iso".
    private static readonly (string Words, string Name)[] Rules =
    [
        ("gdpr", "GDPR"), ("dsgvo", "GDPR"), ("ccpa", "CCPA"), ("hipaa", "HIPAA"), ("sox", "Sarbanes-Oxley"), ("sarbanes oxley", "Sarbanes-Oxley"), ("soc", "SOC reports"), ("pci", "PCI DSS"), ("pci dss", "PCI DSS"),
        ("iso", "ISO standards"), ("dora", "DORA"), ("nis2", "NIS2"), ("psd2", "PSD2"), ("mica", "MiCA"), ("fda", "FDA rules"), ("gxp", "GxP"), ("gmp", "GMP"), ("kyc", "KYC"), ("aml", "AML"), ("mdr", "MDR"), ("csrd", "CSRD"),
        ("ifrs", "IFRS"), ("gaap", "GAAP"), ("asc", "ASC standards"), ("fedramp", "FedRAMP"), ("cmmc", "CMMC"), ("itar", "ITAR"), ("reach", "REACH"), ("basel", "Basel"), ("solvency", "Solvency"), ("mifid", "MiFID"),
        ("e invoicing", "e-invoicing mandates"), ("einvoicing", "e-invoicing mandates"), ("xrechnung", "e-invoicing mandates"), ("peppol", "Peppol"), ("gobd", "GoBD"), ("ferpa", "FERPA"), ("glba", "GLBA"), ("finra", "FINRA"),
        ("ai act", "EU AI Act"), ("compliance", "compliance in general"), ("auditor", "auditors"), ("auditors", "auditors"), ("audit trail", "audit trail"), ("data residency", "data residency"), ("segregation of duties", "segregation of duties"),
    ];

    public static IEnumerable<PackLine> Of(DraftContext context) => [.. Vocabulary(context), .. Regulation(context)];

    private static IEnumerable<PackLine> Vocabulary(DraftContext context)
    {
        var (size, others) = (context.Facts.Accounts.Count, context.Portfolio);
        var ranked = Terms.ByAccount(context.Sentences).Where(pair => context.IsShown(pair.Value.Count))
            .Select(pair => (Term: pair.Key, Accounts: pair.Value, Outside: others?.AccountsWith.GetValueOrDefault(pair.Key) ?? 0))
            .Select(row => (row.Term, row.Accounts, row.Outside, Score: others is null ? row.Accounts.Count : LogOdds.Score(row.Accounts.Count, size, row.Outside, others.Accounts)))
            .Where(row => others is null || row.Score >= LeastScore)
            .OrderByDescending(row => others is null ? row.Score : LogOdds.LikelihoodRatio(row.Accounts.Count, size, row.Outside, others.Accounts)).ThenBy(row => row.Term, StringComparer.Ordinal).Take(MostTerms * 5);
        foreach (var row in Terms.WithoutParts(ranked, row => row.Term, row => row.Accounts.Count).Take(MostTerms))
        {
            var beside = others is null ? "" : FormattableString.Invariant($", elsewhere at {row.Outside} of {others.Accounts}");
            yield return context.Line(
                PackSection.Vocabulary, row.Term, row.Term, $"{DraftContext.Quote(row.Term)}: said at {context.OfAll(row.Accounts.Count)}{beside}.", context.TierOf(row.Accounts.Count),
                PackEvidence.Of(row.Accounts, Activities(context, row.Term), figures: context.OfAll(row.Accounts.Count)));
        }
    }

    private static IEnumerable<PackLine> Regulation(DraftContext context)
    {
        var padded = context.Sentences.Select(sentence => (sentence, Text: Padded(sentence))).ToList();
        foreach (var rule in Rules.GroupBy(rule => rule.Name, StringComparer.Ordinal))
        {
            var met = padded.Where(row => rule.Any(form => row.Text.Contains($" {form.Words} ", StringComparison.Ordinal))).Select(row => row.sentence).ToList();
            var accounts = met.Select(sentence => sentence.Account).Distinct(StringComparer.Ordinal).ToList();
            if (context.IsShown(accounts.Count))
                yield return context.Line(
                    PackSection.Regulation, rule.Key, rule.Key, $"{rule.Key}: named at {context.OfAll(accounts.Count)}.", context.TierOf(accounts.Count),
                    PackEvidence.Of(accounts, met.Select(sentence => sentence.Note.Id), figures: context.OfAll(accounts.Count)));
        }
    }

    /// <summary>The words with blanks around each, so that a phrase can be looked for.</summary>
    public static string Padded(Sentence sentence) => $" {string.Join(' ', sentence.Words)} ";

    private static IEnumerable<string> Activities(DraftContext context, string term) =>
        context.Sentences.Where(sentence => Terms.Of(sentence.Words).Contains(term, StringComparer.Ordinal)).Select(sentence => sentence.Note.Id);
}
