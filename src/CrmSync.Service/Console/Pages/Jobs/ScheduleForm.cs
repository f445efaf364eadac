using System.Globalization;
using CrmSync.Pipeline.Jobs;

namespace CrmSync.Service.Console.Pages.Jobs;

/// <summary>What people type about schedules, read with a sentence for what will not do.</summary>
internal static class ScheduleForm
{
    private static readonly Texts T = Texts.Of(typeof(ScheduleForm));

    public const int LongestName = 80;
    public const int LongestReason = 500;

    /// <summary>The zones that a browser offers; any IANA zone can be typed.</summary>
    public static IReadOnlyList<string> Zones { get; } =
        ["UTC", .. TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).Where(id => id.Contains('/', StringComparison.Ordinal) && !id.StartsWith("Etc/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>The draft; null where something will not do.</summary>
    public static ScheduleDraft? Read(string? name, string? kind, long? connection, string? recurrence, string? zone, out string fault)
    {
        var title = string.Join(' ', (name ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        fault = "";
        if (title.Length is 0 or > LongestName || title.Any(char.IsControl))
            fault = T["AScheduleNeedsANameOf1To", LongestName];
        else if (kind is null || !ScheduleKinds.All.Contains(kind))
            fault = T["ChooseWhatTheScheduleDoes"];
        else if (connection is null)
            fault = T["ChooseAConnection"];
        else if (!Recurrence.TryParse(recurrence, zone, out var parsed, out var wrong))
            fault = wrong;
        else
            return new ScheduleDraft(title, kind, connection.Value, parsed.Text, parsed.ZoneId);
        return null;
    }

    /// <summary>A reason; null where there is none, or too much of it.</summary>
    public static string? Reason(string? text) => text?.Trim() is { Length: > 0 and <= LongestReason } reason ? reason : null;

    /// <summary>An instant of a form, in UTC where it names no offset; false where it cannot be read. Blank is none.</summary>
    public static bool TryInstant(string? text, out DateTimeOffset? at)
    {
        at = null;
        if (string.IsNullOrWhiteSpace(text))
            return true;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var read))
            return false;
        at = read;
        return true;
    }

    /// <summary>An instant as a form's field holds it.</summary>
    public static string? Field(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    /// <summary>What became of an act, for a person; null where it is done.</summary>
    public static string? FaultOf(ScheduleAnswer answer) => answer switch
    {
        ScheduleAnswer.Done or ScheduleAnswer.Unchanged => null,
        ScheduleAnswer.Missing => T["ThisScheduleIsNotThereAnyMore"],
        ScheduleAnswer.Stale => T["SomebodyElseChangedThisSchedule"],
        ScheduleAnswer.EndIsPast => T["TheEndOfAPauseHasToLieAhead"],
    };
}
