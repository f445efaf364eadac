using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Text;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Story;

/// <summary>A part of a decoded text and what became of it.</summary>
/// <param name="Name">What people read, such as "signature".</param>
/// <param name="Start">First character in the decoded text.</param>
/// <param name="Length">Characters.</param>
/// <param name="IsRemoved">True where no decision looks at it.</param>
internal readonly record struct StoryZone(string Name, int Start, int Length, bool IsRemoved);

/// <summary>An activity's text as decisions read it.</summary>
/// <param name="Decoded">Plain text; the spans of evidence count in it.</param>
/// <param name="Zones">In text order, without overlap.</param>
/// <param name="Cleaned">What a model reads.</param>
internal sealed record StoryText(string Decoded, IReadOnlyList<StoryZone> Zones, string Cleaned)
{
    /// <summary>Reads the raw text again as the pipeline did; null where the text was erased.</summary>
    public static StoryText? Read(StoryActivity activity)
    {
        if (activity.Body is null && activity.Subject is null)
            return null;
        var type = Enum.TryParse<ActivityType>(activity.Type, ignoreCase: true, out var known) ? known : ActivityType.Note;
        ActivityDirection? direction = EvidenceJson.ReadFields(activity.Evidence).FirstOrDefault(field => field.Name == "Direction").Value?.ToUpperInvariant() switch
        {
            "INBOUND" => ActivityDirection.Inbound,
            "OUTBOUND" => ActivityDirection.Outbound,
            _ => null,
        };
        var text = ActivityZoner.Zone(new ActivityContent(type, activity.Subject ?? "", activity.Body ?? "", new CrmEvidence { Direction = direction }));
        return new StoryText(text.Decoded, [.. text.Zones.Select(Show)], text.Cleaned);
    }

    private static StoryZone Show(TextZone zone) =>
        new(NameOf(zone.Kind), zone.Start, zone.Length, zone.Kind is not (ZoneKind.Subject or ZoneKind.New or ZoneKind.Quoted));

    private static string NameOf(ZoneKind kind) => kind switch
    {
        ZoneKind.Subject => "subject",
        ZoneKind.Header => "mail header",
        ZoneKind.New => "new text",
        ZoneKind.Quoted => "quoted",
        ZoneKind.Signature => "signature",
        ZoneKind.Boilerplate => "boilerplate",
        ZoneKind.Unsubscribe => "unsubscribe block",
        _ => "text",
    };
}
