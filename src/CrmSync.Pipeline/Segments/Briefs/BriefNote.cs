using System.Globalization;
using CrmSync.Pipeline.WriteBack.Notes;

namespace CrmSync.Pipeline.Segments.Briefs;

/// <summary>A brief as a note for its account. The same brief gives the same note, letter by letter, so a preview shows exactly what is written. Pure.</summary>
public static class BriefNote
{
    private static readonly (BriefPart Part, string Title)[] Parts =
        [(BriefPart.TalkingPoint, "Talking points"), (BriefPart.Question, "Questions"), (BriefPart.Risk, "Risks"), (BriefPart.Background, "Background")];

    /// <summary>The note.</summary>
    /// <param name="brief">The brief.</param>
    /// <param name="id">Its ledger id.</param>
    /// <param name="reference">What the note ends with (<see cref="NoteReference"/>).</param>
    /// <param name="place">Where it will stand.</param>
    public static NoteText Of(Brief brief, long id, string reference, NotePlace place)
    {
        ArgumentNullException.ThrowIfNull(brief);
        ArgumentNullException.ThrowIfNull(place);
        var day = brief.At.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        List<NoteBlock> body =
        [
            Paragraph(string.Create(CultureInfo.InvariantCulture, $"Segment: {brief.Segment.Name}. {brief.Segment.Reason} Pack version {brief.PackVersion}, {day}.")),
            .. brief.Facts.Select(Paragraph),
        ];
        foreach (var (part, title) in Parts)
        {
            List<NoteBlock> points = [.. brief.Points.Where(point => point.Part == part).Select(point => new NoteBlock(NoteBlockKind.Point, point.HeardHere ? $"{point.Text} (heard here)" : point.Text))];
            if (points.Count > 0)
                body.AddRange([new NoteBlock(NoteBlockKind.Heading, title), .. points]);
        }
        body.AddRange(brief.Notices.Select(Paragraph));
        List<NoteBlock> foot =
        [
            Paragraph("Points are patterns of similar accounts, not facts about this one, unless they were heard here."),
            Paragraph(string.Create(CultureInfo.InvariantCulture, $"Written by CrmSync from brief {id}. Reference {reference}")),
        ];
        return NoteText.Fit($"CrmSync brief, {day}: {brief.Title}", body, foot, Shortened, place);
    }

    private static string Shortened(int points) =>
        string.Create(CultureInfo.InvariantCulture, $"Shortened: {points:N0} lines had no room in a note. The whole brief stands in CrmSync.");

    private static NoteBlock Paragraph(string text) => new(NoteBlockKind.Paragraph, text);
}
