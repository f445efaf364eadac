using System.Text;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Classification.Asking;

/// <summary>What of an activity a decision rests on once it is cleaned: the CRM's own fields, and who wrote what in which turn. Pure, linear.</summary>
public static class ShownText
{
    // Decoded text holds no control characters, so none of it can look like the end of a part.
    private const char End = '\u0001';

    /// <summary>
    /// SHA-256 in lower-case hex. Activities with the same hash differ in nothing that a step is shown (mark-up, signatures and disclaimers may differ), so what
    /// one is answered holds for the other.
    /// </summary>
    public static string Hash(ActivityContent content, ActivityText text)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(text);
        var shown = new StringBuilder(text.Decoded.Length + 64);
        foreach (var zone in text.Zones)
        {
            if (zone.Kind is ZoneKind.Subject or ZoneKind.New or ZoneKind.Quoted)
                shown.Append(zone.Kind).Append(End).Append(zone.Direction).Append(End).Append(zone.Author).Append(End).Append(text.TextOf(zone)).Append(End);
        }

        return (content with { Subject = "", Body = shown.ToString() }).ComputeHash();
    }
}
