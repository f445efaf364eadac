using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs.Drafting;

namespace CrmSync.Pipeline.Segments.Packs;

/// <summary>
/// Drafts a pack from data alone: every line carries the records and figures it rests on, or says what a person has to write. A term or a quote stands in it only where enough
/// accounts have it. The same facts give the same lines with the same ids. Pure, thread-safe.
/// </summary>
public static class PackDrafter
{
    /// <summary>The lines, in the fixed order of sections.</summary>
    /// <param name="facts">The segment.</param>
    /// <param name="options">From how many cases on something is said.</param>
    /// <param name="now">Until when records are known.</param>
    /// <param name="portfolio">The other accounts to compare with; null where they are not known, then terms are ranked by how many accounts have them.</param>
    public static IReadOnlyList<PackLine> Lines(SegmentFacts facts, NumberOptions options, DateTimeOffset now, PortfolioFacts? portfolio = null)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(options);
        var context = new DraftContext(facts, options, now, portfolio);
        var competitors = NamedThings.Competitors(context);
        IEnumerable<PackLine> lines =
        [
            .. FigureLines.Of(context), .. SignalLines.Of(context), .. VocabularyLines.Of(context), .. PeopleLines.Of(context), .. NamedThings.Technology(context, competitors),
            .. CompetitorLines.Of(context, competitors), .. QuestionLines.Of(context), .. ObjectionLines.Of(context), .. ValueLines.Of(context), .. ReferenceLines.Of(context),
        ];
        return [.. lines.DistinctBy(line => line.Id).GroupBy(line => line.Section).OrderBy(group => group.Key).SelectMany(FewCritical)];
    }

    // Where everything is critical nothing is: a section's strongest lines come first, and only the first ones stay so.
    private static IEnumerable<PackLine> FewCritical(IGrouping<PackSection, PackLine> section)
    {
        var left = section.Key is PackSection.Acceleration or PackSection.Deceleration or PackSection.Competitors or PackSection.Objections or PackSection.Values ? 2 : 1;
        foreach (var line in section)
            yield return line.Tier != PackTier.Critical || left-- > 0 ? line : line with { Tier = PackTier.Common };
    }

    /// <summary>The first version of a segment's pack.</summary>
    public static Pack Draft(SegmentFacts facts, NumberOptions options, DateTimeOffset now, PortfolioFacts? portfolio = null)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return PackEditor.Make(facts.Segment, facts.Name, Lines(facts, options, now, portfolio), 1, PackAuthor.Template, now, "First draft from the data.");
    }

    /// <summary>
    /// What a newer draft changes in a pack: figures and wordings of the template's own lines are brought up to date, new lines added, and lines that the data does not bear out any more
    /// retired. What a person or a model wrote, what a person stands by and what a person retired stays as it is.
    /// </summary>
    public static IReadOnlyList<PackChange> Refresh(Pack pack, IReadOnlyList<PackLine> draft)
    {
        ArgumentNullException.ThrowIfNull(pack);
        ArgumentNullException.ThrowIfNull(draft);
        List<PackChange> changes = [];
        foreach (var line in draft)
        {
            var known = pack.Find(line.Id);
            if (known is null)
                changes.Add(new PackChange.Add(line));
            else if (known is { State: PackLineState.Draft, Author.Kind: PackAuthorKind.Template } && (known.Text != line.Text || !known.Evidence.Equals(line.Evidence) || known.Tier != line.Tier))
                changes.Add(new PackChange.Edit(line.Id) { Text = line.Text, Evidence = line.Evidence, Tier = line.Tier, NeedsNobody = line.Needs is null });
            else if (known is { State: PackLineState.Approved, Section: PackSection.Numbers, Author.Kind: PackAuthorKind.Template } && known.Text != line.Text)
                changes.Add(new PackChange.Edit(line.Id) { Text = line.Text, Evidence = line.Evidence });
        }
        var drafted = draft.Select(line => line.Id).ToHashSet(StringComparer.Ordinal);
        changes.AddRange(pack.Lines.Where(line => line is { State: PackLineState.Draft, Author.Kind: PackAuthorKind.Template } && !drafted.Contains(line.Id)).Select(line => new PackChange.Retire(line.Id)));
        return changes;
    }
}
