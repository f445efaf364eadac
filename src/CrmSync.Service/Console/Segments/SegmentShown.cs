using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Segments;

/// <summary>What may be shown of a segment: of few accounts no quote and no statistic, so that nobody can be told from them. Pure.</summary>
internal sealed class SegmentShown
{
    private readonly NumberOptions _options;

    /// <param name="card">The segment.</param>
    /// <param name="parts">What was merged into it; its accounts count.</param>
    /// <param name="options">From how many accounts on.</param>
    public SegmentShown(SegmentCard card, IReadOnlyList<SegmentCard> parts, NumberOptions options)
    {
        (Card, _options) = (card, options);
        Accounts = card.Accounts + parts.Sum(part => part.Accounts);
    }

    /// <summary>The segment.</summary>
    public SegmentCard Card { get; }

    /// <summary>Accounts that stand in it, with those of its parts.</summary>
    public long Accounts { get; }

    /// <summary>Terms that enough of its accounts use, the strongest first.</summary>
    public IReadOnlyList<SegmentTerm> Terms => Accounts < _options.FewestForQuote ? [] : [.. Card.Description.Terms.Where(term => term.Inside >= _options.FewestForQuote)];

    /// <summary>Redacted examples; none where the segment has too few accounts.</summary>
    public IReadOnlyList<DescribedQuote> Quotes => Accounts < _options.FewestForQuote ? [] : Card.Description.Quotes;

    /// <summary>0 to 1; null where there are too few accounts for a statistic, or no search has looked at it.</summary>
    public double? Stability => Card.ModelId is null || Accounts < _options.FewestForStatistic ? null : Card.Stability;

    /// <summary>Whether there are enough accounts for a specialist.</summary>
    public bool IsLarge => Accounts >= _options.FewestAccounts;

    /// <summary>The number of accounts as people read it.</summary>
    public string AccountsText => new CappedCount(Accounts).IsCapped ? "10,000+" : Words.TimeText.Number(Accounts);

    /// <summary>The newest change that a person can take back; null where there is none.</summary>
    public static SegmentVersionRow? Undoable(IEnumerable<SegmentVersionRow> newestFirst) =>
        newestFirst.FirstOrDefault(version => version.Action is not SegmentAction.Refitted) is { Action: not (SegmentAction.Proposed or SegmentAction.Undone) } last ? last : null;
}
