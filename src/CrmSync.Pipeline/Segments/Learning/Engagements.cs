using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.Segments.Packs.Drafting;

namespace CrmSync.Pipeline.Segments.Learning;

/// <summary>A brief that somebody was given.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Segment">The segment.</param>
/// <param name="Account">Key of the account.</param>
/// <param name="At">When.</param>
/// <param name="Lines">Ids of the pack's lines in it.</param>
public sealed record BriefUse(string Id, string Segment, string Account, DateTimeOffset At, IReadOnlyList<string> Lines);

/// <summary>What became of one brief: which of its lines the customer spoke of afterwards, and how the deal ended.</summary>
/// <param name="Brief">Id of the brief.</param>
/// <param name="Account">Key of the account.</param>
/// <param name="Deal">Key of the deal that closed first after it.</param>
/// <param name="Outcome">How that ended.</param>
/// <param name="Echoed">Lines whose words came up in the activities between the brief and the close.</param>
/// <param name="Silent">Lines whose words did not.</param>
public sealed record EngagementOutcome(string Brief, string Account, string Deal, DealOutcome Outcome, IReadOnlyList<string> Echoed, IReadOnlyList<string> Silent);

/// <summary>How a line fared over all closed engagements that had it in their brief.</summary>
/// <param name="Line">Id of the line.</param>
/// <param name="Echoed">Won out of closed where the customer spoke of it.</param>
/// <param name="Silent">Won out of closed where the customer did not.</param>
public sealed record LineRecord(string Line, Share Echoed, Share Silent)
{
    /// <summary>"resonated", "failed", "inconclusive" or how many cases are still missing.</summary>
    public string Verdict(NumberOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (Echoed.Of < options.FewestForStatistic || Silent.Of < options.FewestForStatistic)
            return NumberWords.TooFew(Math.Min(Echoed.Of, Silent.Of), options.FewestForStatistic);
        var difference = Newcombe.Between(Silent, Echoed);
        return !difference.IsClear ? "inconclusive" : difference.Value > 0 ? "resonated" : "failed";
    }
}

/// <summary>Learns from engagements what of a pack comes up and what then happens. It is a record of what went together, not of what caused what. Pure.</summary>
public static class Engagements
{
    /// <summary>The outcomes of briefs whose deal has closed.</summary>
    /// <param name="pack">The pack, retired lines included.</param>
    /// <param name="facts">The segment.</param>
    /// <param name="uses">Briefs that were given.</param>
    public static IReadOnlyList<EngagementOutcome> Of(Pack pack, SegmentFacts facts, IEnumerable<BriefUse> uses)
    {
        ArgumentNullException.ThrowIfNull(pack);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(uses);
        var accounts = facts.Accounts.ToDictionary(account => account.Id, StringComparer.Ordinal);
        var cues = pack.Lines.ToDictionary(line => line.Id, Cues, StringComparer.Ordinal);
        List<EngagementOutcome> outcomes = [];
        foreach (var use in uses.Where(use => use.Segment == pack.Segment).OrderBy(use => use.At).ThenBy(use => use.Id, StringComparer.Ordinal))
        {
            if (!accounts.TryGetValue(use.Account, out var account))
                continue;
            var deal = account.Deals.Where(deal => deal.Outcome != DealOutcome.Open && deal.ClosedAt >= use.At).OrderBy(deal => deal.ClosedAt).ThenBy(deal => deal.Id, StringComparer.Ordinal).FirstOrDefault();
            if (deal is null)
                continue;
            var said = account.Notes.Where(note => note.Side != NoteSide.Seller && note.At > use.At && note.At <= deal.ClosedAt)
                .SelectMany(note => Sentences.Of(account.Id, note)).Select(VocabularyLines.Padded).ToList();
            var byEcho = use.Lines.Where(cues.ContainsKey).ToLookup(line => cues[line].Any(cue => said.Exists(sentence => sentence.Contains($" {cue} ", StringComparison.Ordinal))));
            outcomes.Add(new EngagementOutcome(use.Id, account.Id, deal.Id, deal.Outcome, [.. byEcho[true]], [.. byEcho[false]]));
        }
        return outcomes;
    }

    /// <summary>The record of every line, by its id. A deal counts once per line, however many briefs it had.</summary>
    public static IReadOnlyList<LineRecord> Lines(IEnumerable<EngagementOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        return [.. outcomes.SelectMany(outcome => outcome.Echoed.Select(line => (line, outcome, Echoed: true)).Concat(outcome.Silent.Select(line => (line, outcome, Echoed: false))))
            .GroupBy(row => row.line, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group =>
            {
                var deals = group.GroupBy(row => row.outcome.Deal, StringComparer.Ordinal).Select(deal => (Won: deal.First().outcome.Outcome == DealOutcome.Won, Echoed: deal.Any(row => row.Echoed))).ToList();
                return new LineRecord(group.Key, Count(deals, echoed: true), Count(deals, echoed: false));
            })];
    }

    private static Share Count(List<(bool Won, bool Echoed)> deals, bool echoed) => new(deals.Count(deal => deal.Won && deal.Echoed == echoed), deals.Count(deal => deal.Echoed == echoed));

    // A line is recognised by its topic and by what stands in its quotation marks; a line without either by pairs of telling words.
    private static List<string> Cues(PackLine line)
    {
        List<string> cues = [string.Join(' ', Sentences.Words(line.Topic))];
        for (var at = line.Text.IndexOf('“', StringComparison.Ordinal); at >= 0; at = line.Text.IndexOf('“', at + 1))
        {
            var end = line.Text.IndexOf('”', at);
            if (end > at)
                cues.Add(string.Join(' ', Sentences.Words(line.Text[(at + 1)..end])));
        }
        cues.RemoveAll(cue => cue.Length == 0 || cue.Split(' ').All(SmallWords.Contain));
        if (cues.Count == 0)
            cues.AddRange(Terms.Of(Sentences.Words(line.Text)).Where(term => term.Contains(' ', StringComparison.Ordinal)));
        return cues;
    }
}
