using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.WriteBack;

/// <summary>A record that holds an activity's label.</summary>
/// <param name="ObjectType">The CRM's type.</param>
/// <param name="ExternalId">The CRM's id.</param>
/// <param name="IsShared">
/// Whether other activities put their labels there, too. Then the label of the activity that happened last stands there, an older one never replaces it, and an
/// abstention clears only what the same activity wrote.
/// </param>
public readonly record struct LabelTarget(string ObjectType, string ExternalId, bool IsShared);

/// <summary>Says which records hold an activity's label. Pure.</summary>
public static class LabelTargets
{
    /// <summary>The records, best known first; empty where no record can hold it (it stays in the ledger until a link makes one able to).</summary>
    /// <param name="objectType">Type of the activity.</param>
    /// <param name="externalId">Its id.</param>
    /// <param name="links">What it hangs on.</param>
    /// <param name="places">Where labels of each type live; a type without an entry holds its own.</param>
    public static IReadOnlyList<LabelTarget> Resolve(
        string objectType, string externalId, IReadOnlyList<Association> links, IReadOnlyDictionary<string, LabelPlace> places)
    {
        List<LabelTarget> targets = [];
        var place = places.GetValueOrDefault(objectType, LabelPlace.OnActivity);
        if (place.Kind == LabelPlaceKind.Activity)
            targets.Add(new LabelTarget(objectType, externalId, IsShared: false));
        else if (place.Kind == LabelPlaceKind.Linked && FirstLinked(links, place.ObjectTypes) is { } linked)
            targets.Add(new LabelTarget(linked.ObjectType, linked.ExternalId, IsShared: true));

        foreach (var twin in links.Where(link => link.Role == Association.Twin))
        {
            // A twin is a second copy, worth a label only where it can hold one itself.
            if (places.TryGetValue(twin.ObjectType, out var twinPlace) && twinPlace.Kind == LabelPlaceKind.Activity)
                targets.Add(new LabelTarget(twin.ObjectType, twin.ExternalId, IsShared: false));
        }
        return targets;
    }

    // Of several links of the best type the lowest id wins, so that a second look gives the same record.
    private static Association? FirstLinked(IReadOnlyList<Association> links, IReadOnlyList<string> types)
    {
        foreach (var type in types)
        {
            var found = links.Where(link => link.ObjectType == type && link.Role != Association.Twin)
                .OrderBy(link => link.ExternalId.Length).ThenBy(link => link.ExternalId, StringComparer.Ordinal)
                .Take(1).ToList();
            if (found.Count > 0)
                return found[0];
        }
        return null;
    }
}
