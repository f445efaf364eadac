using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.Segments.Packs.Drafting;

namespace CrmSync.Pipeline.Segments.Learning;

/// <summary>
/// Looks for what recent wins or losses have in common that the pack does not know yet: competitors, objections, phrases. Terms of recently closed deals are compared with those of all other
/// closed deals of the segment; only what enough accounts say is proposed. Nothing is changed: a person decides. Pure.
/// </summary>
public static class RisingTerms
{
    /// <summary>The proposals, strongest first.</summary>
    /// <param name="pack">The pack; retired lines count as known, for somebody decided about them.</param>
    /// <param name="facts">The segment.</param>
    /// <param name="numbers">From how many accounts on something is shown.</param>
    /// <param name="options">How it learns.</param>
    /// <param name="now">Until when records are known.</param>
    /// <param name="known">Ids of proposals made before, decided or not; those are not made again.</param>
    public static IReadOnlyList<PackProposal> Propose(
        Pack pack, SegmentFacts facts, NumberOptions numbers, LearningOptions options, DateTimeOffset now, IReadOnlySet<string>? known = null)
    {
        ArgumentNullException.ThrowIfNull(pack);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(numbers);
        ArgumentNullException.ThrowIfNull(options);
        var words = pack.Lines.SelectMany(line => new[] { line.Topic, line.Text }).Select(text => $" {string.Join(' ', Sentences.Words(text))} ").ToList();
        List<(double Score, PackProposal Proposal)> found = [];
        foreach (var outcome in new[] { DealOutcome.Lost, DealOutcome.Won })
        {
            var recent = Closed(facts, deal => deal.Outcome == outcome && deal.ClosedAt > now - options.Recent && deal.ClosedAt <= now);
            // An account whose recent deal ended so belongs to one side only.
            var others = Closed(facts, deal => deal.Outcome != DealOutcome.Open && deal.ClosedAt <= now).Where(account => recent.All(other => other.Account.Id != account.Account.Id)).ToList();
            if (recent.Count < numbers.FewestForQuote)
                continue;
            var look = new Look(pack, outcome, recent, others, numbers, options, now);
            found.AddRange(look.Propose(term => words.Exists(text => text.Contains($" {term} ", StringComparison.Ordinal))));
        }
        return [.. found.OrderByDescending(row => row.Score).ThenBy(row => row.Proposal.Id, StringComparer.Ordinal).Select(row => row.Proposal)
            .DistinctBy(proposal => proposal.Id).Where(proposal => known?.Contains(proposal.Id) != true).Take(options.MostProposals)];
    }

    // Each account with the sentences of the time in which its deal was open.
    private static List<ClosedAccount> Closed(SegmentFacts facts, Func<DealFacts, bool> counts) =>
        [.. facts.Accounts.OrderBy(account => account.Id, StringComparer.Ordinal).Select(account => (account, Deals: account.Deals.Where(counts).ToList())).Where(row => row.Deals.Count > 0)
            .Select(row => new ClosedAccount(row.account, row.Deals, [.. Sentences.Of([row.account]).Where(sentence => row.Deals.Exists(deal => sentence.Note.At >= deal.CreatedAt && sentence.Note.At <= deal.ClosedAt))]))];

    private sealed record ClosedAccount(AccountFacts Account, IReadOnlyList<DealFacts> Deals, IReadOnlyList<Sentence> Said);

