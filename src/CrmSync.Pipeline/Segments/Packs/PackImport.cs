using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Segments.Packs;

/// <summary>
/// Takes the lines of a file into a pack. A file tells texts, topics, tiers, sections and the order; evidence and authors are the ledger's, so a file can make nobody else say
/// something and no record bear something out. Lines that the file lacks are retired. Pure.
/// </summary>
internal static class PackImport
{
    /// <summary>The next version.</summary>
    /// <param name="segment">Permanent key of the segment.</param>
    /// <param name="file">What was read.</param>
    /// <param name="newest">The newest version; null where there is none yet.</param>
    /// <param name="by">Who takes it in.</param>
    /// <param name="at">When.</param>
    /// <param name="clean">Takes personal data out of a text.</param>
    public static Result<Pack> Merge(string segment, Pack file, Pack? newest, PackAuthor by, DateTimeOffset at, Func<string, string> clean)
    {
        if (file.Segment != segment)
            return SpecialistFailures.Of("specialist.other_segment", $"The file is the pack of '{file.Segment}' and not of '{segment}'.", "Name the segment that the file belongs to.");
        if (newest is not null && file.Version != newest.Version)
            return SpecialistFailures.VersionTaken(newest);
        List<PackLine> lines = [.. file.Lines.Select(line => Line(line, newest?.Find(line.Id), by, at, clean))];
        var there = lines.Select(line => line.Id).ToHashSet(StringComparer.Ordinal);
        lines.AddRange((newest?.Lines ?? []).Where(line => !there.Contains(line.Id)).Select(line => line with { State = PackLineState.Retired }));
        return PackEditor.Make(segment, newest?.Name ?? file.Name, lines, (newest?.Version ?? 0) + 1, by, at, "Taken in from a file.");
    }

    private static PackLine Line(PackLine line, PackLine? known, PackAuthor by, DateTimeOffset at, Func<string, string> clean)
    {
        var (text, topic) = (clean(line.Text), clean(line.Topic));
        if (known is null)
            return line with { Text = text, Topic = topic, Evidence = PackEvidence.None, Author = by, ChangedAt = at, State = line.State == PackLineState.Approved && line.Needs is not null ? PackLineState.Draft : line.State };
        var same = known.Text == text;
        return line with
        {
            Text = text, Topic = topic, Evidence = known.Evidence, Author = same ? known.Author : by, ChangedAt = same ? known.ChangedAt : at,
            State = line.State == PackLineState.Approved && line.Needs is not null ? known.State : line.State,
        };
    }
}
