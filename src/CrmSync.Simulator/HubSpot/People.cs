using System.Globalization;
using CrmSync.Simulator.HubSpot.Properties;
using CrmSync.Simulator.HubSpot.Records;
using CrmSync.Simulator.HubSpot.World;

namespace CrmSync.Simulator.HubSpot;

/// <summary>What people see and do in HubSpot's own pages.</summary>
internal sealed class People(Portal portal)
{
    /// <summary>User id of whoever does what no owner of a record is known for.</summary>
    public const long Administrator = 28_600_000;

    /// <summary>A record as a rep sees it, up to date.</summary>
    public SimulatedRecord Describe(CrmRecord record)
    {
        var (type, catalog, version) = (record.Type, portal.Catalog(record.Type), record.Current);
        string? Value(string name) => RecordValues.Of(portal, record, version, catalog.Get(name));

        var subject = type.SubjectProperty is { } subjectProperty ? Value(subjectProperty) : type.IsActivity ? null : NameOf(record);
        var occurred = type.IsActivity && Value("hs_timestamp") is { } text && HubSpotTime.TryParse(text, out var at) ? at
            : record.CreatedAt;
        var properties = new Dictionary<string, string?>();
        foreach (var property in catalog.List(archived: false))
        {
            if (RecordValues.Of(portal, record, version, property) is { } value)
                properties[property.Name] = value;
        }
        return new SimulatedRecord(
            type.Plural, record.Id.ToString(CultureInfo.InvariantCulture), type.IsActivity ? type.Singular : null, subject ?? "",
            RecordValues.BodyOf(portal, record, version) ?? "", DateTimeOffset.FromUnixTimeMilliseconds(occurred),
            DateTimeOffset.FromUnixTimeMilliseconds(version.ModifiedAt), portal.OwnerById(Value("hubspot_owner_id"))?.Name,
            Linked(record, HubSpotObjectType.Companies), Linked(record, HubSpotObjectType.Contacts),
            Linked(record, HubSpotObjectType.Deals),
            properties, record.SourceId);
    }

    public void EditText(CrmRecord record, string subject, string body)
    {
        if (!record.Type.IsActivity)
            throw new ArgumentException($"A record of {record.Type.Plural} has no subject and body to edit.", nameof(record));
        var values = new ValueList(portal.Catalog(record.Type));
        ActivityMapping.SetText(values, record.Type, subject, body, clear: true);
        portal.Update(record, values.ToArray(), Editor(record));
    }

    public void EditProperty(CrmRecord record, string name, string? value, ChangeSource? by = null)
    {
        var property = portal.Catalog(record.Type).Get(name);
        if (PropertyValues.Check(property, null, string.IsNullOrEmpty(value) ? null : value, out var kept) is { } invalid)
            throw new ArgumentException(invalid.Message, nameof(value));
        portal.Update(record, [new PropertyChange(property.Ordinal, kept)], by ?? Editor(record));
    }

    public IReadOnlyList<SimulatedChange> History(CrmRecord record, string name)
    {
        if (portal.Catalog(record.Type).FindAny(name) is not { } property)
            return [];
        var history = record.HistoryOf(property.Ordinal);
        history.Reverse();
        return [.. history.Select(h => new SimulatedChange(h.Value, DateTimeOffset.FromUnixTimeMilliseconds(h.At), h.Source.By))];
    }

    public bool DefineProperty(HubSpotObjectType type, string name, string kind, IReadOnlyList<string> options)
    {
        var catalog = portal.Catalog(type);
        var fieldType = kind switch
        {
            "enumeration" => "select",
            "datetime" or "date" => "date",
            "bool" => "booleancheckbox",
            "number" => "number",
            "string" => "text",
            _ => throw new ArgumentException($"HubSpot has no property type \"{kind}\".", nameof(kind)),
        };
        return catalog.Add(new PropertyDefinition
        {
            Ordinal = 0,
            Name = name,
            Label = name,
            Type = kind,
            FieldType = fieldType,
            GroupName = catalog.ListGroups(archived: false)[0].Name,
            Options = [.. options.Select((o, i) => new PropertyOption(o, o, i, false))],
            CreatedAt = portal.Now,
            UpdatedAt = portal.Now,
        }) is not null;
    }

    private ChangeSource Editor(CrmRecord record)
    {
        var owner = record.Current.Values[portal.Catalog(record.Type).OrdinalOf("hubspot_owner_id")];
        return WorldLoader.SourceOf(portal.OwnerById(owner), "person");
    }

    private string? Linked(CrmRecord record, HubSpotObjectType type) => record.Type == type ? null
        : record.LinksTo(type).Select(l => portal.Live(type, l.ToId)).FirstOrDefault(r => r is not null) is { } linked ? NameOf(linked)
            : null;

    private string? NameOf(CrmRecord record)
    {
        var catalog = portal.Catalog(record.Type);
        string? Value(string name) => record.Current.Values[catalog.OrdinalOf(name)];
        return record.Type.Plural switch
        {
            "contacts" => $"{Value("firstname")} {Value("lastname")}".Trim(),
            "companies" => Value("name"),
            "deals" => Value("dealname"),
            _ => null,
        };
    }
}
