namespace CrmSync.Simulator.Salesforce.Soql;

internal enum SoqlTokenKind
{
    Word,

    /// <summary>A string between quotes; the text is raw, because LIKE reads escapes differently.</summary>
    Text,

    /// <summary>A number, date or datetime: anything that starts with a digit or a sign.</summary>
    Literal,
    Symbol,
    End,
}

/// <summary>One token with its place in the statement.</summary>
internal readonly record struct SoqlToken(SoqlTokenKind Kind, string Text, int Position)
{
    public bool IsSymbol(string symbol) => Kind == SoqlTokenKind.Symbol && Text == symbol;

    public bool IsWord(string word) => Kind == SoqlTokenKind.Word && string.Equals(Text, word, StringComparison.OrdinalIgnoreCase);
}
