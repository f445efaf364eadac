namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>
/// The WHERE clause. AND and OR do not mix without parentheses, as in Salesforce. Nesting is bounded, so that a hostile statement cannot
/// exhaust the stack.
/// </summary>
internal sealed class SoqlConditionParser(SoqlTokenReader tokens)
{
    /// <summary>Deepest nesting of parentheses and NOTs; Salesforce's own bound is not published.</summary>
    public const int Deepest = 100;

    private int _depth;

    public SoqlCondition Read()
    {
        SoqlCondition first = ReadTerm();
        bool all = tokens.Current.IsWord("AND");
        if (!all && !tokens.Current.IsWord("OR"))
            return first;

        string joiner = all ? "AND" : "OR";
        List<SoqlCondition> terms = [first];
        while (tokens.TakeWord(joiner))
            terms.Add(ReadTerm());
        if (tokens.Current.IsWord(all ? "OR" : "AND"))
            throw tokens.Unexpected();
        SoqlSequence<SoqlCondition> sequence = new(terms);
        return all ? new SoqlAll(sequence) : new SoqlAny(sequence);
    }

    private SoqlCondition ReadTerm()
    {
        if (++_depth > Deepest)
            throw tokens.Refuse($"conditions may be nested at most {Deepest} deep");
        SoqlCondition term = ReadTermWithin();
        _depth--;
        return term;
    }

    private SoqlCondition ReadTermWithin()
    {
        if (tokens.TakeWord("NOT"))
            return new SoqlNot(ReadTerm());
        if (!tokens.TakeSymbol("("))
            return ReadComparison();
        SoqlCondition inner = Read();
        tokens.ExpectSymbol(")");
        return inner;
    }

    private SoqlCondition ReadComparison()
    {
        SoqlPath path = tokens.ReadPath();
        if (tokens.TakeWord("LIKE"))
            return new SoqlLike(path, ReadPattern());
        if (tokens.TakeWord("IN"))
            return new SoqlMembership(path, Negated: false, ReadValues());
        if (tokens.TakeWord("NOT"))
        {
            tokens.ExpectWord("IN");
            return new SoqlMembership(path, Negated: true, ReadValues());
        }

        SoqlOperator op = ReadOperator();
        return new SoqlComparison(path, op, ReadValue());
    }

    private SoqlOperator ReadOperator()
    {
        SoqlToken token = tokens.Current;
        SoqlOperator? op = token.Kind != SoqlTokenKind.Symbol ? null : token.Text switch
        {
            "=" => SoqlOperator.Equal,
            "!=" or "<>" => SoqlOperator.NotEqual,
            "<" => SoqlOperator.Less,
            "<=" => SoqlOperator.LessOrEqual,
            ">" => SoqlOperator.Greater,
            ">=" => SoqlOperator.GreaterOrEqual,
            _ => null,
        };
        if (op is null)
            throw tokens.Unexpected();
        tokens.Advance();
        return op.Value;
    }

    private SoqlSequence<SoqlValue> ReadValues()
    {
        tokens.ExpectSymbol("(");
        if (tokens.Current.IsWord("SELECT"))
            throw tokens.Refuse("nested queries are not simulated; list the ids instead");
        List<SoqlValue> values = [ReadValue()];
        while (tokens.TakeSymbol(","))
            values.Add(ReadValue());
        tokens.ExpectSymbol(")");
        return new SoqlSequence<SoqlValue>(values);
    }

    private SoqlValue ReadValue()
    {
        SoqlToken token = tokens.Current;
        SoqlValue? value = token.Kind switch
        {
            SoqlTokenKind.Literal => SoqlLiterals.Read(token.Text),
            SoqlTokenKind.Text => new SoqlText(ReadText(token)),
            SoqlTokenKind.Word when token.IsWord("null") => new SoqlNull(),
            SoqlTokenKind.Word when token.IsWord("true") => new SoqlBoolean(true),
            SoqlTokenKind.Word when token.IsWord("false") => new SoqlBoolean(false),
            _ => null,
        };
        if (value is null)
            throw tokens.Unexpected();
        tokens.Advance();
        return value;
    }

    private string ReadText(SoqlToken token) =>
        SoqlLiterals.Unescape(token.Text, out int wrongAt) ?? throw StrayBackslash(token, wrongAt);

    private string ReadPattern()
    {
        SoqlToken token = tokens.Current;
        if (token.Kind != SoqlTokenKind.Text)
            throw tokens.Unexpected();
        string pattern = SoqlLiterals.UnescapePattern(token.Text, out int wrongAt) ?? throw StrayBackslash(token, wrongAt);
        tokens.Advance();
        return pattern;
    }

    private SoqlException StrayBackslash(SoqlToken token, int wrongAt) =>
        tokens.RefuseAt(token.Position + 1 + wrongAt, $"Invalid string literal '{token.Text}'. Illegal character sequence after the backslash.");
}
