using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Salesforce.Records;

namespace CrmSync.Simulator.Salesforce.Trouble;

/// <summary>What happens to single records while they are written. Called under the org's gate.</summary>
internal sealed class WriteTrouble(SalesforceOrg org, FaultBoard dials, SalesforceSimulatorOptions options)
{
    private const string LockText = "unable to obtain exclusive access to this record or 1 records: ";

    /// <summary>F26: somebody is faster than the write.</summary>
    public void Disturb(WireCall call, SalesforceRow row)
    {
        if (dials.On("F26") is not { } setting || !dials.Draw("F26", call))
            return;
        switch (setting.Target)
        {
            case "archive" when row.Table.IsActivity:
                RecordFates.Archive(row);
                break;
            case "merge" when RecordFates.MergePartner(org, row) is { } winner:
                RecordFates.Merge(org, row, winner);
                break;
            default:
                RecordFates.Delete(org, row);
                break;
        }
    }

    /// <summary>F17, F16, F29: the record is refused.</summary>
    public WriteProblem? Refuse(WireCall call, string id)
    {
        if (dials.Draw("F17", call, id))
        {
            return options.RowLocksComeWrapped
                ? new WriteProblem(
                    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
                    $"ActivityRollup: execution of AfterUpdate caused by: System.DmlException: Update failed. First exception on row 0 with id {id}; "
                    + $"first error: UNABLE_TO_LOCK_ROW, {LockText}{id}: []")
                : new WriteProblem("UNABLE_TO_LOCK_ROW", LockText + id);
        }

        if (dials.Draw("F16", call, id))
            return new WriteProblem("UNKNOWN_EXCEPTION", "An unexpected error occurred. Please include this ErrorId if you contact support: 1-1 (1)");
        return RefuseByRule(call, id);
    }

    /// <summary>F30: a flow of the org has its own view of what was written.</summary>
    public List<FieldValue> Normalise(WireCall call, SalesforceTable table, List<FieldValue> values)
    {
        if (dials.On("F30") is null || !values.Exists(value => Changed(table, value) is not null) || !dials.Draw("F30", call))
            return values;
        return values.ConvertAll(value => Changed(table, value) is { } changed ? new FieldValue(value.Name, changed) : value);
    }

    private static object? Changed(SalesforceTable table, FieldValue value) => table.Fields.Find(value.Name) is not { Custom: true } field ? null : value.Value switch
    {
        string choice when field.Kind == FieldKind.Picklist => field.Values.LastOrDefault(other => other.Value != choice)?.Value,
        string text when field.IsText => text.ToUpperInvariant(),
        decimal number => decimal.Round(number, 0),
        _ => null,
    };

    private WriteProblem? RefuseByRule(WireCall call, string id)
    {
        if (dials.On("F29") is not { } setting)
            return null;
        string[] parts = (setting.Target ?? "rule").Split(':', 2);
        if (!WireDraws.Names(parts.Length > 1 ? parts[1] : null, id) || !dials.Draw("F29", call))
            return null;
        return parts[0] switch
        {
            "readonly" => new WriteProblem("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id"),
            "locked" => new WriteProblem("ENTITY_IS_LOCKED", "the entity is locked for editing"),
            "trigger" => new WriteProblem(
                "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "KeepSubject: execution of BeforeUpdate caused by: System.NullPointerException: Attempt to de-reference a null object"),
            _ => new WriteProblem("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Subject required"),
        };
    }
}
