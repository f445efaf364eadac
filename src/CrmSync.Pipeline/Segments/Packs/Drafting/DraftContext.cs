using CrmSync.Pipeline.Segments.Numbers;

namespace CrmSync.Pipeline.Segments.Packs.Drafting;

/// <summary>What all parts of a draft look at. Not thread-safe.</summary>
internal sealed class DraftContext
{
    /// <summary>How long before a move, or after an objection, words count for it.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromDays(30);

    private const double CriticalShare = 0.35;
    private const double CommonShare = 0.12;

    public DraftContext(SegmentFacts facts, NumberOptions options, DateTimeOffset now, PortfolioFacts? portfolio)
    {
        (Facts, Options, Now, Portfolio) = (facts, options, now, portfolio);
        Sentences = Drafting.Sentences.Of(facts.Accounts);
        Accounts = facts.Accounts.ToDictionary(account => account.Id, StringComparer.Ordinal);
        Numbers = NumbersMaker.Of(facts, options, now, portfolio?.Wins);
    }

    public SegmentFacts Facts { get; }

    public NumberOptions Options { get; }

    public DateTimeOffset Now { get; }

    public PortfolioFacts? Portfolio { get; }

    public IReadOnlyList<Sentence> Sentences { get; }

    public IReadOnlyDictionary<string, AccountFacts> Accounts { get; }

    public SegmentNumbers Numbers { get; }

    public bool IsShown(int accounts) => accounts >= Options.FewestForQuote;

    /// <summary>Accounts with a deal that ended like this.</summary>
    public HashSet<string> With(DealOutcome outcome) => [.. Facts.Accounts.Where(account => account.Deals.Any(deal => deal.Outcome == outcome)).Select(account => account.Id)];

    /// <summary>The more accounts a thing concerns, the more it matters.</summary>
    public PackTier TierOf(int accounts)
    {
        var share = (double)accounts / Math.Max(1, Facts.Accounts.Count);
        return share >= CriticalShare ? PackTier.Critical : share >= CommonShare ? PackTier.Common : PackTier.Edge;
    }

    public string OfAll(int accounts) => FormattableString.Invariant($"{accounts} of {Facts.Accounts.Count} accounts");

    /// <summary>A line of the template.</summary>
    /// <param name="section">The section.</param>
    /// <param name="about">What it is about; makes the id.</param>
    /// <param name="topic">What it is about within the section.</param>
    /// <param name="text">The text.</param>
    /// <param name="tier">How much it matters.</param>
    /// <param name="evidence">What it rests on.</param>
    /// <param name="needs">What a person has to write; null for nothing.</param>
    public PackLine Line(PackSection section, string about, string topic, string text, PackTier tier, PackEvidence evidence, string? needs = null) =>
        new(PackLine.IdOf(section, about), section, topic, text.Length <= PackLine.LongestText ? text : $"{text[..(PackLine.LongestText - 1)]}…", tier, evidence, PackAuthor.Template, PackLineState.Draft)
        {
            Needs = needs,
            ChangedAt = Now,
        };

    public static string Quote(string phrase) => $"“{phrase}”";
}
