using System.Collections.Concurrent;
using System.Text.Json;
using CrmSync.Simulator.HubSpot.Properties;
using CrmSync.Simulator.HubSpot.Records;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>A checked write: either its changes, with the names of the properties, or what is wrong with it.</summary>
internal sealed record CheckedWrite(PropertyChange[] Changes, string[] Names, ApiError? Error)
{
    public static CheckedWrite Refused(ApiError error) => new([], [], error);
}

/// <summary>Checks what clients want to write, before anything is written (fact sheet §0.2, §5, §6).</summary>
internal sealed class RecordWrites(Portal portal, HubSpotSimulatorOptions options)
{
    private const string EnforcingVersion = "2026-09";

    /// <summary>Records that answer 423 until they are released.</summary>
    public ConcurrentDictionary<(int Type, long Id), bool> Locked { get; } = new();

    public void RefuseLocked(CrmRecord record)
    {
        if (Locked.ContainsKey((record.Type.Index, record.Id)))
            throw new ApiRefusal(ApiErrors.Locked());
    }

    public CheckedWrite CheckCreate(ApiCall call, HubSpotObjectType type, JsonElement input)
    {
        var checkedWrite = Check(call, type, PropertyBag.Empty, input);
        if (checkedWrite.Error is null && type.IsActivity)
        {
            var timestamp = portal.Catalog(type).OrdinalOf("hs_timestamp");
            if (!checkedWrite.Changes.Any(c => c.Ordinal == timestamp && c.Value is not null))
                return CheckedWrite.Refused(ApiErrors.MissingOnCreate(type, ["hs_timestamp"]));
        }
        return checkedWrite;
    }

    public CheckedWrite CheckUpdate(ApiCall call, CrmRecord record, JsonElement input) => Check(call, record.Type, record.Current.Values, input);

    /// <summary>The links that a create asks for, checked.</summary>
    public List<(CrmRecord To, int TypeId)> Links(HubSpotObjectType from, JsonElement input)
    {
        var links = new List<(CrmRecord, int)>();
        if (!input.TryGetProperty("associations", out var list) || list.ValueKind != JsonValueKind.Array)
            return links;
        foreach (var item in list.EnumerateArray())
        {
            var id = item.ValueKind == JsonValueKind.Object && item.TryGetProperty("to", out var to) ? ApiCall.Text(to, "id") : null;
            foreach (var typeId in AssociationWrites.TypeIds(item))
            {
                var target = HubSpotObjectType.All.FirstOrDefault(t => AssociationWrites.Fits(from, t, typeId));
                var record = target is not null && ApiCall.IdOf(id) is { } number ? portal.Live(target, number) : null;
                links.Add((record ?? throw new ApiRefusal(ApiErrors.Invalid(
                    $"One or more associations are not valid: no record {id} can be associated with type {typeId}.", "INVALID_ASSOCIATION")), typeId));
            }
        }
        return links;
    }

    private CheckedWrite Check(ApiCall call, HubSpotObjectType type, PropertyBag before, JsonElement input)
    {
        if (!input.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
            return CheckedWrite.Refused(ApiErrors.BrokenJson("properties must be an object"));

        var catalog = portal.Catalog(type);
        var changes = new List<PropertyChange>();
        var names = new List<string>();
        var invalid = new List<InvalidValue>();
        foreach (var member in properties.EnumerateObject())
        {
            if (catalog.Find(member.Name) is not { } property)
            {
                invalid.Add(PropertyValues.Unknown(member.Name));
                continue;
            }
            if (PropertyValues.Check(property, before[property.Ordinal], PropertyValues.TextOf(member.Value), out var kept) is { } problem)
                invalid.Add(problem);
            else if (property.Name == "hubspot_owner_id" && kept is not null && portal.OwnerById(kept) is null)
                invalid.Add(new InvalidValue(property.Name, "INVALID_OWNER_ID", $"Owner {kept} does not exist"));
            else
            {
                changes.Add(new PropertyChange(property.Ordinal, kept));
                names.Add(property.Name);
            }
        }
        if (invalid.Count > 0)
            return CheckedWrite.Refused(ApiErrors.InvalidProperties(invalid));

        PropertyChange[] wanted = [.. changes];
        return call.Version == EnforcingVersion && MissingByRule(type, before, wanted) is { Count: > 0 } missing
            ? CheckedWrite.Refused(ApiErrors.MissingConditional(missing))
            : new CheckedWrite(wanted, [.. names], null);
    }

    private List<string> MissingByRule(HubSpotObjectType type, PropertyBag before, PropertyChange[] changes)
    {
        if (!options.RequiredByAdministrator.TryGetValue(type.Plural, out var required))
            return [];
        var catalog = portal.Catalog(type);
        return [.. required.Where(name =>
        {
            var ordinal = catalog.OrdinalOf(name);
            var last = Array.FindLastIndex(changes, c => c.Ordinal == ordinal);
            return (last >= 0 ? changes[last].Value : before[ordinal]) is null;
        })];
    }
}
