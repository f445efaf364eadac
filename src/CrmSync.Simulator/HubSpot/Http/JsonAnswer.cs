using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>Writes JSON answers.</summary>
internal static class JsonAnswer
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly SearchValues<char> Surrogates = SearchValues.Create(Enumerable.Range(0xD800, 0x800).Select(c => (char)c).ToArray());

    /// <summary>Writes the body; status and headers are set before.</summary>
    public static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json;charset=utf-8";
        await using (var json = new Utf8JsonWriter(context.Response.BodyWriter, Options))
            write(json);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    /// <summary>Writes text that may hold half of a surrogate pair, as a CRM delivers it: as an escape.</summary>
    public static void WriteText(this Utf8JsonWriter json, string name, string? value)
    {
        json.WritePropertyName(name);
        json.WriteTextValue(value);
    }

    /// <inheritdoc cref="WriteText"/>
    public static void WriteTextValue(this Utf8JsonWriter json, string? value)
    {
        if (value is null || !HasLoneSurrogate(value))
            json.WriteStringValue(value);
        else
            json.WriteRawValue(EscapeAll(value), skipInputValidation: true);
    }

    private static bool HasLoneSurrogate(string value)
    {
        var start = value.AsSpan().IndexOfAny(Surrogates);
        if (start < 0)
            return false;
        for (var i = start; i < value.Length; i++)
        {
            if (!char.IsSurrogate(value[i]))
                continue;
            if (!char.IsHighSurrogate(value[i]) || i + 1 == value.Length || !char.IsLowSurrogate(value[i + 1]))
                return true;
            i++;
        }
        return false;
    }

    private static string EscapeAll(string value)
    {
        var escaped = new StringBuilder(value.Length + 32).Append('"');
        foreach (var c in value)
        {
            if (c is < ' ' or '"' or '\\' || char.IsSurrogate(c))
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                escaped.Append(c);
        }
        return escaped.Append('"').ToString();
    }
}
