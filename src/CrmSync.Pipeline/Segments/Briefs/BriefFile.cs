using System.Text.Json;
using CrmSync.Pipeline.Segments.Packs;

namespace CrmSync.Pipeline.Segments.Briefs;

/// <summary>Reads a brief that <see cref="BriefText.Json"/> wrote. Pure.</summary>
public static class BriefFile
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };

    /// <summary>The brief; null where the text is none of this schema.</summary>
    /// <param name="json">What was written.</param>
    public static Brief? Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            var root = document.RootElement;
            if (root.GetProperty("schema").GetString() != BriefText.Schema)
                return null;
            var segment = root.GetProperty("segment");
            return new Brief
            {
                Account = root.GetProperty("account").GetString(),
                Title = Text(root, "title"),
                Segment = new SegmentMatch(Text(segment, "id"), Text(segment, "name"), Text(segment, "reason"), segment.GetProperty("confidence") is { ValueKind: JsonValueKind.Number } sure ? sure.GetDouble() : null),
                PackVersion = segment.GetProperty("pack_version").GetInt32(),
                At = root.GetProperty("at").GetDateTimeOffset(),
                Facts = Texts(root, "facts"),
                Points = [.. root.GetProperty("points").EnumerateArray().Select(Point)],
                LeftOut = [.. root.GetProperty("left_out").EnumerateArray().Select(LeftOut)],
                Waiting = root.GetProperty("waiting").GetInt32(),
                Notices = Texts(root, "notices"),
                Tokens = root.GetProperty("tokens").GetInt32(),
                Budget = root.GetProperty("budget").GetInt32(),
            };
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static BriefPoint Point(JsonElement point)
    {
        var by = Text(point, "by");
        var part = Text(point, "part");
        return new BriefPoint(
            Enum.GetValues<BriefPart>().Cast<BriefPart?>().FirstOrDefault(known => BriefText.Slug(known!.Value) == part) ?? throw new FormatException("no such part"),
            Text(point, "text"), Texts(point, "lines"), Texts(point, "activities"), point.GetProperty("heard_here").GetBoolean(),
            Text(point, "by_kind") switch
            {
                "person" => PackAuthor.Person(by),
                "model" => PackAuthor.Model(by[(by.IndexOf(' ', StringComparison.Ordinal) + 1)..]),
                _ => PackAuthor.Template,
            });
    }

    private static BriefLeftOut LeftOut(JsonElement line) =>
        new(Text(line, "line"), PackNames.TierOf(Text(line, "tier")) ?? throw new FormatException("no such tier"), Text(line, "text"), line.GetProperty("tokens").GetInt32());

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString() ?? "";

    private static string[] Texts(JsonElement parent, string name) => [.. parent.GetProperty(name).EnumerateArray().Select(text => text.GetString() ?? "")];
}
