using CrmSync.Simulator.HubSpot.Http;
using CrmSync.Simulator.HubSpot.Properties;
using CrmSync.Simulator.HubSpot.Records;
using CrmSync.Simulator.HubSpot.World;

namespace CrmSync.Simulator.HubSpot.Faults;

/// <summary>What people do to records in the moment between a client's read and its write.</summary>
internal sealed class MeanwhileFaults(Portal portal)
{
    /// <summary>Lets a person edit, delete or merge one of the records that a write is about to change.</summary>
    public void BeforeWrite(ApiCall call, IReadOnlyList<CrmRecord> records)
    {
        if (records.Count == 0)
            return;
        // Chosen by the records themselves, so that the same calls meet the same fate.
        var record = records[(int)(records.Sum(r => r.Id) % records.Count)];
        // The setting is read first: the draw that uses up its count turns the dial off.
        if (call.Turned(DialCode.EditedMeanwhile) is { } edit && call.Meets(DialCode.EditedMeanwhile))
            Edit(record, edit.Target);
        if (call.Turned(DialCode.GoneMeanwhile) is { } gone && call.Meets(DialCode.GoneMeanwhile))
            Remove(record, gone.Target);
    }

    private void Edit(CrmRecord record, string? property)
    {
        var catalog = portal.Catalog(record.Type);
        var values = new ValueList(catalog);
        if (property is not null && catalog.Find(property) is { ReadOnlyValue: false } named)
            values.Set(property, AnotherValue(named, record.Current.Values[named.Ordinal]));
        else if (record.Type.IsActivity)
            ActivityMapping.SetText(values, record.Type, $"Edited by a person {record.Id}", "Called back; see the new note.", clear: false);
        else
            values.Set(record.Type.DefaultProperties[0], $"Edited by a person {record.Id}");
        portal.Update(record, values.ToArray(), PersonOf(record));
    }

    private void Remove(CrmRecord record, string? how)
    {
        if (how == "merge" && !record.Type.IsActivity && AnotherLive(record) is { } survivor)
            portal.Merge(record, survivor, PersonOf(record));
        else
            portal.SetArchived(record, true, PersonOf(record));
    }

    private CrmRecord? AnotherLive(CrmRecord record)
    {
        var rows = portal.Table(record.Type).Rows;
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows.Records[i] != record && rows.Records[i].Current.ArchivedAt is null)
                return rows.Records[i];
        }
        return null;
    }

    private ChangeSource PersonOf(CrmRecord record) =>
        WorldLoader.SourceOf(portal.OwnerById(record.Current.Values[portal.Catalog(record.Type).OrdinalOf("hubspot_owner_id")]), "person");

    private static string AnotherValue(PropertyDefinition property, string? now) => property.Type switch
    {
        "enumeration" => property.Options.FirstOrDefault(o => o.Value != now)?.Value ?? "",
        "number" => now == "1" ? "2" : "1",
        "bool" => now == "true" ? "false" : "true",
        "datetime" or "date" => "2026-01-01T00:00:00.000Z",
        _ => "Set by a person",
    };
}
