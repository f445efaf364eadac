using System.Globalization;
using System.Text.Json;
using CrmSync.Simulator.Salesforce.Records;
using CrmSync.Simulator.Salesforce.Soql;
using CrmSync.Simulator.Salesforce.Trouble;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>Statements, and the further pages of their answers. Only <c>done</c> says that a page is the last.</summary>
internal sealed class QueryEndpoint(SalesforceServer server)
{
    private const int SmallestHint = 200;
    private const string HintHeader = "Sforce-Query-Options";

    public void Map(WebApplication app)
    {
        app.MapGet("/services/data/{version}/query", context => StartAsync(context, all: false, tooling: false));
        app.MapGet("/services/data/{version}/queryAll", context => StartAsync(context, all: true, tooling: false));
        app.MapGet("/services/data/{version}/tooling/query", context => StartAsync(context, all: false, tooling: true));
        // The next page of queryAll is asked for under /query/, too.
        app.MapGet("/services/data/{version}/query/{locator}", ContinueAsync);
        app.MapGet("/services/data/{version}/queryAll/{locator}", ContinueAsync);
    }

    private Task StartAsync(HttpContext context, bool all, bool tooling)
    {
        SoqlResult result = server.Soql.Run(context.Request.Query["q"].ToString(), all, WireCall.Of(context), tooling);
        if (result.Groups is { } groups)
            return SalesforceAnswers.WriteAsync(context, writer => WriteGroups(writer, groups));
        if (tooling)
            RefuseManyWithMetadata(result);

        int pageSize = PageSize(context, result);
        string? locator = result.Rows.Count > pageSize ? server.Cursors.Open(result, pageSize) : null;
        return WritePageAsync(context, result, locator, 0, pageSize);
    }

    private Task ContinueAsync(HttpContext context)
    {
        WireCall call = WireCall.Of(context);
        string asked = context.RouteText("locator");
        if (server.Dials.Draw("locator", call))
            server.Cursors.Lose(asked.Split('-')[0]);
        (Cursor cursor, string locator, int offset) = server.Cursors.Find(asked);
        bool repeat = offset > 0 && server.Dials.Draw("F19", call);
        return WritePageAsync(context, cursor.Result, locator, offset, cursor.PageSize, repeat);
    }

    private static Task WritePageAsync(HttpContext context, SoqlResult result, string? locator, int offset, int pageSize, bool repeat = false)
    {
        int end = (int)Math.Min(result.Rows.Count, (long)offset + pageSize);
        string version = context.Version();
        SalesforcePipeline.NoteItems(context, end - offset);
        return SalesforceAnswers.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("totalSize", result.Total);
            writer.WriteBoolean("done", end == result.Rows.Count);
            if (end < result.Rows.Count)
                writer.WriteString("nextRecordsUrl", string.Create(CultureInfo.InvariantCulture, $"/services/data/{version}/query/{locator}-{end}"));
            writer.WriteStartArray("records");
            for (int i = repeat ? offset - 1 : offset; i < end; i++)
                RecordJson.Write(writer, result.Rows[i], result.Projection, version);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static void WriteGroups(Utf8JsonWriter writer, SoqlGroups groups)
    {
        writer.WriteStartObject();
        writer.WriteNumber("totalSize", groups.Rows.Count);
        writer.WriteBoolean("done", true);
        writer.WriteStartArray("records");
        foreach (object?[] values in groups.Rows)
            RecordJson.WriteGroup(writer, groups, values);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private int PageSize(HttpContext context, SoqlResult result)
    {
        int size = server.Options.PageSize;
        if (ReadHint(context) is int hint)
            size = Math.Min(size, Math.Max(SmallestHint, hint));
        if (server.Options.WideRowPageSize is int wide && result.Projection.Any(IsLongText))
            size = Math.Min(size, wide);
        return Math.Max(1, size);
    }

    private static int? ReadHint(HttpContext context)
    {
        const string name = "batchSize=";
        string? option = context.Request.Headers[HintHeader].ToString().Split(',', StringSplitOptions.TrimEntries)
            .FirstOrDefault(part => part.StartsWith(name, StringComparison.OrdinalIgnoreCase));
        return int.TryParse(option.AsSpan(Math.Min(name.Length, option?.Length ?? 0)), NumberStyles.None, CultureInfo.InvariantCulture, out int hint)
            ? hint
            : null;
    }

    private static bool IsLongText(SoqlColumn column) => column is SoqlValueColumn { Field.Kind: FieldKind.TextArea };

    // Tooling guide: Metadata and FullName are only given one row at a time.
    private static void RefuseManyWithMetadata(SoqlResult result)
    {
        bool heavy = result.Projection.OfType<SoqlValueColumn>().Any(column => column.Field.Name is "Metadata" or "FullName");
        if (heavy && result.Rows.Count > 1)
            throw new SalesforceException(
                400,
                "MALFORMED_QUERY",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"When retrieving results with Metadata or FullName fields, the query qualificatons must specify no more than one row for "
                    + $"retrieval. Result size: {result.Rows.Count}"));
    }
}
