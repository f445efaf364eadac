using System.Globalization;
using System.Text.Json;
using CrmSync.Simulator.Salesforce.Records;

namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>GROUP BY and the aggregate functions.</summary>
internal sealed class SoqlAggregation
{
    private readonly BoundPath[] _keys;
    private readonly List<(JsonEncodedText Name, int Key, BoundPath? Path, SoqlAggregate Function)> _columns = [];

    public SoqlAggregation(SoqlPathBinder paths, SalesforceTable table, SoqlQuery query)
    {
        _keys = [.. query.GroupBy.Select(path => BindGroupable(paths, table, path))];
        int unnamed = 0;
        foreach (SoqlSelection selection in query.Select)
        {
            switch (selection)
            {
                case SoqlAggregateSelection aggregate:
                    string name = aggregate.Alias ?? string.Create(CultureInfo.InvariantCulture, $"expr{unnamed++}");
                    _columns.Add((JsonEncodedText.Encode(name), -1, BindGroupable(paths, table, aggregate.Path), aggregate.Function));
                    break;
                case SoqlFieldSelection field:
                    int key = query.GroupBy.ToList().FindIndex(path => path.ToString().Equals(field.Path.ToString(), StringComparison.OrdinalIgnoreCase));
                    if (key < 0)
                        throw paths.Refuse(field.Path, "MALFORMED_QUERY", $"Field must be grouped or aggregated: {field.Path}");
                    _columns.Add((JsonEncodedText.Encode(_keys[key].Field.Name), key, null, default));
                    break;
                default:
                    throw SoqlException.Malformed("Grouped query cannot use COUNT(); count a field instead, as in COUNT(Id)");
            }
        }
    }

    public SoqlGroups Run(IEnumerable<SalesforceRow> rows)
    {
        Dictionary<string, (object?[] Key, List<SalesforceRow> Rows)> groups = new(StringComparer.OrdinalIgnoreCase);
        if (_keys.Length == 0)
            groups[""] = ([], []);
        foreach (SalesforceRow row in rows)
        {
            object?[] key = [.. _keys.Select(path => path.Read(row))];
            string text = string.Join('\u001f', key.Select(SalesforceText.Write));
            if (!groups.TryGetValue(text, out (object?[] Key, List<SalesforceRow> Rows) group))
                groups[text] = group = (key, []);
            group.Rows.Add(row);
        }

        List<object?[]> answers = [];
        foreach (KeyValuePair<string, (object?[] Key, List<SalesforceRow> Rows)> group in groups.OrderBy(g => g.Key, StringComparer.Ordinal))
            answers.Add([.. _columns.Select(c => c.Path is null ? group.Value.Key[c.Key] : Compute(c.Function, c.Path, group.Value.Rows))]);
        return new SoqlGroups([.. _columns.Select(column => column.Name)], answers);
    }

    private static object? Compute(SoqlAggregate function, BoundPath path, List<SalesforceRow> rows)
    {
        List<object> values = [.. rows.Select(path.Read).OfType<object>()];
        Comparer<object> order = Comparer<object>.Create((a, b) => SoqlOrderRules.Compare(path.Field, a, b));
        return function switch
        {
            SoqlAggregate.Count => (decimal)values.Count,
            SoqlAggregate.CountDistinct => (decimal)values.Distinct(SoqlOrderRules.EqualityOf(path.Field)).Count(),
            SoqlAggregate.Min => values.Min(order),
            SoqlAggregate.Max => values.Max(order),
            SoqlAggregate.Sum => values.Count == 0 ? null : values.OfType<decimal>().Sum(),
            SoqlAggregate.Avg => values.Count == 0 ? null : values.OfType<decimal>().DefaultIfEmpty().Average(),
            _ => throw new InvalidOperationException($"{function} is no aggregate."),
        };
    }

    private static BoundPath BindGroupable(SoqlPathBinder paths, SalesforceTable table, SoqlPath path)
    {
        BoundPath bound = paths.Bind(path, table);
        return bound.Field.Filterable
            ? bound
            : throw paths.Refuse(path, "INVALID_FIELD", $"field '{bound.Field.Name}' can not be grouped in a query call");
    }
}
