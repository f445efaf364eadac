using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Salesforce.Http;
using CrmSync.Simulator.Salesforce.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CrmSync.Simulator.Salesforce.Bulk;

/// <summary>Ingest jobs: create, upload once, close, poll, three kinds of results, abort, delete.</summary>
internal sealed class BulkIngestEndpoint(SalesforceServer server)
{
    private const string All = "/services/data/{version}/jobs/ingest";
    private const string One = All + "/{id}";

    private BulkStore Store => server.Bulk;

    public void Map(WebApplication app)
    {
        app.MapPost(All, CreateAsync);
        app.MapGet(All, context => JobAnswers.ListAsync(context, Store.List<BulkIngestJob>(), Store.Options));
        app.MapGet(One, context => JobAnswers.ReadAsync<BulkIngestJob>(context, Store));
        app.MapPut(One + "/batches", UploadAsync);
        app.MapPatch(One, MoveAsync);
        app.MapDelete(One, context => JobAnswers.DeleteAsync<BulkIngestJob>(context, Store));
        app.MapGet(One + "/successfulResults", context => AnswerAsync(context, Saved));
        app.MapGet(One + "/failedResults", context => AnswerAsync(context, Failed));
        app.MapGet(One + "/unprocessedrecords", context => AnswerAsync(context, Unprocessed));
    }

    private async Task CreateAsync(HttpContext context)
    {
        JsonObject body = await SalesforceAnswers.ReadAsync(context);
        string operation = JobAnswers.Choice(body, "operation", null, "insert", "update", "delete");
        string name = body["object"]?.GetValueKind() == JsonValueKind.String ? body["object"]!.GetValue<string>() : throw JobAnswers.Invalid("object is missing");
        SalesforceTable table = server.Org.FindTable(name) ?? throw JobAnswers.Invalid($"Unable to find object: {name}");
        if (!table.InBulk || !table.Writable)
            throw new SalesforceException(400, "INVALIDENTITY", $"Entity '{table.Name}' is not supported by the Bulk API.");
        (string delimiterName, char delimiter) = JobAnswers.ReadDelimiter(body);
        BulkIngestJob job = new()
        {
            Id = Store.NextId(), Operation = operation, Object = table.Name, Version = context.Version(), CreatedById = server.Org.IntegrationUserId,
            CreatedAt = server.Clock.GetUtcNow().UtcDateTime, Delimiter = delimiter, DelimiterName = delimiterName,
            LineEnding = JobAnswers.Choice(body, "lineEnding", "LF", "LF", "CRLF"),
        };
        Store.Add(job);
        await SalesforceAnswers.WriteAsync(context, job.Describe(Store.Options.ApiVersionIsNumber));
    }

    private async Task UploadAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = Store.Options.LargestUpload + 1L;
        byte[] bytes = await RequestBody.ReadAsync(context);
        if (bytes.Length > Store.Options.LargestUpload)
            throw new SalesforceException(413, "REQUEST_TOO_LARGE", "The upload is larger than a job takes.");
        Store.With(context.RouteText("id"), poll: false, (BulkIngestJob job) =>
        {
            if (job.State != "Open" || job.Header is not null)
                throw JobAnswers.WrongState("A job takes one upload, while it is open");
            if (CsvText.Read(Encoding.UTF8.GetString(bytes).TrimStart('\ufeff'), job.Delimiter) is not [var header, .. var rows])
                throw new SalesforceException(400, "CLIENT_INPUT_ERROR", "LineEnding or quoting is invalid on user data; the first line must name the columns.");
            job.Header = header;
            job.Rows = rows;
            SalesforcePipeline.NoteItems(context, rows.Count);
            return true;
        });
        context.Response.StatusCode = 201;
    }

    // Answers the job: an empty answer would send clients after a job without id.
    private async Task MoveAsync(HttpContext context)
    {
        JsonObject body = await SalesforceAnswers.ReadAsync(context);
        string state = JobAnswers.Choice(body, "state", null, "UploadComplete", "Aborted");
        await SalesforceAnswers.WriteAsync(context, Store.With(context.RouteText("id"), poll: false, (BulkIngestJob job) =>
        {
            if (job.IsOver || (state == "UploadComplete" && job.State != "Open"))
                throw JobAnswers.WrongState($"The job is {job.State} and cannot become {state}");
            if (state == "UploadComplete" && job.Header is null)
                throw JobAnswers.WrongState("The job has no data yet; upload them first");
            if (state == "UploadComplete" && !Store.Batches.TryCount())
                throw new SalesforceException(403, "REQUEST_LIMIT_EXCEEDED", "ApiBatchItems Limit exceeded.");
            Store.Move(job, state);
            return job.Describe(Store.Options.ApiVersionIsNumber);
        }));
    }

    private Task AnswerAsync(HttpContext context, Func<BulkIngestJob, (IEnumerable<string> Header, IEnumerable<IEnumerable<string?>> Rows)> read)
    {
        byte[] csv = Store.With(context.RouteText("id"), poll: false, (BulkIngestJob job) =>
        {
            if (!job.IsOver)
                throw JobAnswers.WrongState($"Results are there once the job is over; it is {job.State}");
            (IEnumerable<string> header, IEnumerable<IEnumerable<string?>> rows) = read(job);
            StringBuilder text = new();
            CsvText.AppendLine(text, header, job.Delimiter, job.LineEnd);
            foreach (IEnumerable<string?> row in rows)
                CsvText.AppendLine(text, row, job.Delimiter, job.LineEnd);
            return Encoding.UTF8.GetBytes(text.ToString());
        });
        return JobAnswers.WriteCsvAsync(context, csv);
    }

    // Order is not promised; the last comes first here, so that a client which counts on it is found out.
    private static (IEnumerable<string>, IEnumerable<IEnumerable<string?>>) Saved(BulkIngestJob job) => (
        ["sf__Id", "sf__Created", .. job.Header ?? []],
        job.Saved.AsEnumerable().Reverse().Select(one => (IEnumerable<string?>)[one.Id, one.Created ? "true" : "false", .. job.Rows[one.Row]]));

    private static (IEnumerable<string>, IEnumerable<IEnumerable<string?>>) Failed(BulkIngestJob job) => (
        ["sf__Id", "sf__Error", .. job.Header ?? []],
        job.Failed.AsEnumerable().Reverse().Select(one => (IEnumerable<string?>)[one.Id, one.Error, .. job.Rows[one.Row]]));

    private static (IEnumerable<string>, IEnumerable<IEnumerable<string?>>) Unprocessed(BulkIngestJob job) =>
        (job.Header ?? [], job.Rows.Skip(job.Processed));
}
