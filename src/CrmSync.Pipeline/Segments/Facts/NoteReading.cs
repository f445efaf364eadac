using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Segments.Facts;

/// <summary>What the CRM's own fields tell of an activity: who wrote, and whether a meeting took place. Pure.</summary>
internal static class NoteReading
{
    // Words of outcomes under which nobody met; a meeting that is still "scheduled" after its end was never looked at again, which is no proof either.
    private static readonly string[] NotHeld = ["no_show", "no show", "noshow", "cancel", "reschedul", "scheduled", "declined", "postponed"];

    /// <summary>Which side wrote or spoke: as the CRM says, else as a tool's tag in the subject does.</summary>
    public static NoteSide SideOf(ActivityContent content) => (content.Evidence.Direction ?? SubjectTagParser.Parse(content.Subject).Direction) switch
    {
        ActivityDirection.Inbound => NoteSide.Customer,
        ActivityDirection.Outbound => NoteSide.Seller,
        null => NoteSide.Unknown,
        _ => throw new ArgumentOutOfRangeException(nameof(content), content.Evidence.Direction, "unknown direction"),
    };

    /// <summary>Whether it is a meeting that took place.</summary>
    public static bool IsHeld(ActivityContent content, DateTimeOffset at, DateTimeOffset now) =>
        content.Type == ActivityType.Meeting && (content.Evidence.EndsAt ?? at) <= now
        && !NotHeld.Any(word => content.Evidence.Outcome?.Contains(word, StringComparison.OrdinalIgnoreCase) == true);
}
