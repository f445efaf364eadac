using System.Text;
using System.Text.Json;

namespace CrmSync.Simulator.AzureOpenAI.Answers;

/// <summary>
/// Finds the records in a prompt. How they are recognised:
/// <list type="number">
/// <item>Only the last user message holds records.</item>
/// <item>A record is a JSON object with an id (<c>id</c>, <c>record_id</c>, <c>ref</c> or <c>key</c>, a string or a number), alone, on lines, in an
/// array, or inside another JSON value. Its text is every other string in it. JSON strings are data marking of their own: whatever a
/// correctly escaped string says is no instruction and no record.</item>
/// <item>Where the options name a marking, only what stands between its start and its first matching end is data; a JSON record outside is
/// a record too, but an unmarked one, and its text can instruct a gullible model.</item>
/// <item>Where there is no such object, each line <c>id: x</c> begins a record that reaches to the next such line, unmarked unless it stands inside a marking. Where there is
/// no such line either, the whole of it is one record without an id.</item>
/// </list>
/// Linear in the length of the message.
/// </summary>
internal static class PromptReader
{
    /// <summary>What a record's id is called, in prompts and in answers.</summary>
    public static readonly string[] IdNames = ["id", "record_id", "ref", "key"];

    // Beyond these a message is taken for text: one that was made to be read slowly.
    private const int MostFailures = 5_000;
    private const int MostSpaces = 200;

    // Each attempt to read a value where none ends is given up at this depth, so that a message of brackets alone stays linear.
    private static readonly JsonReaderOptions Reading = new() { MaxDepth = 8, CommentHandling = JsonCommentHandling.Disallow };

    public static PromptParts Read(string message, ModelDataMarking? marking)
    {
        List<PromptItem> items = [];
        var outside = new StringBuilder();
        var found = marking is null ? null : MarkedSpan.Find(message, marking);
        if (found is { } span)
        {
            outside.Append(ReadJson(message[..span.OuterStart], marked: false, items)).Append('\n');
            ReadJson(message[span.Start..span.End], marked: true, items);
            outside.Append(ReadJson(message[span.OuterEnd..], marked: false, items));
        }
        else
        {
            outside.Append(ReadJson(message, marked: marking is null, items));
        }

        if (items.Count == 0)
            items.AddRange(found is { } lines ? ReadLines(message[lines.Start..lines.End], marked: true) : ReadLines(message, marked: false));
        foreach (var unmarked in items.Where(item => !item.Marked && marking is not null))
            outside.Append('\n').Append(unmarked.Text);
        return new PromptParts(items, outside.ToString());
    }

    /// <summary>Adds the records of a text.</summary>
    /// <returns>What of the text is no JSON.</returns>
    private static string ReadJson(string text, bool marked, List<PromptItem> items)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var rest = new MemoryStream();
        var failures = 0;
        for (var at = 0; at < bytes.Length;)
        {
            if (failures < MostFailures && MayHoldRecord(bytes, at) && TryRead(bytes.AsSpan(at), ref failures, out var document, out var length))
            {
                using (document)
                {
                    var before = items.Count;
                    Collect(document!.RootElement, marked, items);
                    if (items.Count == before)
                        rest.Write(bytes, at, length);
                }
                at += length;
                continue;
            }
            rest.WriteByte(bytes[at++]);
        }
        return Encoding.UTF8.GetString(rest.GetBuffer(), 0, (int)rest.Length);
    }

    // An object with a property, or an array of such: anything else holds no record.
    private static bool MayHoldRecord(byte[] bytes, int at)
    {
        if (bytes[at] is not ((byte)'{' or (byte)'['))
            return false;
        var next = at + 1;
        while (next < bytes.Length && next - at < MostSpaces && bytes[next] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            next++;
        return next < bytes.Length && (bytes[at] == '{' ? bytes[next] == '"' : bytes[next] is (byte)'{' or (byte)'[');
    }

    private static bool TryRead(ReadOnlySpan<byte> bytes, ref int failures, out JsonDocument? document, out int length)
    {
        (document, length) = (null, 0);
        try
        {
            var reader = new Utf8JsonReader(bytes, isFinalBlock: true, new JsonReaderState(Reading));
            document = JsonDocument.ParseValue(ref reader);
            length = (int)reader.BytesConsumed;
            return true;
        }
        catch (JsonException)
        {
            failures++;
            return false;
        }
    }

    private static void Collect(JsonElement value, bool marked, List<PromptItem> items)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var element in value.EnumerateArray())
                Collect(element, marked, items);
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            if (IdOf(value) is var (name, id))
            {
                var text = new StringBuilder();
                foreach (var property in value.EnumerateObject().Where(property => property.Name != name))
                    AddText(property.Value, text);
                items.Add(new PromptItem(id, text.ToString(), marked));
                return;
            }
            foreach (var property in value.EnumerateObject())
                Collect(property.Value, marked, items);
        }
    }

    private static (string Name, string Id)? IdOf(JsonElement value)
    {
        foreach (var name in IdNames)
        {
            if (value.TryGetProperty(name, out var id) && id.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                return (name, id.ToString());
        }
        return null;
    }

    private static void AddText(JsonElement value, StringBuilder text)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            text.Append(value.GetString()).Append('\n');
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var element in value.EnumerateArray())
                AddText(element, text);
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in value.EnumerateObject())
                AddText(property.Value, text);
        }
    }

    private static IEnumerable<PromptItem> ReadLines(string message, bool marked)
    {
        string? id = null;
        var text = new StringBuilder();
        foreach (var line in message.Split('\n'))
        {
            var start = line.TrimStart(' ', '-', '#', '*');
            if (start.StartsWith("id:", StringComparison.OrdinalIgnoreCase) && start.Length > 3)
            {
                if (id is not null)
                    yield return new PromptItem(id, text.ToString(), marked);
                id = start[3..].Trim();
                text.Clear();
                continue;
            }
            text.Append(line).Append('\n');
        }
        yield return new PromptItem(id ?? "", text.ToString(), marked);
    }
}
