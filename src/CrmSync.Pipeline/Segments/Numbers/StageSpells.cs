using CrmSync.Pipeline.Evaluation.Statistics;

namespace CrmSync.Pipeline.Segments.Numbers;

/// <summary>Times per stage from deals' histories. A spell ends when the deal leaves the stage, forwards, backwards or out; a deal that still stands in it is censored.</summary>
internal static class StageSpells
{
    public static IReadOnlyList<StageNumbers> Of(IEnumerable<DealFacts> deals, DateTimeOffset now)
    {
        Dictionary<string, (int Position, List<Spell> Spells)> stages = new(StringComparer.Ordinal);
        foreach (var deal in deals)
        {
            for (var i = 0; i < deal.Stages.Count; i++)
            {
                var entry = deal.Stages[i];
                var isLast = i == deal.Stages.Count - 1;
                var end = isLast ? deal.ClosedAt ?? now : deal.Stages[i + 1].At;
                // The closing stage begins when the deal closes: nobody waits in it.
                if (entry.At > now || isLast && deal.Outcome != DealOutcome.Open && end <= entry.At || end < entry.At)
                    continue;
                if (!stages.TryGetValue(entry.Stage, out var stage))
                    stages[entry.Stage] = stage = (entry.Position, []);
                stage.Spells.Add(new Spell((end - entry.At).TotalDays, !isLast || deal.Outcome != DealOutcome.Open));
            }
        }
        return [.. stages.OrderBy(stage => stage.Value.Position).ThenBy(stage => stage.Key, StringComparer.Ordinal)
            .Select(stage => new StageNumbers(stage.Key, stage.Value.Position, KaplanMeier.Of(stage.Value.Spells)))];
    }
}
