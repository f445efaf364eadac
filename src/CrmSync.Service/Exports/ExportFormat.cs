namespace CrmSync.Service.Exports;

/// <summary>How an export is written.</summary>
internal enum ExportFormat
{
    /// <summary>A header line and a line per row; cells that a spreadsheet would take for a formula begin with an apostrophe.</summary>
    Csv,

    /// <summary>One JSON object per line; values as they are.</summary>
    JsonLines,
}

/// <summary>The formats' names.</summary>
internal static class ExportFormats
{
    /// <summary>As options and query parts name them.</summary>
    public static readonly IReadOnlyList<string> Names = ["csv", "jsonl"];

    /// <summary>The format of a name among <see cref="Names"/>.</summary>
    public static ExportFormat Of(string name) => name == "csv" ? ExportFormat.Csv : ExportFormat.JsonLines;

    /// <summary>What HTTP calls it.</summary>
    public static string ContentType(ExportFormat format) => format == ExportFormat.Csv ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson; charset=utf-8";
}
