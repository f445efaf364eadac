using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace CrmSync.Connectors.Http;

/// <summary>
/// Text at the door: whatever a CRM holds arrives as valid UTF-16 without NUL, because databases and JSON writers refuse the rest. Damaged
/// places become U+FFFD; nothing else is changed. Linear in the length of the text.
/// </summary>
internal static class SafeText
{
    private const char Replacement = '\uFFFD';

    /// <summary>Replaces NULs and lone surrogates.</summary>
    public static string Clean(string text)
    {
        var damaged = FirstDamaged(text, 0);
        if (damaged < 0)
            return text;

        var clean = new StringBuilder(text);
        for (; damaged >= 0; damaged = FirstDamaged(text, damaged + 1))
            clean[damaged] = Replacement;
        return clean.ToString();
    }

    /// <summary>
    /// The text of a JSON string, cleaned. The framework's own reader throws on an escaped lone surrogate and on bytes that are no UTF-8;
    /// CRMs send both, inside bodies that were cut in the middle of a character.
    /// </summary>
    public static string Read(JsonElement element)
    {
        try
        {
            return Clean(element.GetString() ?? "");
        }
        catch (InvalidOperationException) when (element.ValueKind == JsonValueKind.String)
        {
            var raw = JsonMarshal.GetRawUtf8Value(element);
            return Clean(Unescape(Encoding.UTF8.GetString(raw[1..^1])));
        }
    }

    private static int FirstDamaged(string text, int from)
    {
        for (var at = from; at < text.Length; at++)
        {
            if (text[at] == '\0')
                return at;
            if (!char.IsSurrogate(text[at]))
                continue;
            if (!char.IsHighSurrogate(text[at]) || at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1]))
                return at;
            at++;
        }

        return -1;
    }

    // The parser has checked the grammar already, so every escape is complete.
    private static string Unescape(string json)
    {
        var text = new StringBuilder(json.Length);
        for (var at = 0; at < json.Length; at++)
        {
            if (json[at] != '\\')
            {
                text.Append(json[at]);
                continue;
            }

            at++;
            if (json[at] == 'u')
            {
                text.Append((char)Convert.ToUInt16(json.Substring(at + 1, 4), 16));
                at += 4;
                continue;
            }

            text.Append(json[at] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', var other => other });
        }

        return text.ToString();
    }
}
