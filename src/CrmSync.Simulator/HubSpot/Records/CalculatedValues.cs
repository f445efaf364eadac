using CrmSync.Simulator.HubSpot.Properties;

namespace CrmSync.Simulator.HubSpot.Records;

/// <summary>Values that follow from others: whether a deal is closed, and won (fact sheet §9).</summary>
internal static class CalculatedValues
{
    public static ReadOnlySpan<PropertyChange> With(PropertyCatalog catalog, ReadOnlySpan<PropertyChange> values)
    {
        if (catalog.Type != HubSpotObjectType.Deals)
            return values;
        var stageOrdinal = catalog.OrdinalOf("dealstage");
        foreach (var change in values)
        {
            if (change.Ordinal != stageOrdinal)
                continue;
            var stage = DealPipeline.Stages.FirstOrDefault(s => s.Id == change.Value);
            return (PropertyChange[])
            [
                .. values,
                new(catalog.OrdinalOf("hs_is_closed"), stage is null ? null : stage.IsClosed ? "true" : "false"),
                new(catalog.OrdinalOf("hs_is_closed_won"), stage is null ? null : stage.Id == "closedwon" ? "true" : "false"),
            ];
        }
        return values;
    }
}
