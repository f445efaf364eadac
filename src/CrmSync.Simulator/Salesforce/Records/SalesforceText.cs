using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>Values as text, as Salesforce's API writes them.</summary>
internal static class SalesforceText
{
    /// <summary>No colon in the offset, so a standard JSON date reader fails on it, as on the real one.</summary>
    public const string DateTimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'+0000'";

    public const string DateFormat = "yyyy-MM-dd";

    private static readonly string[] DateTimeForms =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
    ];

    public static string? Write(object? value) => value switch
    {
        null => null,
        string text => text,
        bool flag => flag ? "true" : "false",
        decimal number => number.ToString(CultureInfo.InvariantCulture),
        DateTime instant => instant.ToString(DateTimeFormat, CultureInfo.InvariantCulture),
        DateOnly day => day.ToString(DateFormat, CultureInfo.InvariantCulture),
        JsonNode node => node.ToJsonString(),
        _ => throw new InvalidOperationException($"A {value.GetType().Name} is no value of a record."),
    };

    /// <summary>An instant in one of the forms that the API takes, cut to whole seconds as Salesforce stores it.</summary>
    public static DateTime? ReadDateTime(string text)
    {
        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal;
        return DateTimeOffset.TryParseExact(text, DateTimeForms, CultureInfo.InvariantCulture, styles, out DateTimeOffset instant)
            ? WholeSecond(instant)
            : null;
    }

    public static DateOnly? ReadDate(string text) =>
        DateOnly.TryParseExact(text, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) ? day : null;

    /// <summary>Text as the database would hold it: broken surrogates replaced, and cut at the field's length, never within a pair.</summary>
    public static string Fit(string text, int length)
    {
        if (text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff') >= 0)
            text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        if (text.Length <= length)
            return text;
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }

    public static DateTime WholeSecond(DateTimeOffset instant)
    {
        DateTime utc = instant.UtcDateTime;
        return new DateTime(utc.Ticks - (utc.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
    }
}
