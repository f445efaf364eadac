using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs.Drafting;

namespace CrmSync.Pipeline.Segments.Packs;

/// <summary>All the accounts outside a segment, as far as a draft compares with them.</summary>
/// <param name="Accounts">How many there are.</param>
/// <param name="AccountsWith">How many of them have a term (a folded word, or two with a blank between); terms of a single account may be missing.</param>
/// <param name="Wins">Deals won out of deals closed, per group: one entry per segment and one for accounts without a segment, the drafted segment's own included.</param>
public sealed record PortfolioFacts(int Accounts, IReadOnlyDictionary<string, int> AccountsWith, IReadOnlyList<Share> Wins)
{
    /// <summary>Counts the accounts of other groups; reads all of their text, so for portfolios that fit into memory.</summary>
    /// <param name="others">Accounts outside the segment, each group by itself.</param>
    /// <param name="own">Wins of the segment itself.</param>
    public static PortfolioFacts Of(IReadOnlyList<IReadOnlyList<AccountFacts>> others, Share own)
    {
        ArgumentNullException.ThrowIfNull(others);
        var counter = new Counter();
        foreach (var account in others.SelectMany(group => group))
            counter.Add(account);
        return counter.Make([own, .. others.Select(group => DealTally.Of(group.SelectMany(account => account.Deals)).Wins)]);
    }

    /// <summary>Counts accounts one by one, so that none has to be held longer than it is looked at. Not thread-safe.</summary>
    public sealed class Counter
    {
        private readonly Dictionary<string, int> _with = new(StringComparer.Ordinal);
        private int _accounts;

        /// <summary>Counts an account outside the segment.</summary>
        public void Add(AccountFacts account)
        {
            ArgumentNullException.ThrowIfNull(account);
            _accounts++;
            foreach (var term in Terms.ByAccount(Sentences.Of([account])).Keys)
                _with[term] = _with.GetValueOrDefault(term) + 1;
        }

        /// <summary>What was counted. Terms of a single account are left out.</summary>
        /// <param name="wins">Deals won out of deals closed, per group.</param>
        public PortfolioFacts Make(IReadOnlyList<Share> wins) =>
            new(_accounts, _with.Where(pair => pair.Value > 1).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal), wins);
    }
}
