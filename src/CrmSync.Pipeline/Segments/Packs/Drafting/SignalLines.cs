using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Segments.Numbers;

namespace CrmSync.Pipeline.Segments.Packs.Drafting;

/// <summary>
/// Terms that are met before deals move forward, or backward and to lost: how moves with the term in the weeks before compare with moves without it. A term counts only
/// where the interval of the difference leaves out zero and chance among many terms is no good explanation.
/// </summary>
internal static class SignalLines
{
    private const double MostByChance = 0.05;
    private const int MostLines = 8;

    public static IEnumerable<PackLine> Of(DraftContext context)
    {
        var moves = context.Facts.Accounts.OrderBy(account => account.Id, StringComparer.Ordinal).SelectMany(account => account.Deals.SelectMany(deal => Moves(deal))).ToList();
        Dictionary<string, Tally> tallies = new(StringComparer.Ordinal);
        var byAccount = context.Sentences.GroupBy(sentence => sentence.Account, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        foreach (var move in moves)
        {
            HashSet<string> seen = new(StringComparer.Ordinal);
            foreach (var sentence in byAccount.GetValueOrDefault(move.Deal.Account, []).Where(sentence => sentence.Note.At <= move.At && sentence.Note.At >= move.At - DraftContext.Reach))
            {
                foreach (var term in Terms.Of(sentence.Words))
                {
                    if (!tallies.TryGetValue(term, out var tally))
                        tallies[term] = tally = new Tally();
                    tally.Activities.Add(sentence.Note.Id);
                    if (seen.Add(term))
                        tally.Add(move);
                }
            }
        }
        var all = new Share(moves.Count(move => move.Forward), moves.Count);
        return [.. Best(context, tallies, all, forward: true), .. Best(context, tallies, all, forward: false)];
    }

    /// <summary>The moves of a deal, oldest first; the last one of a closed deal goes by how it ended, whatever the place of the closing stage.</summary>
    private static IEnumerable<Move> Moves(DealFacts deal)
    {
        for (var i = 1; i < deal.Stages.Count; i++)
        {
            var closes = i == deal.Stages.Count - 1 && deal.Outcome != DealOutcome.Open;
            if (closes || deal.Stages[i].Position != deal.Stages[i - 1].Position)
                yield return new Move(deal, deal.Stages[i].At, closes ? deal.Outcome == DealOutcome.Won : deal.Stages[i].Position > deal.Stages[i - 1].Position);
        }
        if (deal.Stages.Count < 2 && deal is { Outcome: not DealOutcome.Open, ClosedAt: { } closed })
            yield return new Move(deal, closed, deal.Outcome == DealOutcome.Won);
    }

    private static IEnumerable<PackLine> Best(DraftContext context, Dictionary<string, Tally> tallies, Share all, bool forward)
    {
        var tested = tallies.Select(pair => (Term: pair.Key, Tally: pair.Value, With: pair.Value.Share(forward), Without: Rest(pair.Value, all, forward)))
            .Where(row => context.IsShown(row.Tally.Accounts(forward).Count) && row.With.Of >= context.Options.FewestForStatistic && row.Without.Of >= context.Options.FewestForStatistic)
            .Select(row => (row.Term, row.Tally, row.With, row.Without, Score: Score(row.With, row.Without))).ToList();
        // Bonferroni: of all the terms that were tried, chance alone should rarely bring forth a single one. The square of the score has one degree of freedom.
        var ranked = tested.Where(row => row.Score > 0 && SpecialFunctions.ChiSquareTail(row.Score * row.Score, 1) * tested.Count <= MostByChance && Newcombe.Between(row.Without, row.With).Low > 0)
            .OrderByDescending(row => row.Score).ThenBy(row => row.Term, StringComparer.Ordinal);
        foreach (var row in Terms.WithoutParts(ranked, row => row.Term, row => (int)row.With.Of).Take(MostLines))
        {
            var went = forward ? "forward" : "backward or to lost";
            var lift = row.Without.Count == 0 ? "never without it" : FormattableString.Invariant($"{row.With.Value / row.Without.Value:0.0} times as often");
            var text = FormattableString.Invariant(
                $"{DraftContext.Quote(row.Term)} within {DraftContext.Reach.Days} days before a move: {row.With.Count} of {row.With.Of} went {went}, {row.Without.Count} of {row.Without.Of} without it ({lift}).");
            var accounts = row.Tally.Accounts(forward);
            yield return context.Line(
                forward ? PackSection.Acceleration : PackSection.Deceleration, row.Term, row.Term, text, context.TierOf(accounts.Count),
                PackEvidence.Of(accounts, row.Tally.Activities, row.Tally.Deals, FormattableString.Invariant($"lift {(row.Without.Count == 0 ? "without bound" : FormattableString.Invariant($"{row.With.Value / row.Without.Value:0.0}"))}, n = {row.With.Of} and {row.Without.Of}"), context.OfAll(accounts.Count)));
        }
    }

    // The score test of two shares; unlike smoothed log-odds it sees a share of one as what it is.
    private static double Score(Share with, Share without)
    {
        var rate = (double)(with.Count + without.Count) / (with.Of + without.Of);
        var spread = rate * (1 - rate) * (1.0 / with.Of + 1.0 / without.Of);
        return spread <= 0 ? 0 : (with.Value - without.Value) / Math.Sqrt(spread);
    }

    private static Share Rest(Tally tally, Share all, bool forward)
    {
        var with = tally.Share(forward);
        return new Share((forward ? all.Count : all.Of - all.Count) - with.Count, all.Of - with.Of);
    }

    private sealed record Move(DealFacts Deal, DateTimeOffset At, bool Forward);

    private sealed class Tally
    {
        private readonly HashSet<string> _forward = new(StringComparer.Ordinal);
        private readonly HashSet<string> _backward = new(StringComparer.Ordinal);
        private int _forwards;
        private int _backwards;

        public HashSet<string> Activities { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Deals { get; } = new(StringComparer.Ordinal);

        public void Add(Move move)
        {
            Deals.Add(move.Deal.Id);
            (move.Forward ? _forward : _backward).Add(move.Deal.Account);
            if (move.Forward)
                _forwards++;
            else
                _backwards++;
        }

        public HashSet<string> Accounts(bool forward) => forward ? _forward : _backward;

        public Share Share(bool forward) => new(forward ? _forwards : _backwards, _forwards + _backwards);
    }
}
