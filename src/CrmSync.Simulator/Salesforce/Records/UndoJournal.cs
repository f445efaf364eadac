namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>What a transaction replaced, so that it can be taken back whole. Used under the org's gate.</summary>
internal sealed class UndoJournal
{
    private readonly List<(SalesforceTable Table, string Id, SalesforceRow? Before)> _entries = [];
    private readonly List<(string Id, string Field)> _history = [];

    /// <summary>A field's history grew by one.</summary>
    public void NoteHistory(string id, string field) => _history.Add((id, field));

    public void Note(SalesforceTable table, string id) => _entries.Add((table, id, table.Find(id)));

    /// <summary>Puts everything back, newest first. Ids that were given out stay used, as in Salesforce.</summary>
    public void Undo(FieldHistory history)
    {
        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            (SalesforceTable table, string id, SalesforceRow? before) = _entries[i];
            if (before is null)
                table.Remove(id);
            else
                table.Put(before);
        }

        foreach ((string id, string field) in _history)
            history.TakeBack(id, field);
        _entries.Clear();
        _history.Clear();
    }
}
