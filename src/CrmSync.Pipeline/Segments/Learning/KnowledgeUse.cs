using CrmSync.Pipeline.Segments.Packs;

namespace CrmSync.Pipeline.Segments.Learning;

/// <summary>How one line of a pack is kept and used.</summary>
/// <param name="Line">The line as it stands now.</param>
/// <param name="Since">When it first stood in the pack.</param>
/// <param name="Edits">How often its text was changed.</param>
/// <param name="Briefs">Briefs that had it.</param>
/// <param name="LastUsed">When the last of them was made; null where there is none.</param>
public sealed record LineUse(PackLine Line, DateTimeOffset Since, int Edits, int Briefs, DateTimeOffset? LastUsed);

/// <summary>What of a segment's knowledge was kept and reused.</summary>
/// <param name="Lines">Every line in use, in the pack's order.</param>
/// <param name="Retired">Lines that went out of use.</param>
/// <param name="ByPeople">Lines in use whose words are a person's.</param>
/// <param name="Waiting">Lines in use that wait for a person.</param>
/// <param name="Used">Lines in use that stood in a brief.</param>
public sealed record KnowledgeUse(IReadOnlyList<LineUse> Lines, int Retired, int ByPeople, int Waiting, int Used)
{
    /// <summary>The use of a pack's knowledge. Pure.</summary>
    /// <param name="versions">All versions of the pack, oldest first; at least one.</param>
    /// <param name="uses">Briefs that were given.</param>
    public static KnowledgeUse Of(IReadOnlyList<Pack> versions, IEnumerable<BriefUse> uses)
    {
        ArgumentNullException.ThrowIfNull(versions);
        ArgumentOutOfRangeException.ThrowIfZero(versions.Count);
        Dictionary<string, (DateTimeOffset Since, int Edits, string Text)> past = new(StringComparer.Ordinal);
        foreach (var version in versions)
        {
            foreach (var line in version.Lines)
                past[line.Id] = past.TryGetValue(line.Id, out var seen) ? (seen.Since, seen.Edits + (seen.Text == line.Text ? 0 : 1), line.Text) : (version.At, 0, line.Text);
        }
        var used = uses.Where(use => use.Segment == versions[^1].Segment).SelectMany(use => use.Lines.Distinct(StringComparer.Ordinal).Select(line => (line, use.At))).ToLookup(pair => pair.line, pair => pair.At, StringComparer.Ordinal);
        List<LineUse> lines = [.. versions[^1].Live.Select(line => new LineUse(
            line, past[line.Id].Since, past[line.Id].Edits, used[line.Id].Count(), used[line.Id].Select(at => (DateTimeOffset?)at).Max()))];
        return new KnowledgeUse(
            lines, versions[^1].Lines.Count - lines.Count, lines.Count(line => line.Line.Author.Kind == PackAuthorKind.Person), lines.Count(line => line.Line.NeedsPerson), lines.Count(line => line.Briefs > 0));
    }
}
