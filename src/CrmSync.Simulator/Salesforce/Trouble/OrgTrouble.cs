using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Salesforce.Http;
using CrmSync.Simulator.Salesforce.Records;

namespace CrmSync.Simulator.Salesforce.Trouble;

/// <summary>What an administrator does to fields, and how it is undone (F12, F27, F28); bulk edits (F23, F24).</summary>
internal sealed class OrgTrouble(SalesforceServer server)
{
    private readonly Dictionary<string, Action> _undo = new(StringComparer.Ordinal);

    public void RemoveAccess(DialSetting setting)
    {
        if (setting.Target is not { } target)
            return;
        (string path, string? part) = Split(target, ':');
        FieldTrouble trouble = part == "edit" ? FieldTrouble.ReadOnly : FieldTrouble.Hidden;
        Change("F12", path, both: false, field => field with { Trouble = field.Trouble | trouble }, field => field with { Trouble = field.Trouble & ~trouble });
    }

    public void RestoreAccess() => Undo("F12");

    public void RemoveField(DialSetting setting)
    {
        (string path, string? type) = Split(Require(setting, "F27"), ':');
        if (type is null)
        {
            Change("F27", path, both: true, field => field with { Trouble = field.Trouble | FieldTrouble.Gone }, field => field with { Trouble = field.Trouble & ~FieldTrouble.Gone });
            return;
        }

        if (!Enum.TryParse(type, ignoreCase: true, out FieldKind kind))
            throw new ArgumentException($"F27 cannot change a field to the type {type}; use Text, Picklist, Double, Boolean, Date or DateTime.");
        Dictionary<string, SalesforceField> before = [];
        Change(
            "F27", path, both: true,
            field =>
            {
                before[field.Name] = field;
                return field with { Kind = kind, Restricted = false, Values = [], Length = kind == FieldKind.Text ? 255 : 0 };
            },
            field => before[field.Name] with { Readable = field.Readable, Createable = field.Createable, Updateable = field.Updateable, Trouble = field.Trouble });
    }

    public void RestoreField() => Undo("F27");

    public void RemoveValue(DialSetting setting)
    {
        (string path, string? value) = Split(Require(setting, "F28"), '=');
        PicklistValue? gone = null;
        Change(
            "F28", path, both: true,
            field =>
            {
                gone = field.Values.FirstOrDefault(choice => choice.Value == value)
                    ?? throw new ArgumentException($"F28 finds no value {value} in {path}; it has {string.Join(", ", field.Values.Select(choice => choice.Value))}.");
                return field with { Values = [.. field.Values.Where(choice => choice.Value != value)] };
            },
            field => field.Values.Any(choice => choice.Value == value) ? field : field with { Values = [.. field.Values, gone!] });
    }

    public void RestoreValue() => Undo("F28");

    public void StampTogether(DialSetting setting, int rows)
    {
        (string type, string? count) = Split(setting.Target ?? "Task", '/');
        server.Home.StampTogether(type, count is null ? rows : int.Parse(count, System.Globalization.CultureInfo.InvariantCulture));
    }

    private void Change(string code, string path, bool both, Func<SalesforceField, SalesforceField> begin, Func<SalesforceField, SalesforceField> heal)
    {
        SalesforceOrg org = server.Home.Org;
        string[] parts = path.Split('.', 2);
        lock (org.Gate)
        {
            // A custom field of Activity is one field, whichever of both objects names it; its security is granted on each.
            string[] objects = parts[0] == "Activity" || (both && parts[0] is "Task" or "Event") ? ["Task", "Event"] : [parts[0]];
            List<SalesforceTable> tables = [.. objects.Select(name => org.FindTable(name)).OfType<SalesforceTable>()
                .Where(table => parts.Length == 2 && table.Fields.Find(parts[1]) is not null)];
            if (tables.Count == 0)
                throw new ArgumentException($"{code} finds no field {path}; name an object and a field that it has, such as Task.Subject.");
            Apply(tables, parts[1], begin);
            _undo[code] = () => Apply(tables, parts[1], heal);
        }
    }

    private void Apply(List<SalesforceTable> tables, string name, Func<SalesforceField, SalesforceField> change)
    {
        lock (server.Home.Org.Gate)
        {
            foreach (SalesforceTable table in tables)
                table.Fields = table.Fields.With(change(table.Fields[name]));
        }
    }

    private void Undo(string code)
    {
        lock (server.Home.Org.Gate)
        {
            if (_undo.Remove(code, out Action? undo))
                undo();
        }
    }

    private static string Require(DialSetting setting, string code) =>
        setting.Target ?? throw new ArgumentException($"{code} needs a target such as Task.CrmSync_Stage__c.");

    private static (string Head, string? Tail) Split(string text, char at)
    {
        string[] parts = text.Split(at, 2, StringSplitOptions.TrimEntries);
        return (parts[0], parts.Length > 1 ? parts[1] : null);
    }
}
