using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Exports;

/// <summary>Rows as a file that a page hands out, written while they are read.</summary>
/// <param name="name">Of the file, without ending.</param>
/// <param name="format">How it is written.</param>
/// <param name="writing">Writes all rows; says how many there were.</param>
internal sealed class ExportAnswer(string name, ExportFormat format, Func<Stream, CancellationToken, Task<long>> writing) : IActionResult
{
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var http = context.HttpContext;
        http.Response.ContentType = ExportFormats.ContentType(format);
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"crmsync-{name}.{(format == ExportFormat.Csv ? "csv" : "jsonl")}\"";
        try
        {
            await writing(http.Response.Body, http.RequestAborted);
        }
        catch (Exception) when (http.Response.HasStarted)
        {
            // A file that ends early must not look whole: the connection is cut, so the browser says that it failed.
            http.Abort();
            if (!http.RequestAborted.IsCancellationRequested)
                throw;
        }
    }
}
