namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>What a transaction replaced, so that it can be taken back whole. Used under the org's gate.</summary>
internal sealed class UndoJournal
{
    private readonly List<(SalesforceTable Table, string Id, SalesforceRow? Before)> _entries = [];

    public void Note(SalesforceTable table, string id) => _entries.Add((table, id, table.Find(id)));

    /// <summary>Puts everything back, newest first. Ids that were given out stay used, as in Salesforce.</summary>
    public void Undo()
    {
        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            (SalesforceTable table, string id, SalesforceRow? before) = _entries[i];
            if (before is null)
                table.Remove(id);
            else
                table.Put(before);
        }

        _entries.Clear();
    }
}
