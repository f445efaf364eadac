using System.Text;
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
    public static ActivityText Zone(ActivityContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        var subject = TextDecoder.Decode(content.Subject.Length > MaxSubject ? content.Subject[..MaxSubject] : content.Subject, out _)
            .Replace('\n', ' ').Trim();
        var body = TextDecoder.Decode(content.Body, out var truncated);
        var decoded = body.Length == 0 ? subject : $"{subject}\n{body}";
        var bodyStart = Math.Min(subject.Length + 1, decoded.Length);
        var tag = SubjectTagParser.Parse(subject);
        var direction = content.Evidence.Direction ?? tag.Direction;
        List<TextZone> zones = [];
        if (subject.Length > 0)
            zones.Add(new TextZone(ZoneKind.Subject, 0, subject.Length));
        if (body.Length > 0)
            new BodyWalk(decoded, bodyStart, direction, tag.IsForward, MaxZones, zones).Run();
        if (tag.Step is null && StepIn(body) is { } step)
            tag = tag with { Step = step };
        return new ActivityText(decoded, bodyStart, zones, tag, Clean(decoded, zones), truncated);
    }

    /// <summary>Tools write the step above the mail that they log: looked for in its first lines.</summary>
    private static int? StepIn(string body)
    {
        var lines = 0;
        foreach (var line in body.AsSpan(0, Math.Min(body.Length, FirstLines)).EnumerateLines())
        {
            if (!line.IsWhiteSpace() && ++lines > 3)
                break;
            if (StepNote.FindInBody(line) is { } step)
                return step;
        }
        return null;
    }

    private static string Clean(string decoded, List<TextZone> zones)
    {
        var builder = new StringBuilder(decoded.Length);
        foreach (var zone in zones)
        {
            if (zone.Kind is not (ZoneKind.Subject or ZoneKind.New or ZoneKind.Quoted))
                continue;
            if (builder.Length > 0)
                builder.Append('\n');
            builder.Append(TextCleaner.Polish(decoded.AsSpan(zone.Start, zone.Length)));
        }
        return builder.ToString().Trim();
    }
}
