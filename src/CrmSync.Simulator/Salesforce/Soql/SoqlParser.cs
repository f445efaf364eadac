namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>
/// Recursive descent over the tokens, without backing up, so the time is linear in the statement's length. The grammar is the subset that a
/// connector and a curious person send; anything else is refused as malformed, never ignored.
/// </summary>
internal sealed class SoqlParser
{
    /// <summary>Parents between the object and a field.</summary>
    public const int DeepestPath = 5;

    private readonly SoqlTokenReader _tokens;
    private readonly SoqlConditionParser _conditions;
    private bool _nested;

    private SoqlParser(string statement)
    {
        _tokens = new SoqlTokenReader(statement);
        _conditions = new SoqlConditionParser(_tokens);
    }

    /// <exception cref="SoqlException">The statement is malformed.</exception>
    public static SoqlQuery Parse(string statement)
    {
        if (string.IsNullOrWhiteSpace(statement))
            throw SoqlException.Malformed("SOQL statements cannot be empty or null");
        return new SoqlParser(statement).ReadQuery();
    }

    private SoqlQuery ReadQuery()
    {
        SoqlQuery query = ReadStatement();
        return _tokens.Current.Kind == SoqlTokenKind.End ? query : throw _tokens.Unexpected();
    }

    private SoqlQuery ReadStatement()
    {
        _tokens.ExpectWord("SELECT");
        SoqlSequence<SoqlSelection> select = ReadList(ReadSelection);
        _tokens.ExpectWord("FROM");
        string from = _tokens.ReadName();
        SoqlCondition? where = _tokens.TakeWord("WHERE") ? _conditions.Read() : null;
        SoqlSequence<SoqlPath> groupBy = TakePair("GROUP", "BY") ? ReadList(_tokens.ReadPath) : SoqlSequence<SoqlPath>.Empty;
        SoqlSequence<SoqlOrder> orderBy = TakePair("ORDER", "BY") ? ReadList(ReadOrder) : SoqlSequence<SoqlOrder>.Empty;
        int? limit = _tokens.TakeWord("LIMIT") ? _tokens.ReadCount() : null;
        int? offset = _tokens.TakeWord("OFFSET") ? _tokens.ReadCount() : null;
        return new SoqlQuery(select, from, where, groupBy, orderBy, limit, offset);
    }

    private SoqlSelection ReadSelection()
    {
        if (_tokens.TakeSymbol("("))
            return ReadChild();
        if (_tokens.Current.IsWord("TYPEOF") && _tokens.Next.Kind == SoqlTokenKind.Word)
            return ReadTypeof();
        if (!_tokens.Next.IsSymbol("("))
            return new SoqlFieldSelection(_tokens.ReadPath());
        if (_tokens.TakeWord("FIELDS"))
            return ReadFieldGroup();

        SoqlAggregate function = ReadFunction();
        _tokens.ExpectSymbol("(");
        if (function == SoqlAggregate.Count && _tokens.TakeSymbol(")"))
            return new SoqlCountSelection();
        SoqlPath path = _tokens.ReadPath();
        _tokens.ExpectSymbol(")");
        string? alias = _tokens.Current.Kind == SoqlTokenKind.Word && !_tokens.Current.IsWord("FROM") ? _tokens.ReadName() : null;
        return new SoqlAggregateSelection(function, path, alias);
    }

    private SoqlChildSelection ReadChild()
    {
        if (_nested)
            throw _tokens.Refuse("a nested query cannot hold another one");
        _nested = true;
        SoqlQuery child = ReadStatement();
        _nested = false;
        _tokens.ExpectSymbol(")");
        return new SoqlChildSelection(child);
    }

    private SoqlTypeofSelection ReadTypeof()
    {
        _tokens.Advance();
        SoqlPath path = _tokens.ReadPath();
        List<SoqlTypeofCase> cases = [];
        while (_tokens.TakeWord("WHEN"))
        {
            string type = _tokens.ReadName();
            _tokens.ExpectWord("THEN");
            cases.Add(new SoqlTypeofCase(type, ReadList(_tokens.ReadPath)));
        }

        if (cases.Count == 0)
            throw _tokens.Unexpected();
        SoqlSequence<SoqlPath> otherwise = _tokens.TakeWord("ELSE") ? ReadList(_tokens.ReadPath) : SoqlSequence<SoqlPath>.Empty;
        _tokens.ExpectWord("END");
        return new SoqlTypeofSelection(path, new SoqlSequence<SoqlTypeofCase>(cases), otherwise);
    }

    private SoqlFieldsSelection ReadFieldGroup()
    {
        _tokens.ExpectSymbol("(");
        SoqlFieldGroup group = _tokens.Current.Text.ToUpperInvariant() switch
        {
            "ALL" => SoqlFieldGroup.All,
            "STANDARD" => SoqlFieldGroup.Standard,
            "CUSTOM" => SoqlFieldGroup.Custom,
            _ => throw _tokens.Unexpected(),
        };
        _tokens.Advance();
        _tokens.ExpectSymbol(")");
        return new SoqlFieldsSelection(group);
    }

    private SoqlAggregate ReadFunction()
    {
        SoqlToken name = _tokens.Current;
        SoqlAggregate function = name.Text.ToUpperInvariant() switch
        {
            "COUNT" => SoqlAggregate.Count,
            "COUNT_DISTINCT" => SoqlAggregate.CountDistinct,
            "MIN" => SoqlAggregate.Min,
            "MAX" => SoqlAggregate.Max,
            "SUM" => SoqlAggregate.Sum,
            "AVG" => SoqlAggregate.Avg,
            _ => throw _tokens.Refuse($"the function {name.Text} is not simulated"),
        };
        _tokens.Advance();
        return function;
    }

    private SoqlOrder ReadOrder()
    {
        SoqlPath path = _tokens.ReadPath();
        bool descending = _tokens.TakeWord("DESC");
        if (!descending)
            _tokens.TakeWord("ASC");
        bool nullsLast = false;
        if (_tokens.TakeWord("NULLS"))
        {
            nullsLast = _tokens.TakeWord("LAST");
            if (!nullsLast)
                _tokens.ExpectWord("FIRST");
        }

        return new SoqlOrder(path, descending, nullsLast);
    }

    private bool TakePair(string first, string second)
    {
        if (!_tokens.TakeWord(first))
            return false;
        _tokens.ExpectWord(second);
        return true;
    }

    private SoqlSequence<T> ReadList<T>(Func<T> readOne)
    {
        List<T> items = [readOne()];
        while (_tokens.TakeSymbol(","))
            items.Add(readOne());
        return new SoqlSequence<T>(items);
    }
}
