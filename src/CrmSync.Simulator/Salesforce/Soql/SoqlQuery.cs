namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>A parsed statement. Two queries are equal when they say the same, wherever their parts stood.</summary>
internal sealed record SoqlQuery(
    SoqlSequence<SoqlSelection> Select,
    string From,
    SoqlCondition? Where,
    SoqlSequence<SoqlPath> GroupBy,
    SoqlSequence<SoqlOrder> OrderBy,
    int? Limit,
    int? Offset);

/// <summary>A field, reached through any number of parents: <c>What.Name</c>.</summary>
internal sealed record SoqlPath(SoqlSequence<string> Parts)
{
    /// <summary>Where it stood, for error messages; no part of what it says.</summary>
    public int Position { get; init; }

    public bool Equals(SoqlPath? other) => other is not null && Parts.Equals(other.Parts);

    public override int GetHashCode() => Parts.GetHashCode();

    public override string ToString() => string.Join('.', Parts);
}

/// <summary>One thing asked for.</summary>
internal abstract record SoqlSelection;

/// <summary>A field.</summary>
internal sealed record SoqlFieldSelection(SoqlPath Path) : SoqlSelection;

/// <summary><c>TYPEOF What WHEN Account THEN Industry ELSE Name END</c>: fields that depend on the object of the parent.</summary>
internal sealed record SoqlTypeofSelection(SoqlPath Path, SoqlSequence<SoqlTypeofCase> Cases, SoqlSequence<SoqlPath> Else) : SoqlSelection;

internal sealed record SoqlTypeofCase(string Type, SoqlSequence<SoqlPath> Fields);

/// <summary><c>(SELECT Id FROM Contacts)</c>: children, by the name of their relationship.</summary>
internal sealed record SoqlChildSelection(SoqlQuery Query) : SoqlSelection;

/// <summary><c>COUNT()</c>: the number of rows instead of the rows.</summary>
internal sealed record SoqlCountSelection : SoqlSelection;

/// <summary><c>FIELDS(ALL)</c>, <c>FIELDS(STANDARD)</c>, <c>FIELDS(CUSTOM)</c>: every field of a kind.</summary>
internal sealed record SoqlFieldsSelection(SoqlFieldGroup Group) : SoqlSelection;

internal enum SoqlFieldGroup
{
    All,
    Standard,
    Custom,
}

/// <summary>An aggregate of a field, with the name that it is answered under (expr0, expr1, … where none is given).</summary>
internal sealed record SoqlAggregateSelection(SoqlAggregate Function, SoqlPath Path, string? Alias) : SoqlSelection;

internal enum SoqlAggregate
{
    Count,
    CountDistinct,
    Min,
    Max,
    Sum,
    Avg,
}

/// <summary>One key of the order. Nulls come first unless said otherwise.</summary>
internal sealed record SoqlOrder(SoqlPath Path, bool Descending, bool NullsLast);

/// <summary>A condition of the WHERE clause.</summary>
internal abstract record SoqlCondition;

/// <summary>All of them; two or more.</summary>
internal sealed record SoqlAll(SoqlSequence<SoqlCondition> Terms) : SoqlCondition;

/// <summary>Any of them; two or more.</summary>
internal sealed record SoqlAny(SoqlSequence<SoqlCondition> Terms) : SoqlCondition;

/// <summary>Not this.</summary>
internal sealed record SoqlNot(SoqlCondition Term) : SoqlCondition;

/// <summary>A field against one value.</summary>
internal sealed record SoqlComparison(SoqlPath Path, SoqlOperator Operator, SoqlValue Value) : SoqlCondition;

/// <summary>A field against a list.</summary>
internal sealed record SoqlMembership(SoqlPath Path, bool Negated, SoqlSequence<SoqlValue> Values) : SoqlCondition;

/// <summary>A field against a pattern, in which <c>%</c> and <c>_</c> are wildcards and <c>\%</c>, <c>\_</c>, <c>\\</c> stand for themselves.</summary>
internal sealed record SoqlLike(SoqlPath Path, string Pattern) : SoqlCondition;

internal enum SoqlOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>A value as written.</summary>
internal abstract record SoqlValue;

internal sealed record SoqlNull : SoqlValue;

internal sealed record SoqlBoolean(bool Value) : SoqlValue;

internal sealed record SoqlNumber(decimal Value) : SoqlValue;

internal sealed record SoqlText(string Value) : SoqlValue;

internal sealed record SoqlDate(DateOnly Value) : SoqlValue;

/// <summary>An instant, in UTC.</summary>
internal sealed record SoqlDateTime(DateTime Value) : SoqlValue;
