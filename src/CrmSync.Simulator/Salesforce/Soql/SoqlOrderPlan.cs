using CrmSync.Simulator.Salesforce.Records;

namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>How to put rows in order: as the index by (SystemModstamp, Id) gives them, one way or the other, or by sorting.</summary>
internal sealed record SoqlOrderPlan(bool Descending, IComparer<SalesforceRow>? Comparer)
{
    public static SoqlOrderPlan Of(SoqlSequence<SoqlOrder> keys, SoqlPathBinder paths, SalesforceTable table)
    {
        List<(BoundPath Path, SoqlOrder Order)> bound = [.. keys.Select(key => (BindSortable(paths, table, key.Path), key))];
        if (bound.Count == 0 || FollowsIndex(keys))
            return new SoqlOrderPlan(bound.Count > 0 && keys[0].Descending, null);
        return new SoqlOrderPlan(false, Comparer<SalesforceRow>.Create((x, y) => Compare(bound, x, y)));
    }

    private static bool FollowsIndex(SoqlSequence<SoqlOrder> keys) =>
        Names(keys[0], "SystemModstamp")
        && (keys.Count == 1 || (keys.Count == 2 && Names(keys[1], "Id") && keys[0].Descending == keys[1].Descending));

    private static bool Names(SoqlOrder key, string name) =>
        key.Path.Parts.Count == 1 && string.Equals(key.Path.Parts[0], name, StringComparison.OrdinalIgnoreCase);

    private static int Compare(List<(BoundPath Path, SoqlOrder Order)> keys, SalesforceRow x, SalesforceRow y)
    {
        foreach ((BoundPath path, SoqlOrder order) in keys)
        {
            int result = (path.Read(x), path.Read(y)) switch
            {
                (null, null) => 0,
                (null, _) => order.NullsLast ? 1 : -1,
                (_, null) => order.NullsLast ? -1 : 1,
                (object a, object b) when order.Descending => SoqlOrderRules.Compare(path.Field, b, a),
                (object a, object b) => SoqlOrderRules.Compare(path.Field, a, b),
            };
            if (result != 0)
                return result;
        }

        return string.CompareOrdinal(x.Id, y.Id);
    }

    private static BoundPath BindSortable(SoqlPathBinder paths, SalesforceTable table, SoqlPath path)
    {
        BoundPath bound = paths.Bind(path, table);
        return bound.Field.Filterable
            ? bound
            : throw paths.Refuse(path, "INVALID_FIELD", $"field '{bound.Field.Name}' can not be sorted in a query call");
    }
}
