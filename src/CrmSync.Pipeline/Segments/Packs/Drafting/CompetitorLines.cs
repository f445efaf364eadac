using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Segments.Numbers;

namespace CrmSync.Pipeline.Segments.Packs.Drafting;

/// <summary>Competitors, how deals end where they are named, and what is said beside them in won deals.</summary>
internal static class CompetitorLines
{
    private const int MostPhrases = 2;

    public static IEnumerable<PackLine> Of(DraftContext context, IReadOnlyList<NamedThing> competitors)
    {
        var padded = context.Sentences.Select(sentence => (sentence, Text: VocabularyLines.Padded(sentence))).ToList();
        foreach (var rival in competitors)
        {
            var met = padded.Where(row => row.Text.Contains($" {rival.Key} ", StringComparison.Ordinal)).Select(row => row.sentence).ToList();
            var accounts = met.Select(sentence => sentence.Account).ToHashSet(StringComparer.Ordinal);
            yield return context.Line(
                PackSection.Competitors, rival.Key, rival.Name, $"{rival.Name}: named at {context.OfAll(accounts.Count)}; compared with, or to be replaced, at {rival.Accounts.Count}.", context.TierOf(accounts.Count),
                PackEvidence.Of(accounts, rival.Activities, figures: context.OfAll(accounts.Count)), "how they position themselves");
            yield return WinLoss(context, rival, met);
        }
    }

    private static PackLine WinLoss(DraftContext context, NamedThing rival, List<Sentence> met)
    {
        var first = met.GroupBy(sentence => sentence.Account, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Min(sentence => sentence.Note.At), StringComparer.Ordinal);
        var closed = context.Facts.Deals.Where(deal => deal is { Outcome: not DealOutcome.Open, ClosedAt: not null }).ToList();
        var against = closed.Where(deal => first.TryGetValue(deal.Account, out var at) && at <= deal.ClosedAt).ToList();
        var rest = closed.Except(against).ToList();
        var (with, without) = (Wins(against), Wins(rest));
        var won = against.Where(deal => deal.Outcome == DealOutcome.Won).Select(deal => deal.Account).ToHashSet(StringComparer.Ordinal);
        var phrases = SharedPhrases.Find([.. met.Where(sentence => won.Contains(sentence.Account))], context.Options.FewestForQuote, MostPhrases);
        var said = phrases.Count == 0 ? "" : $" In won deals it is said beside it: {string.Join(", ", phrases.Select(phrase => DraftContext.Quote(phrase.Text)))}.";
        return context.Line(
            PackSection.WinLoss, rival.Key, rival.Name,
            $"Where {rival.Name} is named: won {NumberWords.Rate(with, context.Options)}, otherwise {NumberWords.Rate(without, context.Options)}; difference {NumberWords.Change(without, with, context.Options, "otherwise", "there")}.{said}",
            context.TierOf(first.Count), PackEvidence.Of(first.Keys, met.Select(sentence => sentence.Note.Id), against.Select(deal => deal.Id), FormattableString.Invariant($"{with.Count} won of {with.Of} closed")),
            "what sets us apart from them");
    }

    private static Share Wins(List<DealFacts> deals) => new(deals.Count(deal => deal.Outcome == DealOutcome.Won), deals.Count);
}
