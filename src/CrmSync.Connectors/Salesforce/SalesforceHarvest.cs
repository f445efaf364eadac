using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;

namespace CrmSync.Connectors.Salesforce;

/// <summary>Collects the activities of one page: each once, and what was left out by reason. Not thread-safe.</summary>
/// <param name="fallback">Instant for rows whose own are unreadable.</param>
internal sealed class SalesforceHarvest(DateTimeOffset fallback)
{
    private readonly Dictionary<(string, string), CrmActivity> _found = [];
    private readonly Dictionary<string, int> _skipped = new(StringComparer.Ordinal);

    /// <summary>Instant for rows whose own are unreadable.</summary>
    public DateTimeOffset Fallback => fallback;

    /// <summary>Takes a row, unless one of its flags leaves it out.</summary>
    public void Add(SalesforceObjectType type, JsonElement row, JsonElement? twin)
    {
        if (SalesforceActivityMapper.Map(type, row, fallback, twin) is not { } activity)
            return;
        if (type.Skips.FirstOrDefault(skip => row.IsTrue(skip.Key)).Value is { } reason)
            Skip(reason);
        else
            Add(activity);
    }

    /// <summary>Takes an activity; the last one of an id wins.</summary>
    public void Add(CrmActivity activity) => _found[(activity.ObjectType, activity.ExternalId)] = activity;

    /// <summary>Counts a row that is left out.</summary>
    public void Skip(string reason) => _skipped[reason] = _skipped.GetValueOrDefault(reason) + 1;

    /// <summary>The page.</summary>
    public ScanPage ToPage(string? position) => new([.. _found.Values], position) { Skipped = _skipped };
}
