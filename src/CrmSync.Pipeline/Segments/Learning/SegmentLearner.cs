using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;

namespace CrmSync.Pipeline.Segments.Learning;

/// <summary>What was learned about one segment.</summary>
/// <param name="Metrics">Its figures.</param>
/// <param name="Version">The version that its pack was brought up to date with; null where nothing in it changed, or where it has none.</param>
/// <param name="Proposed">Changes of the pack that were proposed and not before.</param>
public sealed record SegmentLesson(SegmentMetrics Metrics, int? Version, int Proposed)
{
    /// <summary>Why the pack was not brought up to date although it should have been; null where all went well.</summary>
    public string? Remark { get; init; }
}

/// <summary>
/// Learns from what happened to one segment: brings the template's own lines of its pack up to date, proposes what rose among recent wins and losses, and works out its
/// figures. Doing it again changes nothing: a pack gets a version only where a line changed, and a proposal is made once. Thread-safe.
/// </summary>
public sealed class SegmentLearner(ISegmentFactsReader reader, IPackStore packs, IBriefUses briefs, NumberOptions numbers, LearningOptions options)
{
    /// <summary>Under which name it changes packs and proposes.</summary>
    public const string Actor = "learning";

    /// <summary>Learns.</summary>
    /// <param name="segment">Permanent key of the segment.</param>
    /// <param name="now">Until when records are known.</param>
    /// <param name="cancellationToken">Stops it between two steps.</param>
    /// <returns>What was learned; null where there is no such segment any more.</returns>
    public async Task<SegmentLesson?> LearnAsync(string segment, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await reader.ReadSegmentAsync(segment, cancellationToken) is not { } facts)
            return null;
        var portfolio = await reader.ReadPortfolioAsync(facts, cancellationToken);
        var metrics = SegmentMetrics.Of(facts, portfolio.Wins, numbers, now);
        if (await packs.ReadNewestAsync(segment, cancellationToken) is not { } pack)
            return new SegmentLesson(metrics, null, 0);
        var (fresh, remark) = await RefreshAsync(pack, facts, portfolio, now, cancellationToken);
        var known = (await packs.ReadProposalsAsync(segment, onlyOpen: false, cancellationToken)).Select(proposal => proposal.Id).ToHashSet(StringComparer.Ordinal);
        var rising = RisingTerms.Propose(fresh ?? pack, facts, numbers, options, now, known);
        var proposed = rising.Count == 0 ? 0 : await packs.ProposeAsync(rising, Actor, cancellationToken);
        var versions = await packs.ReadVersionsAsync(segment, cancellationToken);
        var uses = await briefs.ReadUsesAsync(segment, cancellationToken);
        return new SegmentLesson(metrics with { Pack = PackMetrics.Of(versions, facts, uses, numbers, now) }, fresh?.Version, proposed) { Remark = remark };
    }

    // Only figures and wordings of what stands there. A new competitor or objection is proposed to a person and not slipped in, and a line that dips below the fewest accounts for a
    // night is not put out of use: both are for the refresh that a person asks for.
    private async Task<(Pack? Fresh, string? Remark)> RefreshAsync(Pack pack, SegmentFacts facts, PortfolioFacts portfolio, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var changes = PackDrafter.Refresh(pack, PackDrafter.Lines(facts, numbers, now, portfolio))
            .Where(change => change is PackChange.Edit or PackChange.Add { Line.Section: PackSection.Numbers }).ToList();
        if (changes.Count == 0 && pack.Name == facts.Name)
            return (null, null);
        var next = PackEditor.Apply(pack, pack, changes, PackAuthor.Template, now, "Brought up to date with what is recorded.");
        var stored = next.Succeeded ? await packs.AddAsync(next.Value with { Name = facts.Name }, Actor, cancellationToken) : next;
        // Somebody edited the pack in the same moment: their version stands, and the next run looks at it.
        return stored.Succeeded ? (stored.Value, null) : (null, stored.Failure.Message);
    }
}
