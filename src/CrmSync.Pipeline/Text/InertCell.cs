namespace CrmSync.Pipeline.Text;

/// <summary>Cells of files that people open in a spreadsheet.</summary>
public static class InertCell
{
    /// <summary>The cell, with an apostrophe in front where a spreadsheet would take it for a formula (it begins with = + - @, a tab or a carriage return).</summary>
    public static string Of(string cell) => cell is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + cell : cell;
}
