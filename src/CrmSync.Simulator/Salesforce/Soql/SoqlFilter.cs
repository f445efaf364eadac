using CrmSync.Simulator.Salesforce.Records;

namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>Turns a condition into a test of rows.</summary>
internal sealed class SoqlFilter(SoqlPathBinder paths, SalesforceTable table, DateOnly today, TimeZoneInfo zone)
{
    public Func<SalesforceRow, bool> Compile(SoqlCondition condition) => condition switch
    {
        SoqlAll all => CompileAll(all),
        SoqlAny any => CompileAny(any),
        SoqlNot not => Negate(Compile(not.Term)),
        SoqlComparison comparison => CompileComparison(comparison),
        SoqlMembership membership => CompileMembership(membership),
        SoqlLike like => CompileLike(like),
        _ => throw new InvalidOperationException($"{condition.GetType().Name} cannot be tested."),
    };

    private static Func<SalesforceRow, bool> Negate(Func<SalesforceRow, bool> test) => row => !test(row);

    private Func<SalesforceRow, bool> CompileAll(SoqlAll all)
    {
        Func<SalesforceRow, bool>[] tests = [.. all.Terms.Select(Compile)];
        return row =>
        {
            foreach (Func<SalesforceRow, bool> test in tests)
            {
                if (!test(row))
                    return false;
            }

            return true;
        };
    }

    private Func<SalesforceRow, bool> CompileAny(SoqlAny any)
    {
        Func<SalesforceRow, bool>[] tests = [.. any.Terms.Select(Compile)];
        return row =>
        {
            foreach (Func<SalesforceRow, bool> test in tests)
            {
                if (test(row))
                    return true;
            }

            return false;
        };
    }

    private Func<SalesforceRow, bool> CompileComparison(SoqlComparison comparison)
    {
        BoundPath path = BindFilterable(comparison.Path);
        if (comparison.Value is SoqlPeriod period && path.Field.Kind is FieldKind.Date or FieldKind.DateTime)
            return CompilePeriod(path, comparison.Operator, period);
        object? wanted = SoqlValueReader.Read(paths, comparison.Path, path.Field, comparison.Value);
        Func<SalesforceRow, object?> read = path.Read;
        if (wanted is bool && path.Parents.Count == 0)
            return CompileFlag(path, comparison.Operator, wanted) ?? throw WrongOperator(comparison.Path);
        if (wanted is DateTime stamp && path.Parents.Count == 0 && path.Field.Name == "SystemModstamp")
            return CompileStamp(comparison.Operator, stamp);
        switch (comparison.Operator)
        {
            case SoqlOperator.Equal:
                return row => SoqlOrderRules.AreEqual(path.Field, read(row), wanted);
            case SoqlOperator.NotEqual:
                return row => !SoqlOrderRules.AreEqual(path.Field, read(row), wanted);
        }

        if (wanted is null or bool)
            throw WrongOperator(comparison.Path);
        Func<int, bool> holds = comparison.Operator switch
        {
            SoqlOperator.Less => order => order < 0,
            SoqlOperator.LessOrEqual => order => order <= 0,
            SoqlOperator.Greater => order => order > 0,
            _ => order => order >= 0,
        };
        return row => read(row) is { } value && holds(SoqlOrderRules.Compare(path.Field, value, wanted));
    }

    // Before a period is before its first day, after it is after its last; equal is within.
    private Func<SalesforceRow, bool> CompilePeriod(BoundPath path, SoqlOperator op, SoqlPeriod period)
    {
        (DateOnly from, DateOnly to) = period.Around(today);
        return row =>
        {
            DateOnly? day = path.Read(row) switch
            {
                DateOnly date => date,
                DateTime instant => DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(instant, zone)),
                _ => null,
            };
            return op switch
            {
                SoqlOperator.Equal => day >= from && day < to,
                SoqlOperator.NotEqual => day is null || day < from || day >= to,
                SoqlOperator.Less => day < from,
                SoqlOperator.LessOrEqual => day < to,
                SoqlOperator.Greater => day >= to,
                SoqlOperator.GreaterOrEqual => day >= from,
                _ => false,
            };
        };
    }

    // The two tests that every poll makes of every row, without boxing: flags are one of two shared objects, the stamp stands in the row.
    private static Func<SalesforceRow, bool>? CompileFlag(BoundPath path, SoqlOperator op, object wanted)
    {
        Func<SalesforceRow, object?> read = path.Read;
        return op switch
        {
            SoqlOperator.Equal => row => ReferenceEquals(read(row), wanted),
            SoqlOperator.NotEqual => row => !ReferenceEquals(read(row), wanted),
            _ => null,
        };
    }

    private static Func<SalesforceRow, bool> CompileStamp(SoqlOperator op, DateTime wanted) => op switch
    {
        SoqlOperator.Equal => row => row.Stamp == wanted,
        SoqlOperator.NotEqual => row => row.Stamp != wanted,
        SoqlOperator.Less => row => row.Stamp < wanted,
        SoqlOperator.LessOrEqual => row => row.Stamp <= wanted,
        SoqlOperator.Greater => row => row.Stamp > wanted,
        SoqlOperator.GreaterOrEqual => row => row.Stamp >= wanted,
        _ => throw new InvalidOperationException($"{op} is no comparison."),
    };

    private SoqlException WrongOperator(SoqlPath path) =>
        paths.Refuse(path, "INVALID_QUERY_FILTER_OPERATOR", "invalid operator: only = and != take null, true and false");

    private Func<SalesforceRow, bool> CompileMembership(SoqlMembership membership)
    {
        BoundPath path = BindFilterable(membership.Path);
        HashSet<object> wanted = new(SoqlOrderRules.EqualityOf(path.Field));
        bool wantsNull = false;
        foreach (SoqlValue value in membership.Values)
        {
            object? read = SoqlValueReader.Read(paths, membership.Path, path.Field, value);
            wantsNull |= read is null;
            if (read is not null)
                wanted.Add(read);
        }

        Func<SalesforceRow, bool> test = row => path.Read(row) is { } value ? wanted.Contains(value) : wantsNull;
        return membership.Negated ? Negate(test) : test;
    }

    private Func<SalesforceRow, bool> CompileLike(SoqlLike like)
    {
        BoundPath path = BindFilterable(like.Path);
        if (!path.Field.IsText)
            throw paths.Refuse(like.Path, "INVALID_QUERY_FILTER_OPERATOR", $"invalid operator on {path.Field.Kind} field: LIKE is for text");
        SoqlPattern pattern = new(like.Pattern);
        return row => path.Read(row) is string text && pattern.Matches(text);
    }

    private BoundPath BindFilterable(SoqlPath path)
    {
        BoundPath bound = paths.Bind(path, table);
        return bound.Field.Filterable
            ? bound
            : throw paths.Refuse(path, "INVALID_FIELD", $"field '{bound.Field.Name}' can not be filtered in a query call");
    }
}
