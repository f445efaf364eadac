using System.Collections.Concurrent;
using System.Text.Json;
using CrmSync.Simulator.HubSpot.Faults;
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

    /// <summary>Refuses names that no property has, where the switch says so.</summary>
    public void RefuseUnknown(HubSpotObjectType type, string[] names)
    {
        if (options.RefusesUnknownPropertyOnRead && Array.Find(names, n => portal.Catalog(type).Find(n) is null) is { } unknown)
            throw new ApiRefusal(ApiErrors.Invalid($"Property \"{unknown}\" does not exist.", "PROPERTY_DOESNT_EXIST"));
    }

    /// <summary>Checks a new record; <paramref name="key"/> is the value by which an upsert named it.</summary>
    public CheckedWrite CheckCreate(ApiCall call, HubSpotObjectType type, JsonElement input, PropertyChange? key = null)
    {
        if (options.CreateNeedsAssociations && key is null && !input.TryGetProperty("associations", out _))
            return CheckedWrite.Refused(ApiErrors.BrokenJson("associations is required"));
        var wanted = Check(call, type, null, input);
        if (wanted.Error is not null)
            return wanted;
        if (key is { } named && !wanted.Changes.Any(c => c.Ordinal == named.Ordinal))
            wanted = wanted with { Changes = [.. wanted.Changes, named] };
        var required = new List<string>(type.IsActivity ? ["hs_timestamp"] : []);
        if (call.Version == EnforcingVersion && options.RequiredOnCreate.TryGetValue(type.Plural, out var byAdministrator))
            required.AddRange(byAdministrator);
        var missing = required.Where(name => portal.Catalog(type).OrdinalOf(name) is var ordinal
            && !wanted.Changes.Any(c => c.Ordinal == ordinal && c.Value is not null)).ToList();
        return missing.Count == 0 ? wanted : CheckedWrite.Refused(ApiErrors.MissingOnCreate(type, missing));
    }

    public CheckedWrite CheckUpdate(ApiCall call, CrmRecord record, JsonElement input) => Check(call, record.Type, record, input);

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
                var target = HubSpotObjectType.All.FirstOrDefault(t => AssociationWrites.Fits(portal, from, t, typeId));
                var record = target is not null && ApiCall.IdOf(id) is { } number ? portal.Live(target, number) : null;
                links.Add((record ?? throw new ApiRefusal(ApiErrors.Invalid(
                    $"One or more associations are not valid: no record {id} can be associated with type {typeId}.",
                        "INVALID_ASSOCIATION")), typeId));
            }
        }
        return links;
    }

    private CheckedWrite Check(ApiCall call, HubSpotObjectType type, CrmRecord? record, JsonElement input)
    {
        var before = record?.Current.Values ?? PropertyBag.Empty;
        if (!input.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
            return CheckedWrite.Refused(ApiErrors.BrokenJson("properties must be an object"));

        var catalog = portal.Catalog(type);
        var changes = new List<PropertyChange>();
        var names = new List<string>();
        var invalid = new List<InvalidValue>();
        var normalises = call.Meets(DialCode.ValueNormalised);
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
            else if (kept is not null && Holder(type, property, kept) is { } holder && holder != record)
                return CheckedWrite.Refused(ApiErrors.ValueTaken(type, property.Name, kept, holder.Id));
            else
            {
                changes.Add(new PropertyChange(property.Ordinal, normalises ? PropertyValues.Normalise(property, kept) : kept));
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

    private CrmRecord? Holder(HubSpotObjectType type, PropertyDefinition property, string value) =>
        property.Identifies || (property.HasUniqueValue && !property.ReadOnlyValue)
            ? RecordLookup.ByValue(portal, type, property, value) is { Current.ArchivedAt: null } holder ? holder : null : null;

    private List<string> MissingByRule(HubSpotObjectType type, PropertyBag before, PropertyChange[] changes)
    {
        var catalog = portal.Catalog(type);
        var required = options.RequiredByAdministrator.TryGetValue(type.Plural, out var names) ? names : [];
        return [.. required.Concat(catalog.RequiredNames).Where(name =>
        {
            var ordinal = catalog.OrdinalOf(name);
            var last = Array.FindLastIndex(changes, c => c.Ordinal == ordinal);
            return (last >= 0 ? changes[last].Value : before[ordinal]) is null;
        })];
    }
}