    private sealed class Look(Pack pack, DealOutcome outcome, List<ClosedAccount> recent, List<ClosedAccount> others, NumberOptions numbers, LearningOptions options, DateTimeOffset now)
    {
        public IEnumerable<(double, PackProposal)> Propose(Func<string, bool> isKnown)
        {
            var inside = Terms.ByAccount(recent.SelectMany(account => account.Said));
            var outside = Terms.ByAccount(others.SelectMany(account => account.Said));
            var rivals = Rivals();
            List<string> named = [];
            foreach (var rival in rivals)
            {
                named.AddRange(rival.Key.Split(' '));
                if (!isKnown(rival.Key))
                    yield return (options.LeastScore + rival.Accounts.Count, Proposal(PackSection.Competitors, rival.Key, rival.Name, rival.Accounts, Elsewhere(rival.Key, outside), "how they position themselves"));
            }
            var rising = inside.Where(pair => pair.Value.Count >= numbers.FewestForQuote && !isKnown(pair.Key) && !pair.Key.Split(' ').Any(named.Contains))
                .Select(pair => (Term: pair.Key, Accounts: pair.Value, Score: LogOdds.Score(pair.Value.Count, recent.Count, Elsewhere(pair.Key, outside), others.Count)))
                .Where(row => row.Score >= options.LeastScore).OrderByDescending(row => row.Score).ThenBy(row => row.Term, StringComparer.Ordinal);
            foreach (var row in Terms.WithoutParts(rising, row => row.Term, row => row.Accounts.Count).Take(options.MostProposals))
            {
                var section = IsWorry(row.Term) ? PackSection.Objections : outcome == DealOutcome.Won ? PackSection.Acceleration : PackSection.Deceleration;
                yield return (row.Score, Proposal(section, row.Term, row.Term, [.. row.Accounts], Elsewhere(row.Term, outside), section == PackSection.Objections ? "the answer" : null));
            }
        }

        private static int Elsewhere(string term, Dictionary<string, HashSet<string>> outside) => outside.TryGetValue(term, out var accounts) ? accounts.Count : 0;

        private IReadOnlyList<NamedThing> Rivals()
        {
            var accounts = recent.Select(account => account.Account with { Notes = [.. account.Said.Select(sentence => sentence.Note).DistinctBy(note => note.Id)] }).ToList();
            return NamedThings.Competitors(new DraftContext(new SegmentFacts(pack.Segment, pack.Name, accounts), numbers, now, null));
        }

        // More than half of the sentences that hold the term are worries.
        private bool IsWorry(string term)
        {
            var holding = recent.SelectMany(account => account.Said).Where(sentence => sentence.Note.Side != NoteSide.Seller).Select(VocabularyLines.Padded)
                .Where(sentence => sentence.Contains($" {term} ", StringComparison.Ordinal)).ToList();
            return holding.Count > 0 && holding.Count(Objections.IsWorry) * 2 > holding.Count;
        }

        private PackProposal Proposal(PackSection section, string term, string topic, IReadOnlyList<string> accounts, int elsewhere, string? needs)
        {
            var (ended, kind) = outcome == DealOutcome.Won ? ("won", "wins") : ("lost", "losses");
            var deals = recent.Where(account => accounts.Contains(account.Account.Id, StringComparer.Ordinal)).ToList();
            var activities = deals.SelectMany(account => account.Said).Where(sentence => VocabularyLines.Padded(sentence).Contains($" {term} ", StringComparison.Ordinal)).Select(sentence => sentence.Note.Id);
            var figure = FormattableString.Invariant($"{accounts.Count} of {recent.Count} accounts {ended} in the last {options.Recent.TotalDays:0} days, {elsewhere} of {others.Count} other closed ones");
            var evidence = PackEvidence.Of(accounts, activities, deals.SelectMany(account => account.Deals).Select(deal => deal.Id), figure);
            var share = (double)accounts.Count / recent.Count;
            var line = new PackLine(
                PackLine.IdOf(section, term), section, topic, $"{DraftContext.Quote(topic)} came up among recent {kind}: {figure}.", share >= 0.5 ? PackTier.Critical : PackTier.Common, evidence, PackAuthor.Template, PackLineState.Draft)
            {
                Needs = needs,
                ChangedAt = now,
            };
            return new PackProposal(
                PackProposal.IdOf(pack.Segment, $"rising {ended} {line.Id}"), pack.Segment, new PackChange.Add(line), $"{DraftContext.Quote(topic)} rose among recent {kind} and the pack does not know it: {figure}.",
                evidence, ProposalSource.Learning, PackAuthor.Template, now);
        }
    }
}
