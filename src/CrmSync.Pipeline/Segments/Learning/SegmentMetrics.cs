using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;

namespace CrmSync.Pipeline.Segments.Learning;

/// <summary>All figures of a segment at one time: what is stored once a day and shown. Free of text from records, but for lines of its pack.</summary>
/// <param name="Segment">Permanent key of the segment.</param>
/// <param name="Name">What people call it.</param>
/// <param name="At">When.</param>
/// <param name="Numbers">The segment in figures; curves are thinned to <see cref="MostSteps"/> steps.</param>
/// <param name="Rest">Deals won out of deals closed, of all accounts outside.</param>
public sealed record SegmentMetrics(string Segment, string Name, DateTimeOffset At, SegmentNumbers Numbers, Share Rest)
{
    /// <summary>Most steps of a stored curve: more cannot be told apart in a small chart.</summary>
    public const int MostSteps = 40;

    /// <summary>Most lines of the pack that are told of one by one, the most used first.</summary>
    public const int MostLines = 30;

    /// <summary>What became of its pack; null where it has none.</summary>
    public PackMetrics? Pack { get; init; }

    /// <summary>The figures of a segment.</summary>
    /// <param name="facts">The segment.</param>
    /// <param name="portfolio">Wins per group, the segment's own among them.</param>
    /// <param name="options">From how many cases on something is said.</param>
    /// <param name="at">Until when records are known.</param>
    public static SegmentMetrics Of(SegmentFacts facts, IReadOnlyList<Share> portfolio, NumberOptions options, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(portfolio);
        var numbers = NumbersMaker.Of(facts, options, at, portfolio);
        return new SegmentMetrics(
            facts.Segment, facts.Name, at, numbers with { Stages = [.. numbers.Stages.Select(stage => stage with { Curve = Thin(stage.Curve) })] },
            new Share(
                Math.Max(0, portfolio.Sum(group => group.Count) - numbers.Wins.Count), Math.Max(0, portfolio.Sum(group => group.Of) - numbers.Wins.Of)));
    }

    // Steps at equal distances in the curve's height, the last one always: what is left out lies between two that are drawn.
    private static SurvivalCurve Thin(SurvivalCurve curve) => curve.Steps.Count <= MostSteps
        ? curve
        : curve with { Steps = [.. Enumerable.Range(1, MostSteps).Select(place => curve.Steps[(int)((long)place * curve.Steps.Count / MostSteps) - 1])] };
}

/// <summary>What became of a segment's pack.</summary>
/// <param name="Version">Its newest version.</param>
/// <param name="Knowledge">What was kept and reused.</param>
/// <param name="Lines">Lines that stood in briefs, the most used first.</param>
public sealed record PackMetrics(int Version, KnowledgeCounts Knowledge, IReadOnlyList<LineMetrics> Lines)
{
    /// <summary>The segment before and after the first brief; null where there was no brief yet.</summary>
    public PackEffect? Effect { get; init; }

    /// <summary>Briefs that were given.</summary>
    public int Briefs { get; init; }

    /// <summary>Of these, those whose deal has closed since.</summary>
    public int Closed { get; init; }

    /// <summary>What became of a pack.</summary>
    /// <param name="versions">All versions, oldest first; at least one.</param>
    /// <param name="facts">The segment.</param>
    /// <param name="uses">Briefs that were given.</param>
    /// <param name="options">How long an answer may take.</param>
    /// <param name="at">Until when records are known.</param>
    public static PackMetrics Of(IReadOnlyList<Pack> versions, SegmentFacts facts, IReadOnlyList<BriefUse> uses, NumberOptions options, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(versions);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(uses);
        var (pack, use) = (versions[^1], KnowledgeUse.Of(versions, uses));
        var outcomes = Engagements.Of(pack, facts, uses);
        var records = Engagements.Lines(outcomes).ToDictionary(record => record.Line, StringComparer.Ordinal);
        var lines = use.Lines.Where(line => line.Briefs > 0).OrderByDescending(line => line.Briefs).ThenBy(line => line.Line.Id, StringComparer.Ordinal).Take(SegmentMetrics.MostLines)
            .Select(line => new LineMetrics(line.Line.Id, line.Line.Section, line.Line.Topic, line.Line.Text, line.Briefs, line.LastUsed, records.GetValueOrDefault(line.Line.Id)));
        return new PackMetrics(
            pack.Version,
            new KnowledgeCounts(use.Lines.Count, use.Retired, use.ByPeople, use.Waiting, use.Used, use.Lines.Sum(line => line.Edits), use.Lines.Sum(line => line.Briefs)), [.. lines])
        {
            Effect = uses.Count == 0 ? null : BeforeAfter.Of(facts, uses.Min(brief => brief.At), at, options),
            Briefs = uses.Count,
            Closed = outcomes.Count,
        };
    }
}

/// <summary>What of a pack's knowledge was kept and reused, counted.</summary>
/// <param name="Lines">Lines in use.</param>
/// <param name="Retired">Lines that went out of use.</param>
/// <param name="ByPeople">Lines in use whose words are a person's.</param>
/// <param name="Waiting">Lines in use that wait for a person.</param>
/// <param name="Used">Lines in use that stood in a brief.</param>
/// <param name="Edits">How often texts of lines in use were changed.</param>
/// <param name="Reuses">How often lines in use stood in briefs.</param>
public sealed record KnowledgeCounts(int Lines, int Retired, int ByPeople, int Waiting, int Used, int Edits, int Reuses);

/// <summary>How a line of a pack fared.</summary>
/// <param name="Line">Its id.</param>
/// <param name="Section">Where it stands.</param>
/// <param name="Topic">What it is about; may be empty.</param>
/// <param name="Text">Its text.</param>
/// <param name="Briefs">Briefs that had it.</param>
/// <param name="LastUsed">When the last of them was made.</param>
/// <param name="Record">Wins with and without it being spoken of; null where no such deal has closed yet.</param>
public sealed record LineMetrics(string Line, PackSection Section, string Topic, string Text, int Briefs, DateTimeOffset? LastUsed, LineRecord? Record);
