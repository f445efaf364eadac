using System.Globalization;
using CrmSync.Pipeline.Jobs;

namespace CrmSync.Pipeline.WriteBack;

/// <summary>Asks the CRM who set the values that are kept, and says it in the log. Histories are dear, so only kept values are asked about.</summary>
internal static class KeptOrigins
{
    /// <summary>The changes, with actor and sentence of the kept ones as far as the CRM tells. A CRM that does not answer leaves them as they were.</summary>
    public static async Task<IReadOnlyList<IntentChange>> AddAsync(
        IReadOnlyList<IntentChange> changes, IReadOnlyList<RecordItem> items, ILabelWriter writer, string objectType, CancellationToken cancellationToken)
    {
        var known = await ReadAsync(changes, items, writer, objectType, cancellationToken);
        return [.. changes.Select(change => known.TryGetValue(change.IntentId, out var origin) ? Told(change, origin) : change)];
    }

    /// <summary>Who set the values of the kept ones, by intent, as far as the CRM tells.</summary>
    public static async Task<IReadOnlyDictionary<long, ValueOrigin>> ReadAsync(
        IReadOnlyList<IntentChange> changes, IReadOnlyList<RecordItem> items, ILabelWriter writer, string objectType, CancellationToken cancellationToken)
    {
        var kept = changes.Where(change => change.Status == IntentStatus.Kept).Select(change => change.IntentId).ToHashSet();
        var known = new Dictionary<long, ValueOrigin>();
        foreach (var group in items.SelectMany(item => item.Intents).Where(intent => kept.Contains(intent.IntentId)).GroupBy(intent => intent.Property))
        {
            var ids = group.Select(intent => intent.TargetId).Distinct().ToList();
            var origins = await writer.ReadOriginsAsync(objectType, ids, group.Key, cancellationToken);
            if (!origins.Succeeded)
                continue;
            foreach (var intent in group)
            {
                if (origins.Value.TryGetValue(intent.TargetId, out var origin))
                    known[intent.IntentId] = origin;
            }
        }
        return known;
    }

    private static IntentChange Told(IntentChange change, ValueOrigin origin) =>
        change with { Actor = origin.Actor, Message = $"{Setting(new ValueSetting(change.ValueBefore, origin.At, origin.Actor, origin.Who))}; it stays." };

    /// <summary>Who set or cleared a label, and when, as the beginning of a sentence.</summary>
    public static string Setting(ValueSetting setting)
    {
        var actor = setting.Actor switch
        {
            ValueActor.Human => "A person",
            ValueActor.Automation => "Another program or a workflow",
            ValueActor.Unknown => "Somebody else",
        };
        var who = setting.Who is { } id ? $" ({id})" : "";
        var when = setting.At is { } at ? $" on {at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC" : "";
        return $"{actor}{who} {(string.IsNullOrEmpty(setting.Value) ? "cleared" : "set")} this label{when}";
    }
}
