using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.HubSpot;

/// <summary>Says where labels of each activity type live, from the properties that HubSpot has now.</summary>
internal sealed class HubSpotLabelPlaces(HubSpotSchemaClient schema, CrmTransport transport, string key, TimeProvider time)
{
    /// <summary>The place of every activity type.</summary>
    public async Task<Result<IReadOnlyDictionary<string, LabelPlace>>> ReadAsync(
        IReadOnlyList<LabelProperty> all, CancellationToken cancellationToken)
    {
        // Labels of accounts stand on companies, whatever activities can hold.
        IReadOnlyList<LabelProperty> wanted = [.. all.Where(label => !label.IsOfAccounts)];
        var places = new Dictionary<string, LabelPlace>(StringComparer.Ordinal);
        List<string> lacking = [];
        var definitions = HubSpotPropertyDefinition.For(wanted);
        foreach (var type in HubSpotObjectType.All.Select(type => type.Name))
        {
            var read = await PropertiesAsync(type, cancellationToken);
            if (!read.Succeeded && read.Failure.Code != HubSpotFailures.ScopeMissing.Code)
                return read.Failure;
            places[type] = LabelPlace.OnActivity;
            if (read.Value is null || !read.Value.TakesOurs(definitions))
                lacking.Add(type);
        }

        if (lacking.Count == 0 || wanted.Count == 0)
            return places;
        List<string> holders = [];
        foreach (var type in HubSpotTypeSchema.Holders)
        {
            var read = await PropertiesAsync(type, cancellationToken);
            if (!read.Succeeded && read.Failure.Code != HubSpotFailures.ScopeMissing.Code)
                return read.Failure;
            if (read.Value is { } found && found.IsHolder && found.Has(wanted) == wanted.Count)
                holders.Add(type);
        }

        foreach (var type in lacking)
        {
            places[type] = holders.Count == 0
                ? LabelPlace.OnActivity with { Sentence = $"Labels will stand on the {type} themselves; their properties are not set up yet." }
                : new LabelPlace(LabelPlaceKind.Linked, holders,
                    $"HubSpot has no label properties on {type}, so labels stand on the first linked record of: {string.Join(", ", holders)}. The newest activity's label stands there.");
        }

        return places;
    }

    // Eight types are read or nothing is known: one passing trouble among them shall not undo the others.
    private Task<Result<HubSpotTypeSchema>> PropertiesAsync(string type, CancellationToken cancellationToken) =>
        Patience.OfSetup.WithAsync(() => HubSpotTypeSchema.ReadAsync(schema, transport, key, type, cancellationToken), time, cancellationToken);
}
