using System.Diagnostics.CodeAnalysis;

namespace CrmSync.Pipeline.Jobs;

/// <summary>
/// The rhythm of a schedule: a five-field cron expression in an IANA time zone (<see cref="CronSchedule"/>) or a plain interval
/// (<see cref="IntervalSchedule"/>). A pure value: it knows no clock, so it gives the same times on every engine and node.
/// </summary>
public abstract record Recurrence
{
    private const int MaxTextLength = 200;

    private protected Recurrence(string text, TimeZoneInfo zone) => (Text, Zone) = (text, zone);

    /// <summary>The expression, blanks tidied; parses to an equal value together with <see cref="ZoneId"/>.</summary>
    public string Text { get; }

    /// <summary>The IANA id of the time zone.</summary>
    public string ZoneId => Zone.Id;

    /// <summary>The time zone in which the fields of a cron expression are read.</summary>
    internal TimeZoneInfo Zone { get; }

    /// <summary>The first time strictly after an instant.</summary>
    /// <param name="instant">Any instant.</param>
    /// <returns>The time, in the zone's offset; null when none is left before the calendar of .NET ends (year 9999).</returns>
    public abstract DateTimeOffset? NextAfter(DateTimeOffset instant);

    /// <summary>The rhythm in plain words, like "every 15 seconds" or "at 02:30 every day (Europe/Berlin)".</summary>
    public abstract string Describe();

    /// <summary>Reads a rhythm.</summary>
    /// <param name="text">"every 15s", "every 5m", "every 2h", five cron fields, or @hourly, @daily, @weekly, @monthly, @yearly.</param>
    /// <param name="zoneId">IANA time zone, like "Europe/Berlin" or "UTC".</param>
    /// <exception cref="FormatException">One sentence that names the faulty part.</exception>
    public static Recurrence Parse(string text, string zoneId) =>
        TryParse(text, zoneId, out var recurrence, out var fault) ? recurrence : throw new FormatException(fault);

    /// <summary>Reads a rhythm without throwing. Linear in the length of the text.</summary>
    /// <param name="text">As for <see cref="Parse"/>.</param>
    /// <param name="zoneId">As for <see cref="Parse"/>.</param>
    /// <param name="recurrence">The rhythm, when the result is true.</param>
    /// <param name="fault">One sentence that names the faulty part, when the result is false.</param>
    public static bool TryParse(
        string? text, string? zoneId, [NotNullWhen(true)] out Recurrence? recurrence, [NotNullWhen(false)] out string? fault)
    {
        recurrence = null;
        if (string.IsNullOrWhiteSpace(text))
            fault = "A schedule needs a time: five cron fields like \"30 2 * * *\", or an interval like \"every 15s\".";
        else if (text.Length > MaxTextLength)
            fault = $"A schedule's time has at most {MaxTextLength} characters; this one has {text.Length}.";
        else if (TimeZones.Find(zoneId, out fault) is { } zone)
            recurrence = ParseTidied(string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), zone, out fault);

        if (recurrence is not null)
            fault = null;
        else
            fault ??= "This schedule cannot be read.";
        return recurrence is not null;
    }

    /// <inheritdoc />
    public sealed override string ToString() => $"{Text} ({ZoneId})";

    private static Recurrence? ParseTidied(string text, TimeZoneInfo zone, out string? fault) =>
        text.StartsWith("every", StringComparison.OrdinalIgnoreCase)
            ? IntervalSchedule.TryCreate(text, zone, out fault)
            : CronSchedule.TryCreate(text, zone, out fault);
}
