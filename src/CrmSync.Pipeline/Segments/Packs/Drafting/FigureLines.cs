using CrmSync.Pipeline.Segments.Numbers;

namespace CrmSync.Pipeline.Segments.Packs.Drafting;

/// <summary>The segment's figures as lines.</summary>
internal static class FigureLines
{
    public static IEnumerable<PackLine> Of(DraftContext context)
    {
        var (numbers, options) = (context.Numbers, context.Options);
        yield return Line("win rate", PackTier.Critical, $"Win rate: {NumberWords.Rate(numbers.Wins, options)}.", [FormattableString.Invariant($"{numbers.Wins.Count} won of {numbers.Wins.Of} closed")], Closed(context));
        if (numbers.SmoothedWinRate is { } smooth)
        {
            var text = $"Win rate drawn towards the whole portfolio: {NumberWords.Percent(smooth.Value)} % ({NumberWords.Percent(smooth.Low)} to {NumberWords.Percent(smooth.High)} %); safer where there are few deals.";
            yield return Line("smoothed win rate", PackTier.Common, text, [FormattableString.Invariant($"{numbers.Wins.Count} won of {numbers.Wins.Of} closed")], Closed(context));
        }
        foreach (var amount in numbers.Amounts)
            yield return Line($"amount {amount.Currency}", PackTier.Common, $"Amount of a won deal, median: {NumberWords.Amount(amount, options)}.", [FormattableString.Invariant($"{amount.Deals} won deals")], Won(context));
        yield return Line("cycle", PackTier.Common, $"From creation to the win, median: {NumberWords.Days(numbers.Cycle, numbers.Cycles, options)}.", [FormattableString.Invariant($"{numbers.Cycles} won deals")], Won(context));
        foreach (var stage in numbers.Stages.Where(stage => stage.Curve.Spells > 0))
            yield return Line($"stage {stage.Stage}", PackTier.Edge, $"Time in {stage.Stage}: {NumberWords.Stage(stage, options)}.", [FormattableString.Invariant($"{stage.Curve.Spells} stays, {stage.Curve.Ended} ended")], []);
        yield return Line("reps", PackTier.Edge, $"Consistency between reps: {NumberWords.Reps(numbers, options)}.", [FormattableString.Invariant($"{numbers.Wins.Of} closed deals")], Closed(context));
        yield return Line("answers", PackTier.Edge, $"Approaches answered: {NumberWords.Rate(numbers.Answered, options)}; leading to a meeting: {NumberWords.Rate(numbers.Met, options)}.", [FormattableString.Invariant($"{numbers.Answered.Of} approaches")], []);

        PackLine Line(string about, PackTier tier, string text, string[] figures, IEnumerable<string> deals) =>
            context.Line(PackSection.Numbers, about, "", text, tier, PackEvidence.Of(deals: deals, figures: figures));
    }

    private static IEnumerable<string> Closed(DraftContext context) => context.Facts.Deals.Where(deal => deal.Outcome != DealOutcome.Open).Select(deal => deal.Id);

    private static IEnumerable<string> Won(DraftContext context) => context.Facts.Deals.Where(deal => deal.Outcome == DealOutcome.Won).Select(deal => deal.Id);
}
