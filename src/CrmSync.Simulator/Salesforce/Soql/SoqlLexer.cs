namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>Cuts a statement into tokens in one pass; each character is looked at a bounded number of times.</summary>
internal static class SoqlLexer
{
    /// <summary>Longest statement that Salesforce takes, in characters.</summary>
    public const int LongestStatement = 100_000;

    /// <summary>Longest string inside a WHERE clause, in characters.</summary>
    public const int LongestText = 4_000;

    public static List<SoqlToken> Read(string statement)
    {
        if (statement.Length > LongestStatement)
            throw SoqlException.Malformed($"SOQL statements cannot be longer than {LongestStatement} characters.");

        List<SoqlToken> tokens = [];
        int at = 0;
        while (at < statement.Length)
        {
            char c = statement[at];
            if (char.IsWhiteSpace(c))
            {
                at++;
                continue;
            }

            SoqlToken token = ReadOne(statement, at, c);
            tokens.Add(token);
            at += token.Text.Length + (token.Kind == SoqlTokenKind.Text ? 2 : 0);
        }

        tokens.Add(new SoqlToken(SoqlTokenKind.End, "", statement.Length));
        return tokens;
    }

    private static SoqlToken ReadOne(string statement, int at, char c)
    {
        if (c == '\'')
            return ReadText(statement, at);
        if (IsWordStart(c))
            return new SoqlToken(SoqlTokenKind.Word, Run(statement, at, IsWordPart), at);
        if (char.IsAsciiDigit(c) || ((c is '-' or '+') && at + 1 < statement.Length && char.IsAsciiDigit(statement[at + 1])))
            return new SoqlToken(SoqlTokenKind.Literal, c + Run(statement, at + 1, IsLiteralPart), at);
        string symbol = ReadSymbol(statement, at, c);
        return symbol.Length > 0
            ? new SoqlToken(SoqlTokenKind.Symbol, symbol, at)
            : throw SoqlException.At("MALFORMED_QUERY", statement, at, $"line 1:{at} no viable alternative at character '{c}'");
    }

    private static SoqlToken ReadText(string statement, int at)
    {
        int end = at + 1;
        while (end < statement.Length && statement[end] != '\'')
            end += statement[end] == '\\' ? 2 : 1;
        if (end >= statement.Length)
            throw SoqlException.At("MALFORMED_QUERY", statement, at, "unterminated string: a quote opens here and nothing closes it");
        if (end - at - 1 > LongestText)
            throw SoqlException.At("MALFORMED_QUERY", statement, at, $"a string in a statement cannot be longer than {LongestText} characters");
        return new SoqlToken(SoqlTokenKind.Text, statement[(at + 1)..end], at);
    }

    private static string ReadSymbol(string statement, int at, char c)
    {
        char next = at + 1 < statement.Length ? statement[at + 1] : '\0';
        return (c, next) switch
        {
            ('!', '=') => "!=",
            ('<', '>') => "<>",
            ('<', '=') => "<=",
            ('>', '=') => ">=",
            ('=' or '<' or '>' or '(' or ')' or ',' or '.' or ':', _) => c.ToString(),
            _ => "",
        };
    }

    private static string Run(string statement, int start, Func<char, bool> belongs)
    {
        int end = start;
        while (end < statement.Length && belongs(statement[end]))
            end++;
        return statement[start..end];
    }

    private static bool IsWordStart(char c) => char.IsAsciiLetter(c);

    private static bool IsWordPart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static bool IsLiteralPart(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '+' or ':' or '.';
}
