namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>Who writes, as which user, when.</summary>
internal readonly record struct WriteStamp(Actor By, string UserId, DateTime At);

/// <summary>
/// One customer's Salesforce: objects, records, users. Reading a record by id is safe from any thread; queries and writes hold
/// <see cref="Gate"/>. Rows are immutable, so what a query found may be written out after the gate is left.
/// </summary>
internal sealed class SalesforceOrg
{
    private readonly Dictionary<string, SalesforceTable> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, SalesforceTable> _byPrefix = new(StringComparer.Ordinal);
    private readonly TimeProvider _clock;
    private readonly DerivedFields _derived;
    private readonly SalesforceSimulatorOptions _options;
    private readonly AsyncLocal<UndoJournal?> _journal = new();

    /// <param name="options">What the org has.</param>
    /// <param name="clock">Stamps.</param>
    /// <param name="number">Which org it is, from 0: another number gives another org id.</param>
    public SalesforceOrg(SalesforceSimulatorOptions options, TimeProvider clock, int number = 0)
    {
        _clock = clock;
        _options = options;
        _derived = new DerivedFields(this);
        foreach (SalesforceTable table in StandardObjects.All(options))
            _byPrefix[table.Prefix] = _byName[table.Name] = table;
        for (int i = 0; i < number; i++)
        {
            _ = this["Organization"].NextId();
            _ = this["User"].NextId();
        }

        OrgId = Insert(this["Organization"], [new("Name", "Simulated Org"), new("OrganizationType", "Developer Edition")], Birth("")).Id;
        StandardSales.Seed(this);
        IntegrationUserId = AddUser("CrmSync", "Integration", "crmsync.integration@sim.example");
        AddProfileOf(IntegrationUserId);
    }

    public Lock Gate { get; } = new();

    public FieldHistory History { get; } = new();

    /// <summary>Notes what writes of this flow of control replace, while it is set; others' writes are not noted.</summary>
    public UndoJournal? Journal
    {
        get => _journal.Value;
        set => _journal.Value = value;
    }

    public string OrgId { get; }

    /// <summary>The user that every client of the API is.</summary>
    public string IntegrationUserId { get; }

    public IEnumerable<SalesforceTable> Tables => _byName.Values;

    public SalesforceTable this[string name] => _byName[name];

    /// <summary>Now in whole seconds, as Salesforce stamps.</summary>
    public DateTime Now => SalesforceText.WholeSecond(_clock.GetUtcNow());

    public WriteStamp AsApp => new(Actor.App, IntegrationUserId, Now);

    public SalesforceTable? FindTable(string name, bool tooling = false) =>
        _byName.TryGetValue(name, out SalesforceTable? table) && table.Tooling == tooling ? table : null;

    public SalesforceRow? FindById(string? id) =>
        id is { Length: SalesforceId.FullLength } && _byPrefix.TryGetValue(id[..3], out SalesforceTable? table) ? table.Find(id) : null;

    // A profile shows as a permission set of its own, assigned to each of its users.
    private void AddProfileOf(string userId)
    {
        string id = Insert(
            this["PermissionSet"],
            [
                new("Name", "X00ex00000018oz"), new("Label", "Integration"), new("IsCustom", false), new("IsOwnedByProfile", true),
                new("PermissionsApiEnabled", true), new("PermissionsViewSetup", true), new("PermissionsViewAllData", true),
            ],
            Birth("")).Id;
        Insert(this["PermissionSetAssignment"], [new("AssigneeId", userId), new("PermissionSetId", id)], Birth(""));
    }

    public string AddUser(string firstName, string lastName, string email) => Insert(
        this["User"],
        [new("FirstName", firstName), new("LastName", lastName), new("Email", email), new("Username", email), new("IsActive", true)],
        Birth("")).Id;

    /// <summary>Stamps a record of the start data.</summary>
    public WriteStamp Birth(string userId, DateTimeOffset? at = null) =>
        new(Actor.Seed, userId, at is null ? Now : SalesforceText.WholeSecond(at.Value));

    public SalesforceRow Insert(SalesforceTable table, IEnumerable<FieldValue> values, WriteStamp by, string? sourceId = null)
    {
        FieldSet fields = table.Fields;
        var cells = new object?[fields.All.Count];
        foreach (SalesforceField flag in fields.All)
        {
            if (flag.Kind == FieldKind.Boolean)
                cells[flag.Ordinal] = SalesforceTable.Box(false);
        }

        HashSet<string> given = Assign(fields, cells, values);
        string id = table.NextId();
        cells[fields["Id"].Ordinal] = id;
        SetIfThere(fields, cells, "CreatedDate", by.At);
        SetIfThere(fields, cells, "CreatedById", by.UserId);
        if (fields.Find("OwnerId") is { } owner)
            cells[owner.Ordinal] ??= by.UserId;
        SalesforceRow made = Store(table, id, cells, given, by, new SalesforceRow(table, id, []) { SourceId = sourceId, Maker = by.By });
        SideRecords.Keep(this, _options, null, made, by);
        return made;
    }

    public SalesforceRow Update(SalesforceRow before, IEnumerable<FieldValue> values, WriteStamp by)
    {
        FieldSet fields = before.Table.Fields;
        object?[] cells = before.CopyValues();
        HashSet<string> given = Assign(fields, cells, values);
        SalesforceRow after = Store(before.Table, before.Id, cells, given, by, before);
        foreach (SalesforceField field in fields.All)
        {
            if (field.Kind != FieldKind.Address && !StampedAlways(field.Name) && !Equals(before[field.Ordinal], after[field.Ordinal]))
            {
                History.Add(before, field, after[field.Ordinal], by);
                Journal?.NoteHistory(before.Id, field.Name);
            }
        }

        SideRecords.Keep(this, _options, before, after, by);
        return after;
    }

    private SalesforceRow Store(
        SalesforceTable table, string id, object?[] cells, HashSet<string> given, WriteStamp by, SalesforceRow origin)
    {
        FieldSet fields = table.Fields;
        object at = by.At;
        _derived.Compute(table, cells, given, at);
        SetIfThere(fields, cells, "LastModifiedDate", at);
        SetIfThere(fields, cells, "LastModifiedById", by.UserId);
        SetIfThere(fields, cells, "SystemModstamp", at);
        SalesforceRow row = new(table, id, cells) { Stamp = by.At, SourceId = origin.SourceId, Maker = origin.Maker };
        Journal?.Note(table, id);
        table.Put(row);
        return row;
    }

    private static HashSet<string> Assign(FieldSet fields, object?[] cells, IEnumerable<FieldValue> values)
    {
        HashSet<string> given = new(StringComparer.OrdinalIgnoreCase);
        foreach (FieldValue value in values)
        {
            cells[fields[value.Name].Ordinal] = value.Value is bool flag ? SalesforceTable.Box(flag) : value.Value;
            given.Add(value.Name);
        }

        return given;
    }

    private static void SetIfThere(FieldSet fields, object?[] cells, string name, object? value)
    {
        if (fields.Find(name) is { } field)
            cells[field.Ordinal] = value;
    }

    private static bool StampedAlways(string name) => name is "LastModifiedDate" or "LastModifiedById" or "SystemModstamp";
}

/// <summary>A value for a field.</summary>
internal readonly record struct FieldValue(string Name, object? Value);
