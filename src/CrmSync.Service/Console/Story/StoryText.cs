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
    private static readonly Texts T = Texts.Of(typeof(StoryText));

    /// <summary>What decisions read: the content with the CRM's own fields.</summary>
    public required ActivityContent Content { get; init; }

    /// <summary>The same, zoned.</summary>
    public required ActivityText Zoned { get; init; }

    /// <summary>Reads the raw text again as the pipeline did; null where the text was erased.</summary>
    public static StoryText? Read(StoryActivity activity)
    {
        if (activity.ReadContent() is not { } content)
            return null;
        var text = ActivityZoner.Zone(content);
        return new StoryText(text.Decoded, [.. text.Zones.Select(Show)], text.Cleaned) { Content = content, Zoned = text };
    }

    private static StoryZone Show(TextZone zone) =>
        new(NameOf(zone.Kind), zone.Start, zone.Length, zone.Kind is not (ZoneKind.Subject or ZoneKind.New or ZoneKind.Quoted));

    private static string NameOf(ZoneKind kind) => kind switch
    {
        ZoneKind.Subject => "subject",
        ZoneKind.Header => T["MailHeader"],
        ZoneKind.New => T["NewText"],
        ZoneKind.Quoted => "quoted",
        ZoneKind.Signature => "signature",
        ZoneKind.Boilerplate => "boilerplate",
        ZoneKind.Unsubscribe => T["UnsubscribeBlock"],
        _ => "text",
    };
}
