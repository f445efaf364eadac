using System.Globalization;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Segments.Packs;

/// <summary>Makes the next version of a pack. All changes are made or none. Pure.</summary>
public static class PackEditor
{
    /// <summary>The first version, or a later one from a file, as a new version of the segment's pack.</summary>
    /// <param name="segment">Permanent key of the segment.</param>
    /// <param name="name">What people call it.</param>
    /// <param name="lines">The lines, in any order of sections.</param>
    /// <param name="version">The version that it becomes.</param>
    /// <param name="by">Who made it.</param>
    /// <param name="at">When.</param>
    /// <param name="reason">Why, in a sentence.</param>
    public static Pack Make(string segment, string name, IEnumerable<PackLine> lines, int version, PackAuthor by, DateTimeOffset at, string reason) =>
        new(segment, name, version, at, by, reason, InOrder(lines));

    /// <summary>Applies changes to the version that their author saw.</summary>
    /// <param name="current">The newest version.</param>
    /// <param name="seen">The version that the author saw.</param>
    /// <param name="changes">What is to change, in order.</param>
    /// <param name="by">Who changes it.</param>
    /// <param name="at">When.</param>
    /// <param name="reason">Why, in a sentence.</param>
    /// <returns>The next version; a failure in words where somebody else was faster or a change is impossible.</returns>
    public static Result<Pack> Apply(Pack current, Pack seen, IReadOnlyList<PackChange> changes, PackAuthor by, DateTimeOffset at, string reason)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(seen);
        ArgumentNullException.ThrowIfNull(changes);
        if (current.Segment != seen.Segment)
            return SpecialistFailures.Of("specialist.other_segment", $"The changes were made for '{seen.Name}' and this is the pack of '{current.Name}'.");
        if (current.Version != seen.Version)
            return EditedMeanwhile(current, seen);
        List<PackLine> lines = [.. current.Lines];
        foreach (var change in changes)
        {
            if (Apply(lines, change, by, at) is { } fault)
                return SpecialistFailures.Of("specialist.bad_edit", fault);
        }
        return Make(current.Segment, current.Name, lines, current.Version + 1, by, at, reason);
    }

    private static Failure EditedMeanwhile(Pack current, Pack seen)
    {
        var differences = PackDiff.Between(seen, current);
        var mine = differences.Count == 0 ? "no line differs" : string.Create(CultureInfo.InvariantCulture, $"it differs in {differences.Count} {(differences.Count == 1 ? "line" : "lines")} (first: {differences[0].InWords()})");
        return SpecialistFailures.Of(
            "specialist.edited_meanwhile",
            string.Create(CultureInfo.InvariantCulture, $"{Name(current.By)} saved version {current.Version} of the pack of '{current.Name}' while you were changing version {seen.Version}; {mine}. Nothing of yours was saved."),
            string.Create(CultureInfo.InvariantCulture, $"Look at version {current.Version} and make your changes on it."));
    }

    private static string Name(PackAuthor author) => author.Kind == PackAuthorKind.Template ? "A new draft" : author.ToString();

    private static string? Apply(List<PackLine> lines, PackChange change, PackAuthor by, DateTimeOffset at)
    {
        switch (change)
        {
            case PackChange.Add add:
                if (FaultOf(add.Line.Text, add.Line.Topic) is { } fault)
                    return fault;
                var same = lines.FindIndex(line => line.Id == add.Line.Id);
                if (same >= 0 && lines[same].State != PackLineState.Retired)
                    return $"There is a line '{add.Line.Id}' already; edit that one.";
                if (same >= 0)
                    lines.RemoveAt(same);
                lines.Add(add.Line with { ChangedAt = at });
                return null;
            case PackChange.Edit edit:
                return With(lines, edit.Id, line => Edited(line, edit, by, at), FaultOf(edit.Text, edit.Topic));
            case PackChange.Approve approve:
                return With(lines, approve.Id, line => line with { State = PackLineState.Approved },
                    lines.Find(line => line.Id == approve.Id) is { NeedsPerson: true, Needs: { } needs } ? $"Line '{approve.Id}' still needs a person ({needs}); write that first." : null);
            case PackChange.Retire retire:
                return With(lines, retire.Id, line => line with { State = PackLineState.Retired });
            case PackChange.Restore restore:
                return With(lines, restore.Id, line => line with { State = PackLineState.Draft });
            case PackChange.Move move:
                return Move(lines, move);
            default:
                throw new ArgumentOutOfRangeException(nameof(change));
        }
    }

    private static PackLine Edited(PackLine line, PackChange.Edit edit, PackAuthor by, DateTimeOffset at)
    {
        var rewritten = edit.Text is { } text && text.Trim() != line.Text;
        return line with
        {
            Text = edit.Text?.Trim() ?? line.Text,
            Topic = edit.Topic?.Trim() ?? line.Topic,
            Tier = edit.Tier ?? line.Tier,
            Evidence = edit.Evidence ?? line.Evidence,
            Needs = edit.NeedsNobody ? null : line.Needs,
            Author = rewritten ? by : line.Author,
            // What a person wrote, that person stands by.
            State = rewritten && line.State == PackLineState.Draft && by.Kind == PackAuthorKind.Person && (edit.NeedsNobody || line.Needs is null) ? PackLineState.Approved : line.State,
            ChangedAt = rewritten ? at : line.ChangedAt,
        };
    }

    private static string? With(List<PackLine> lines, string id, Func<PackLine, PackLine> change, string? fault = null)
    {
        if (fault is not null)
            return fault;
        var at = lines.FindIndex(line => line.Id == id);
        if (at < 0)
            return $"The pack has no line '{id}' (any more).";
        lines[at] = change(lines[at]);
        return null;
    }

    private static string? Move(List<PackLine> lines, PackChange.Move move)
    {
        var from = lines.FindIndex(line => line.Id == move.Id);
        if (from < 0)
            return $"The pack has no line '{move.Id}' (any more).";
        var line = lines[from] with { Section = move.Section };
        lines.RemoveAt(from);
        var places = Enumerable.Range(0, lines.Count).Where(i => lines[i].Section == move.Section).ToList();
        var place = Math.Max(0, move.Place);
        lines.Insert(places.Count == 0 ? lines.Count : place < places.Count ? places[place] : places[^1] + 1, line);
        return null;
    }

    private static string? FaultOf(string? text, string? topic)
    {
        if (text is not null && string.IsNullOrWhiteSpace(text))
            return "A line has no text; write some, or retire the line.";
        if (text?.Trim().Length > PackLine.LongestText)
            return string.Create(CultureInfo.InvariantCulture, $"A line has {text.Trim().Length} characters and may have {PackLine.LongestText}; divide it.");
        return topic?.Length > PackLine.LongestText ? "The topic of a line is too long; a few words will do." : null;
    }

    private static List<PackLine> InOrder(IEnumerable<PackLine> lines) => [.. lines.OrderBy(line => line.Section)];
}
