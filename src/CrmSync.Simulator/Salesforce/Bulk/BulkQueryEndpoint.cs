using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce.Http;
using CrmSync.Simulator.Salesforce.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Salesforce.Bulk;

/// <summary>Query jobs: create, poll, fetch results page by page, abort, delete.</summary>
internal sealed class BulkQueryEndpoint(SalesforceServer server)
{
    private const string All = "/services/data/{version}/jobs/query";
    private const string One = All + "/{id}";
    private const string EndWord = "null";

    private BulkStore Store => server.Bulk;

    public void Map(WebApplication app)
    {
        app.MapPost(All, CreateAsync);
        app.MapGet(All, context => JobAnswers.ListAsync(context, Store.List<BulkQueryJob>(), Store.Options));
        app.MapGet(One, context => JobAnswers.ReadAsync<BulkQueryJob>(context, Store));
        app.MapPatch(One, context => JobAnswers.AbortAsync<BulkQueryJob>(context, Store));
        app.MapDelete(One, context => JobAnswers.DeleteAsync<BulkQueryJob>(context, Store));
        app.MapGet(One + "/results", AnswerResultsAsync);
        app.MapGet(One + "/resultPages", AnswerPagesAsync);
    }

    private async Task CreateAsync(HttpContext context)
    {
        JsonObject body = await SalesforceAnswers.ReadAsync(context);
        string operation = JobAnswers.Choice(body, "operation", null, "query", "queryAll");
        string statement = body["query"]?.GetValueKind() == JsonValueKind.String ? body["query"]!.GetValue<string>() : throw JobAnswers.Invalid("query is missing");
        SalesforceTable table = BulkRules.Check(statement, server.Soql);
        // What a plain query refuses, a job refuses as soon: nothing runs until then.
        if (!Store.QueryJobs.TryCount())
            throw new SalesforceException(403, "REQUEST_LIMIT_EXCEEDED", "DailyBulkV2QueryJobs Limit exceeded.");
        (string name, char delimiter) = JobAnswers.ReadDelimiter(body);
        BulkQueryJob job = new()
        {
            Id = Store.NextId(), Operation = operation, Object = table.Name, Version = context.Version(), CreatedById = server.Org.IntegrationUserId,
            CreatedAt = server.Clock.GetUtcNow().UtcDateTime, Delimiter = delimiter, DelimiterName = name,
            LineEnding = JobAnswers.Choice(body, "lineEnding", "LF", "LF", "CRLF"), Statement = statement, State = "UploadComplete",
        };
        Store.Add(job);
        await SalesforceAnswers.WriteAsync(context, job.Describe(Store.Options.ApiVersionIsNumber), Store.Options.QueryCreatedStatus);
    }

    private Task AnswerResultsAsync(HttpContext context)
    {
        BulkQueryJob job = Finished(context);
        IReadOnlyList<SalesforceRow> rows = job.Result!.Rows;
        int size = PageSize(context);
        int from = ReadLocator(context.Request.Query["locator"].ToString(), rows.Count);
        int to = (int)Math.Min(rows.Count, (long)from + size);
        StringBuilder csv = new();
        CsvText.AppendLine(csv, BulkRules.Names(job.Result.Projection, ""), job.Delimiter, job.LineEnd);
        for (int i = from; i < to; i++)
            CsvText.AppendLine(csv, BulkRules.Values(job.Result.Projection, rows[i], Store.Options.DateTimesEndInZ), job.Delimiter, job.LineEnd);
        byte[] bytes = Encoding.UTF8.GetBytes(csv.ToString());
        if (!Store.ResultMegabytes.TryCount(bytes.Length / (1024 * 1024)))
            throw new SalesforceException(403, "REQUEST_LIMIT_EXCEEDED", "DailyBulkV2QueryFileStorageMB Limit exceeded.");
        SalesforcePipeline.NoteItems(context, to - from);
        context.Response.Headers["Sforce-NumberOfRecords"] = (to - from).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["Sforce-Locator"] = to < rows.Count ? Locator(to) : EndWord;
        return JobAnswers.WriteCsvAsync(context, bytes);
    }

    // Locators for fetching pages at the same time; the first page needs none.
    private Task AnswerPagesAsync(HttpContext context)
    {
        BulkQueryJob job = Finished(context);
        int size = PageSize(context);
        JsonArray pages = [];
        for (int from = 0; from == 0 || from < job.Result!.Rows.Count; from += size)
        {
            string locator = from == 0 ? "" : $"?locator={Locator(from)}";
            pages.Add((JsonNode)new JsonObject { ["resultUrl"] = $"/services/data/{context.Version()}/jobs/query/{job.Id}/results{locator}" });
        }

        return SalesforceAnswers.WriteAsync(context, new JsonObject { ["resultPages"] = pages, ["nextRecordsUrl"] = null, ["done"] = true });
    }

    private BulkQueryJob Finished(HttpContext context) => Store.With(context.RouteText("id"), poll: false, (BulkQueryJob job) =>
    {
        if (job.Version != context.Version())
            throw new SalesforceException(409, "API_VERSION_MISMATCH", $"The job was created with the API version {job.Version[1..]}; ask for its results with the same.");
        return job.State == "JobComplete" ? job : throw JobAnswers.WrongState($"Results are there once the job is complete; it is {job.State}");
    });

    private int PageSize(HttpContext context)
    {
        string asked = context.Request.Query["maxRecords"].ToString();
        if (asked.Length == 0)
            return Store.Options.PageSize;
        return int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size > 0
            ? size
            : throw new SalesforceException(400, "INVALIDQUERYPARAM", $"maxRecords must be a whole number above zero, not {asked}");
    }

    private static string Locator(int offset) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(offset.ToString(CultureInfo.InvariantCulture))).TrimEnd('=');

    private static int ReadLocator(string locator, int rows)
    {
        if (locator.Length == 0)
            return 0;
        string padded = locator.PadRight((locator.Length + 3) / 4 * 4, '=');
        byte[] bytes = new byte[padded.Length];
        return Convert.TryFromBase64String(padded, bytes, out int length)
            && int.TryParse(Encoding.ASCII.GetString(bytes, 0, length), NumberStyles.None, CultureInfo.InvariantCulture, out int offset) && offset < rows
                ? offset
                : throw new SalesforceException(400, "INVALIDLOCATOR", $"The locator {locator} is none of this job");
    }
}
