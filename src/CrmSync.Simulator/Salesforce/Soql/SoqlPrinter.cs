using System.Globalization;
using System.Text;

namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>Writes a syntax tree as a statement; parsing that gives the same tree.</summary>
internal static class SoqlPrinter
{
    public static string Print(SoqlQuery query)
    {
        StringBuilder text = new("SELECT ");
        text.AppendJoin(", ", query.Select.Select(Print)).Append(" FROM ").Append(query.From);
        if (query.Where is not null)
            text.Append(" WHERE ").Append(Print(query.Where, nested: false));
        if (query.GroupBy.Count > 0)
            text.Append(" GROUP BY ").AppendJoin(", ", query.GroupBy);
        if (query.OrderBy.Count > 0)
            text.Append(" ORDER BY ").AppendJoin(", ", query.OrderBy.Select(Print));
        if (query.Limit is int limit)
            text.Append(CultureInfo.InvariantCulture, $" LIMIT {limit}");
        if (query.Offset is int offset)
            text.Append(CultureInfo.InvariantCulture, $" OFFSET {offset}");
        return text.ToString();
    }

    public static string Print(SoqlValue value) => value switch
    {
        SoqlNull => "null",
        SoqlBoolean boolean => boolean.Value ? "true" : "false",
        SoqlNumber number => number.Value.ToString(CultureInfo.InvariantCulture),
        SoqlText text => $"'{SoqlLiterals.Escape(text.Value)}'",
        SoqlDate date => date.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        SoqlDateTime instant => instant.Value.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture),
        SoqlPeriod period => SoqlPeriodWords.Print(period),
        _ => throw new InvalidOperationException($"{value.GetType().Name} has no written form."),
    };

    public static string Print(SoqlOperator op) => op switch
    {
        SoqlOperator.Equal => "=",
        SoqlOperator.NotEqual => "!=",
        SoqlOperator.Less => "<",
        SoqlOperator.LessOrEqual => "<=",
        SoqlOperator.Greater => ">",
        SoqlOperator.GreaterOrEqual => ">=",
        _ => throw new InvalidOperationException($"{op} has no written form."),
    };

    private static string Print(SoqlSelection selection) => selection switch
    {
        SoqlFieldSelection field => field.Path.ToString(),
        SoqlTypeofSelection choice => $"TYPEOF {choice.Path} "
            + string.Concat(choice.Cases.Select(one => $"WHEN {one.Type} THEN {string.Join(", ", one.Fields)} "))
            + (choice.Else.Count > 0 ? $"ELSE {string.Join(", ", choice.Else)} END" : "END"),
        SoqlChildSelection child => $"({Print(child.Query)})",
        SoqlCountSelection => "COUNT()",
        SoqlFieldsSelection fields => $"FIELDS({fields.Group.ToString().ToUpperInvariant()})",
        SoqlAggregateSelection aggregate =>
            $"{(aggregate.Function == SoqlAggregate.CountDistinct ? "COUNT_DISTINCT" : aggregate.Function.ToString().ToUpperInvariant())}"
            + $"({aggregate.Path}){(aggregate.Alias is null ? "" : " " + aggregate.Alias)}",
        _ => throw new InvalidOperationException($"{selection.GetType().Name} has no written form."),
    };

    private static string Print(SoqlOrder order) =>
        $"{order.Path} {(order.Descending ? "DESC" : "ASC")} NULLS {(order.NullsLast ? "LAST" : "FIRST")}";

    private static string Print(SoqlCondition condition, bool nested) => condition switch
    {
        SoqlAll all => Wrap(string.Join(" AND ", all.Terms.Select(term => Print(term, nested: true))), nested),
        SoqlAny any => Wrap(string.Join(" OR ", any.Terms.Select(term => Print(term, nested: true))), nested),
        SoqlNot not => Wrap($"NOT {Print(not.Term, nested: true)}", nested),
        SoqlComparison comparison => $"{comparison.Path} {Print(comparison.Operator)} {Print(comparison.Value)}",
        SoqlMembership membership =>
            $"{membership.Path} {(membership.Negated ? "NOT IN" : "IN")} ({string.Join(", ", membership.Values.Select(Print))})",
        SoqlLike like => $"{like.Path} LIKE '{SoqlLiterals.EscapePattern(like.Pattern)}'",
        _ => throw new InvalidOperationException($"{condition.GetType().Name} has no written form."),
    };

    private static string Wrap(string text, bool nested) => nested ? $"({text})" : text;
}
