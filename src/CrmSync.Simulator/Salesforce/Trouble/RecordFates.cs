using CrmSync.Simulator.Salesforce.Records;

namespace CrmSync.Simulator.Salesforce.Trouble;

/// <summary>What people and nightly jobs do to records, other than editing them. The caller holds the org's gate.</summary>
internal static class RecordFates
{
    /// <summary>To the recycle bin.</summary>
    public static void Delete(SalesforceOrg org, SalesforceRow row) => org.Update(row, [new FieldValue("IsDeleted", true)], ByPerson(org, row));

    /// <summary>Archiving is Salesforce's own doing: it moves no stamp and leaves no history.</summary>
    public static void Archive(SalesforceRow row)
    {
        object?[] values = row.CopyValues();
        values[row.Table.Fields["IsArchived"].Ordinal] = SalesforceTable.Box(true);
        row.Table.Put(new SalesforceRow(row.Table, row.Id, values) { Stamp = row.Stamp, SourceId = row.SourceId, Maker = row.Maker });
    }

    /// <summary>Another record of the object that could take this one in, or null: only accounts, contacts and leads are merged.</summary>
    public static SalesforceRow? MergePartner(SalesforceOrg org, SalesforceRow row) => row.Table.Fields.Find("MasterRecordId") is null
        ? null
        : row.Table.NewestFirst().FirstOrDefault(other => other.Id != row.Id && !other.Flag("IsDeleted"));

    /// <summary>Every child of the loser becomes one of the winner, which moves their stamps; the loser is deleted and names its master.</summary>
    public static void Merge(SalesforceOrg org, SalesforceRow loser, SalesforceRow winner)
    {
        foreach (SalesforceTable table in org.Tables.ToList())
        {
            SalesforceField[] links = [.. table.Fields.All.Where(field => field.Kind == FieldKind.Reference && field.ReferenceTo.Contains(loser.Table.Name)
                && field.Name != "MasterRecordId")];
            if (links.Length == 0)
                continue;
            foreach (SalesforceRow child in table.NewestFirst().ToList())
            {
                FieldValue[] moved = [.. links.Where(link => Equals(child[link.Ordinal], loser.Id)).Select(link => new FieldValue(link.Name, winner.Id))];
                if (moved.Length > 0)
                    org.Update(child, moved, ByPerson(org, child));
            }
        }

        org.Update(loser, [new FieldValue("IsDeleted", true), new FieldValue("MasterRecordId", winner.Id)], ByPerson(org, loser));
    }

    public static WriteStamp ByPerson(SalesforceOrg org, SalesforceRow row) =>
        new(Actor.Person, row.Text("OwnerId") ?? row.Text("CreatedById") ?? org.IntegrationUserId, org.Now);
}
