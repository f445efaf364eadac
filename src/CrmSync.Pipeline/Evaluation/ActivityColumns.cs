using System.Globalization;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Evaluation;

/// <summary>The columns that activity files may have, and how their cells are understood. Names are compared without case.</summary>
internal static class ActivityColumns
{
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["hs_object_id"] = "id", ["id"] = "id",
        ["crm_subject"] = "subject", ["subject"] = "subject",
        ["crm_description"] = "body", ["description"] = "body", ["body"] = "body",
        ["crm_subtype"] = "type", ["type"] = "type",
        ["direction"] = "direction", ["crm"] = "crm", ["disposition"] = "disposition", ["status"] = "status", ["outcome"] = "outcome", ["duration"] = "duration",
    };

    /// <summary>The name used here for a column that describes the activity, or null for one that does not.</summary>
    public static string? Canonical(string header) => Aliases.GetValueOrDefault(Bare(header));

    /// <summary>The name of a column as files spell it, in lower case.</summary>
    public static string Plain(string header) => Bare(header).ToLowerInvariant();

    /// <summary>Turns cells by canonical name, and what the other columns say, into a row.</summary>
    public static ActivityFileRow ToRow(long line, long number, IReadOnlyDictionary<string, string> cells, IReadOnlyDictionary<string, string?> truth)
    {
        var id = Cell("id") ?? number.ToString(CultureInfo.InvariantCulture);
        if (!TryType(Cell("type"), out var type))
            return Faulty($"the type \"{Cell("type")}\" is unknown; use email, call, meeting, note or task");
        if (!TryDirection(Cell("direction"), out var direction))
            return Faulty($"the direction \"{Cell("direction")}\" is unknown; use inbound, outbound or leave it empty");
        if (!TryDuration(Cell("duration"), out var duration))
            return Faulty($"the duration \"{Cell("duration")}\" is not understood; give seconds, m:ss or h:mm:ss");
        return new ActivityFileRow(line, id, new ActivityContent(type, cells.GetValueOrDefault("subject", ""), cells.GetValueOrDefault("body", ""), new CrmEvidence
        {
            Direction = direction,
            Disposition = Cell("disposition"),
            Status = Cell("status"),
            Outcome = Cell("outcome"),
            Duration = duration,
        }), null, truth);

        string? Cell(string name) => cells.TryGetValue(name, out var cell) && !string.IsNullOrWhiteSpace(cell) ? cell.Trim() : null;
        ActivityFileRow Faulty(string what) => new(line, id, null, $"Line {line}: {what}.", truth);
    }

    private static string Bare(string header) => header.Trim().TrimStart('\uFEFF');

    private static bool TryType(string? cell, out ActivityType type)
    {
        // An export that names no type is a list of tasks: Salesforce logs nearly everything as one.
        type = ActivityType.Task;
        if (cell is null)
            return true;
        if (cell.Equals("event", StringComparison.OrdinalIgnoreCase))
        {
            type = ActivityType.Meeting;
            return true;
        }
        return cell.All(char.IsLetter) && Enum.TryParse(cell.TrimEnd('s', 'S'), ignoreCase: true, out type);
    }

    private static bool TryDirection(string? cell, out ActivityDirection? direction)
    {
        direction = cell?.ToLowerInvariant() switch
        {
            "inbound" or "in" or "incoming" or "incoming_email" => ActivityDirection.Inbound,
            "outbound" or "out" or "outgoing" or "email" or "forwarded_email" => ActivityDirection.Outbound,
            _ => null,
        };
        return cell is null || direction is not null || cell.Equals("null", StringComparison.OrdinalIgnoreCase) || cell.Equals("none", StringComparison.OrdinalIgnoreCase)
            || cell.Equals("internal", StringComparison.OrdinalIgnoreCase);
    }

    private static bool TryDuration(string? cell, out TimeSpan? duration)
    {
        duration = null;
        if (cell is null)
            return true;
        var total = 0.0;
        var parts = cell.Split(':');
        foreach (var part in parts)
        {
            if (!double.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
                return false;
            total = total * 60 + value;
        }
        if (parts.Length > 3 || total > TimeSpan.FromDays(30).TotalSeconds)
            return false;
        duration = TimeSpan.FromSeconds(total);
        return true;
    }
}
