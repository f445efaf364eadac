namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>Walks over the tokens of one statement, forward only.</summary>
internal sealed class SoqlTokenReader(string statement)
{
    private readonly List<SoqlToken> _tokens = SoqlLexer.Read(statement);
    private int _at;

    public SoqlToken Current => _tokens[_at];

    public SoqlToken Next => _tokens[Math.Min(_at + 1, _tokens.Count - 1)];

    public void Advance() => _at = Math.Min(_at + 1, _tokens.Count - 1);

    public bool TakeWord(string word)
    {
        bool found = Current.IsWord(word);
        if (found)
            Advance();
        return found;
    }

    public bool TakeSymbol(string symbol)
    {
        bool found = Current.IsSymbol(symbol);
        if (found)
            Advance();
        return found;
    }

    public void ExpectWord(string word)
    {
        if (!TakeWord(word))
            throw Unexpected();
    }

    public void ExpectSymbol(string symbol)
    {
        if (!TakeSymbol(symbol))
            throw Unexpected();
    }

    public string ReadName()
    {
        if (Current.Kind != SoqlTokenKind.Word)
            throw Unexpected();
        string name = Current.Text;
        Advance();
        return name;
    }

    public SoqlPath ReadPath()
    {
        int position = Current.Position;
        List<string> parts = [ReadName()];
        while (TakeSymbol("."))
            parts.Add(ReadName());
        if (parts.Count > SoqlParser.DeepestPath + 1)
            throw SoqlException.At("MALFORMED_QUERY", statement, position, $"a path may pass at most {SoqlParser.DeepestPath} parents");
        return new SoqlPath(new SoqlSequence<string>(parts)) { Position = position };
    }

    public SoqlException Unexpected() => Current.Kind == SoqlTokenKind.End
        ? SoqlException.Malformed("unexpected token: <EOF>")
        : SoqlException.At("MALFORMED_QUERY", statement, Current.Position, $"unexpected token: '{Current.Text}'");

    public SoqlException Refuse(string reason) => SoqlException.At("MALFORMED_QUERY", statement, Current.Position, reason);

    public SoqlException RefuseAt(int position, string reason) => SoqlException.At("MALFORMED_QUERY", statement, position, reason);
}
