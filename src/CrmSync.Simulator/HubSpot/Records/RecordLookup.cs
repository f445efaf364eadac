using CrmSync.Simulator.HubSpot.Http;
using CrmSync.Simulator.HubSpot.Properties;

namespace CrmSync.Simulator.HubSpot.Records;

/// <summary>Finds records by what clients name them with: the id, or a property whose values are unique (<c>idProperty</c>).</summary>
internal static class RecordLookup
{
    /// <summary>The property that <c>idProperty</c> names; null where none is named.</summary>
    /// <exception cref="ApiRefusal">400: its values are not unique. The record id itself is refused too (fact sheet §4).</exception>
    public static PropertyDefinition? Identifier(PropertyCatalog catalog, string? idProperty)
    {
        if (string.IsNullOrEmpty(idProperty))
            return null;
        return catalog.Find(idProperty) is { } property && (property.Identifies || (property.HasUniqueValue && !property.ReadOnlyValue))
            ? property : throw new ApiRefusal(ApiErrors.NotUnique(idProperty));
    }

    /// <summary>A record, archived or not, by its id or by a unique property; null where there is none.</summary>
    public static CrmRecord? Find(Portal portal, HubSpotObjectType type, string text, PropertyDefinition? identifier)
    {
        var record = identifier is not null ? ByValue(portal, type, identifier, text)
            : ApiCall.IdOf(text) is { } id ? portal.Find(type, id) : null;
        return record is not null && portal.IsPurged(record.Current) ? null : record;
    }

    /// <summary>
    /// The record that holds a unique value; a live one before an archived one. Walks the table: contacts are few beside activities, and
    /// clients name records by property rarely.
    /// </summary>
    public static CrmRecord? ByValue(Portal portal, HubSpotObjectType type, PropertyDefinition property, string value)
    {
        var rows = portal.Table(type).Rows;
        CrmRecord? archived = null;
        for (var i = 0; i < rows.Count; i++)
        {
            var current = rows.Records[i].Current;
            if (!string.Equals(current.Values[property.Ordinal], value, StringComparison.OrdinalIgnoreCase))
                continue;
            if (current.ArchivedAt is null)
                return rows.Records[i];
            archived = rows.Records[i];
        }
        return archived;
    }
}
