using System.Globalization;

namespace CrmSync.Pipeline.Jobs;

/// <summary>One field of a cron expression: what it is called, which numbers and names it takes, and how its text becomes a set.</summary>
internal sealed record CronField(string Name, int Min, int Max, string[] Names)
{
    public static readonly CronField Minute = new("minute", 0, 59, []);
    public static readonly CronField Hour = new("hour", 0, 23, []);
    public static readonly CronField Day = new("day of month", 1, 31, []);
    public static readonly CronField Month =
        new("month", 1, 12, ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]);
    // 7 is read as Sunday too, so that 5-7 and SAT-SUN are ranges; the set itself holds 0 to 6.
    public static readonly CronField Weekday = new("day of week", 0, 7, ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]);

    /// <summary>The bit mask of a field's text; bit n stands for the number n.</summary>
    public bool TryParse(string text, out ulong mask, out string? fault)
    {
        mask = 0;
        foreach (var part in text.Split(','))
        {
            if (!TryParsePart(part, ref mask, out var reason))
            {
                fault = $"The {Name} field \"{text}\" of the schedule is wrong: {reason}.";
                return false;
            }
        }

        if (this == Weekday && (mask & 1UL << 7) != 0)
            mask = mask & ~(1UL << 7) | 1;
        fault = null;
        return true;
    }

    private bool TryParsePart(string part, ref ulong mask, out string? reason)
    {
        var (range, step) = part.IndexOf('/') is >= 0 and var slash ? (part[..slash], part[(slash + 1)..]) : (part, null);
        if (!TryParseRange(range, step is not null, out var low, out var high, out reason))
            return false;

        var stride = 1;
        if (step is not null && (!TryNumber(step, out stride) || stride < 1 || stride > Max))
        {
            reason = $"the step \"{step}\" is not a number from 1 to {Max}";
            return false;
        }

        for (var value = low; value <= high; value += stride)
            mask |= 1UL << value;
        return true;
    }

    private bool TryParseRange(string range, bool hasStep, out int low, out int high, out string? reason)
    {
        (low, high, reason) = (Min, this == Weekday ? 6 : Max, null);
        if (range == "*")
            return true;

        var dash = range.IndexOf('-');
        if (!TryValue(dash < 0 ? range : range[..dash], out low, out reason))
            return false;
        if (dash < 0)
        {
            // "5/15" runs from 5 to the end of the field.
            if (!hasStep)
                high = low;
            else if (low > high)
                high = low;
            return true;
        }

        if (!TryValue(range[(dash + 1)..], out high, out reason))
            return false;
        if (this == Weekday && high == 0 && low > 0)
            high = 7;
        if (low > high)
            reason = $"the range \"{range}\" runs backwards; write it as two, like {low}-{Max},{Min}-{high}";
        return reason is null;
    }

    private bool TryValue(string text, out int value, out string? reason)
    {
        reason = null;
        if (TryNumber(text, out value) && value >= Min && value <= Max)
            return true;
        var index = Array.FindIndex(Names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        value = Min == 0 ? index : index + 1;
        if (index >= 0)
            return true;
        var names = Names.Length == 0 ? "" : $" or a name from {Names[0]} to {Names[^1]}";
        reason = text.Length == 0 ? "a number is missing" : $"\"{text}\" is not a number from {Min} to {Max}{names}";
        return false;
    }

    private static bool TryNumber(string text, out int value)
    {
        value = 0;
        return text.Length is 1 or 2 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
