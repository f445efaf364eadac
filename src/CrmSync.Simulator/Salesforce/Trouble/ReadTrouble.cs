using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Salesforce.Records;
using CrmSync.Simulator.Salesforce.Soql;

namespace CrmSync.Simulator.Salesforce.Trouble;

/// <summary>What happens to rows while they are read (F20, F22, F25). Called under the org's gate.</summary>
internal sealed class ReadTrouble(SalesforceOrg org, FaultBoard dials)
{
    /// <summary>Longest that a row stays uncommitted; Salesforce's own transactions end after ten minutes.</summary>
    private static readonly TimeSpan LatestCommit = TimeSpan.FromMinutes(5);

    /// <summary>The rows as this reader gets to see them.</summary>
    public List<SalesforceRow> Distort(WireCall call, SalesforceTable table, SoqlAccess access, List<SalesforceRow> rows)
    {
        if (access.Ids is not null || rows.Count == 0)
            return rows;
        if (dials.On("F20") is not null)
            rows = HoldBack(call, rows);
        if (dials.On("F22") is not null)
            rows = AddStray(call, table, access, rows);
        return rows;
    }

    /// <summary>How far all that was written is sure to be seen, while rows may be held back.</summary>
    public DateTime Covered(DateTime end) => dials.On("F20") is null || end < org.Now - LatestCommit ? end : org.Now - LatestCommit;

    /// <summary>F25: a person edits one of the rows that were just answered.</summary>
    public void EditBehind(WireCall call, IReadOnlyList<SalesforceRow> read)
    {
        if (read.Count == 0 || dials.On("F25") is not { } setting)
            return;
        SalesforceTable table = read[0].Table;
        SalesforceField? field = setting.Target is { } name ? table.Fields.Find(name)
            : table.Fields.All.FirstOrDefault(f => f is { Custom: true, Kind: FieldKind.Picklist, IsSettable: true }) ?? table.Fields.Find("Subject");
        if (field is not null && table.Find(read[read.Count / 2].Id) is { } row && !row.Flag("IsDeleted") && dials.Draw("F25", call))
            org.Update(row, [new FieldValue(field.Name, Another(field, row))], RecordFates.ByPerson(org, row));
    }

    private static object Another(SalesforceField field, SalesforceRow row) =>
        field.Values.FirstOrDefault(choice => choice.Value != row.Text(field.Name))?.Value ?? $"Edited {row.Text(field.Name)}";

    private List<SalesforceRow> HoldBack(WireCall call, List<SalesforceRow> rows)
    {
        DateTime since = org.Now - LatestCommit;
        // Not the newest one where there is a choice: readers must move past it.
        int place = rows.FindIndex(row => row.Stamp >= since);
        if (place < 0 || !dials.Draw("F20", call))
            return rows;
        return [.. rows.Where((_, i) => i != place)];
    }

    private List<SalesforceRow> AddStray(WireCall call, SalesforceTable table, SoqlAccess access, List<SalesforceRow> rows)
    {
        HashSet<string> inside = [.. rows.Select(row => row.Id)];
        IEnumerable<SalesforceRow> outside = access.From > DateTime.MinValue
            ? table.Between(DateTime.MinValue, access.From, descending: true)
            : access.To < DateTime.MaxValue ? table.Between(access.To, DateTime.MaxValue, descending: false) : [];
        SalesforceRow? stray = outside.FirstOrDefault(row => !row.Flag("IsDeleted") && !inside.Contains(row.Id));
        return stray is not null && dials.Draw("F22", call) ? [stray, .. rows] : rows;
    }
}
