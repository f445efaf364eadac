using System.Globalization;

namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>A statement that Salesforce would refuse, with its error code. Answered as HTTP 400.</summary>
internal sealed class SoqlException(string errorCode, string message) : Exception(message)
{
    private const int Around = 40;

    public string ErrorCode { get; } = errorCode;

    /// <summary>A fault in the statement's form; Salesforce names no position for these.</summary>
    public static SoqlException Malformed(string message) => new("MALFORMED_QUERY", message);

    /// <summary>A fault at a place, worded as Salesforce does: a piece of the statement, a caret below the place, row and column, the reason.</summary>
    public static SoqlException At(string errorCode, string statement, int position, string reason)
    {
        int at = Math.Clamp(position, 0, statement.Length);
        int start = Math.Max(0, at - Around);
        int end = Math.Min(statement.Length, at + Around);
        string piece = statement[start..end].ReplaceLineEndings(" ");
        string place = string.Create(CultureInfo.InvariantCulture, $"ERROR at Row:1:Column:{at + 1}");
        return new SoqlException(errorCode, $"\n{piece}\n{new string(' ', at - start)}^\n{place}\n{reason}");
    }
}
