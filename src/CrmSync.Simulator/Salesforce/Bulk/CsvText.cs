using System.Text;

namespace CrmSync.Simulator.Salesforce.Bulk;

/// <summary>CSV as bulk jobs speak it: a chosen delimiter, quotes doubled within quotes, line ends within quotes kept. Linear in the text's length.</summary>
internal static class CsvText
{
    /// <summary>The delimiter of a job's columnDelimiter, or null where there is no such name.</summary>
    public static char? Delimiter(string name) => name switch
    {
        "COMMA" => ',',
        "TAB" => '\t',
        "PIPE" => '|',
        "SEMICOLON" => ';',
        "CARET" => '^',
        "BACKQUOTE" => '`',
        _ => null,
    };

    public static void AppendLine(StringBuilder to, IEnumerable<string?> cells, char delimiter, string lineEnd)
    {
        bool first = true;
        foreach (string? cell in cells)
        {
            if (!first)
                to.Append(delimiter);
            first = false;
            to.Append('"').Append(cell?.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }

        to.Append(lineEnd);
    }

    /// <summary>Rows of cells; empty lines are left out. Null where a quote is never closed.</summary>
    public static List<string[]>? Read(string text, char delimiter)
    {
        List<string[]> rows = [];
        List<string> cells = [];
        StringBuilder cell = new();
        bool quoted = false, any = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quoted)
            {
                if (c != '"')
                    cell.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"')
                    cell.Append(text[++i]);
                else
                    quoted = false;
            }
            else if (c == '"' && cell.Length == 0)
            {
                quoted = any = true;
            }
            else if (c == delimiter)
            {
                End(cells, cell);
                any = true;
            }
            else if (c is '\r' or '\n')
            {
                if (any || cell.Length > 0)
                    EndRow();
            }
            else
            {
                cell.Append(c);
            }
        }

        if (any || cell.Length > 0)
            EndRow();
        return quoted ? null : rows;

        void EndRow()
        {
            End(cells, cell);
            rows.Add([.. cells]);
            cells.Clear();
            any = false;
        }
    }

    private static void End(List<string> cells, StringBuilder cell)
    {
        cells.Add(cell.ToString());
        cell.Clear();
    }
}
