using System.Text.Json;

namespace CrmSync.Pipeline.Taxonomies;

/// <summary>Reads JSON members and, instead of stopping at the first fault, collects one sentence per fault.</summary>
internal sealed class FaultReader(string file)
{
    private readonly List<string> _faults = [];

    public IReadOnlyList<string> Faults => _faults;

    public void Add(string place, string what, string wayOut) => _faults.Add($"{file}, {place}: {what}; {wayOut}.");

    public bool IsObject(JsonElement element, string place)
    {
        if (element.ValueKind == JsonValueKind.Object)
            return true;
        Add(place, "must be an object in braces", "see the shipped engagement.json for the shape");
        return false;
    }

    public string Text(JsonElement owner, string member, string place)
    {
        if (owner.TryGetProperty(member, out var element) && element.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(element.GetString()))
            return element.GetString()!;
        Add(place, "must be a text that is not empty", "add it");
        return "";
    }

    public string Slug(JsonElement owner, string member, string place)
    {
        var text = Text(owner, member, place);
        var sound = text.Length is > 0 and <= 40 && char.IsAsciiLetterLower(text[0])
            && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
        if (text.Length > 0 && !sound)
            Add(place, $"\"{text}\" is no slug", "use up to 40 lower-case letters, digits and hyphens, a letter first");
        return text;
    }

    public bool Flag(JsonElement owner, string member, string place)
    {
        if (owner.TryGetProperty(member, out var element) && element.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return element.GetBoolean();
        Add(place, "must be true or false", "add it");
        return false;
    }

    public string Colour(JsonElement owner, string member, string place)
    {
        var text = Text(owner, member, place);
        if (text.Length > 0 && (text.Length != 7 || text[0] != '#' || !text.Skip(1).All(char.IsAsciiHexDigit)))
            Add(place, $"\"{text}\" is no colour", "write it as #rrggbb");
        return text;
    }

    public IReadOnlyList<string> Texts(JsonElement owner, string member, string place)
    {
        if (!owner.TryGetProperty(member, out var element))
            return [];
        var path = place.Length == 0 ? member : $"{place}.{member}";
        if (element.ValueKind != JsonValueKind.Array)
        {
            Add(path, "must be a list in brackets", "write [\"first\", \"second\"]");
            return [];
        }
        List<string> texts = [];
        foreach (var item in element.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(item.GetString()))
                texts.Add(item.GetString()!);
            else
                Add(path, "holds something that is not a text", "put every entry in quotes");
        }
        return texts;
    }
}
