using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Text;

/// <summary>
/// Divides an activity's text into zones before anything is thrown away, because who wrote which turn is the best evidence there is.
/// Pure, thread-safe, never throws on content, linear in its length.
/// </summary>
public static class ActivityZoner
{
    private const int MaxSubject = 2_000;
    private const int MaxZones = 2_000;
    private const int FirstLines = 600;

    /// <summary>Decodes and divides an activity's subject and body.</summary>
    public static ActivityText Zone(ActivityContent content) => Zone(content, TextDefences.All);

    internal static ActivityText Zone(ActivityContent content, TextDefences defences)
    {
        ArgumentNullException.ThrowIfNull(content);
        var subject = TextDecoder.Decode(content.Subject.Length > MaxSubject ? content.Subject[..MaxSubject] : content.Subject, defences.HiddenElements, out _)
            .Replace('\n', ' ').Trim();
        var body = TextDecoder.Decode(content.Body, defences.HiddenElements, out var truncated);
        var decoded = body.Length == 0 ? subject : $"{subject}\n{body}";
        return Divide(decoded, Math.Min(subject.Length + 1, decoded.Length), content.Evidence.Direction, truncated);
    }

    /// <summary>
    /// The same text with the spans blanked and divided anew, as if they had never been written. Offsets stay as they were.
    /// </summary>
    internal static ActivityText Without(ActivityText text, IReadOnlyList<TextSpan> spans, ActivityDirection? direction)
    {
        if (spans.Count == 0)
            return text;
        var characters = text.Decoded.ToCharArray();
        foreach (var span in spans)
            foreach (ref var c in characters.AsSpan(span.Start, span.Length))
                c = c == '\n' ? c : ' ';
        return Divide(new string(characters), text.BodyStart, direction, text.IsTruncated);
    }

    private static ActivityText Divide(string decoded, int bodyStart, ActivityDirection? said, bool truncated)
    {
        var subject = decoded.AsSpan(0, decoded.Length > bodyStart ? bodyStart - 1 : decoded.Length);
        var tag = SubjectTagParser.Parse(subject.Trim().ToString());
        List<TextZone> zones = [];
        if (!subject.IsWhiteSpace())
            zones.Add(new TextZone(ZoneKind.Subject, 0, subject.Length));
        if (decoded.Length > bodyStart)
        {
            new BodyWalk(decoded, bodyStart, said ?? tag.Direction, tag.IsForward, MaxZones, zones).Run();
            if (tag.Step is null && StepIn(decoded.AsSpan(bodyStart)) is { } step)
                tag = tag with { Step = step };
        }
        return new ActivityText(decoded, bodyStart, zones, tag, truncated);
    }

    /// <summary>Tools write the step above the mail that they log: looked for in its first lines.</summary>
    private static int? StepIn(ReadOnlySpan<char> body)
    {
        var lines = 0;
        foreach (var line in body[..Math.Min(body.Length, FirstLines)].EnumerateLines())
        {
            if (!line.IsWhiteSpace() && ++lines > 3)
                break;
            if (StepNote.FindInBody(line) is { } step)
                return step;
        }
        return null;
    }
}
