using CrmSync.Pipeline.Access;
using CrmSync.Service.Api.Access;
using CrmSync.Service.Exports;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Api.Routes;

/// <summary>Everything that matches a filter, streamed. What comes while it runs is not among it.</summary>
internal static class ExportRoutes
{
    private const string Tag = "Exports";
    private static readonly ApiParameter Format = new("format", "csv (the default) or jsonl. In CSV, cells that a spreadsheet would take for a formula begin with an apostrophe.");
    private static readonly ApiParameter Texts = new("texts", "true: subjects and bodies, too, which are personal data and need the role reviewer.");
    private static readonly ApiParameter Former = new("former", "true: decisions whose place another took count, too.");
    private static readonly ApiParameter Run = new("run", "Id of the act's run; needed.");

    public static void Map(IEndpointRouteBuilder routes)
    {
        Add(routes, "log", "exportLog", "The write-back log", [.. ApiParameters.Log], (request, ledger) =>
        {
            var filter = ApiQuery.LogFilter(request.KnownParts(), Format);
            return (format, output, token) => RowWriter.WriteAsync(LedgerExports.Log(ledger.Lists, filter, token), format, output, token);
        });
        Add(routes, "activities", "exportActivities", "Activities", [.. ApiParameters.Activities, Texts], (request, ledger) =>
        {
            var filter = ApiQuery.ActivityFilter(request.KnownParts(), Format, Texts);
            var texts = ApiQuery.Flag(request, "texts");
            if (texts && !ApiDoor.Has(request.HttpContext, ApiRole.Reviewer))
                throw new ApiRefusal(ApiErrors.WrongRole, "Texts need the role reviewer.");
            return (format, output, token) => RowWriter.WriteAsync(LedgerExports.Activities(ledger.Lists, filter, texts, token), format, output, token);
        });
        Add(routes, "decisions", "exportDecisions", "Decisions", [.. ApiParameters.Activities, Former], (request, ledger) =>
        {
            var filter = ApiQuery.ActivityFilter(request.KnownParts(), Format, Former);
            var former = ApiQuery.Flag(request, "former");
            return (format, output, token) => RowWriter.WriteAsync(LedgerExports.Decisions(ledger.Lists, filter, former, token), format, output, token);
        });
        Add(routes, "corrections", "exportCorrections", "Corrections", [], (request, ledger) =>
        {
            request.KnownParts();
            return (format, output, token) => RowWriter.WriteAsync(LedgerExports.Corrections(ledger.Lists, token), format, output, token);
        });
        Add(routes, "deals", "exportDeals", "Deals, reported beside shown", [.. ApiParameters.Deals], (request, ledger) =>
        {
            var filter = ApiQuery.HonestyFilter(request.KnownParts(), Format);
            return (format, output, token) => RowWriter.WriteAsync(LedgerExports.Deals(ledger.Honesty, filter, token), format, output, token);
        });
        Add(routes, "left-out", "exportLeftOut", "Rows that an act did not touch", [Run], (request, ledger) =>
        {
            request.KnownParts();
            var run = ApiQuery.Number(request, "run") ?? throw ApiQuery.Bad("\"run\" is missing; give the id of the act's run.");
            return (format, output, token) => RowWriter.WriteAsync(LedgerExports.LeftOut(ledger.Lists, run, token), format, output, token);
        });
    }

    private delegate Task<long> Writing(ExportFormat format, Stream output, CancellationToken cancellationToken);

    private static void Add(IEndpointRouteBuilder routes, string kind, string name, string what, IReadOnlyList<ApiParameter> query, Func<HttpRequest, LedgerReader, Writing> prepare) =>
        routes.MapGet($"/exports/{kind}", (HttpRequest request, LedgerReader ledger) =>
            {
                var writing = prepare(request, ledger);
                var format = ExportFormats.Of(ApiQuery.Word(request, "format", ExportFormats.Names) ?? "csv");
                return (IResult)new Export(kind, format, writing);
            })
            .Is(name, Tag, $"{what}, all that match, the oldest first", ApiRole.Viewer, [.. query, Format]).Refuses(ApiErrors.BadParameter)
            .Produces<string>(StatusCodes.Status200OK, "text/csv", "application/x-ndjson");

    private sealed class Export(string kind, ExportFormat format, Writing writing) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = ExportFormats.ContentType(format);
            response.Headers.ContentDisposition = $"attachment; filename=\"crmsync-{kind}.{(format == ExportFormat.Csv ? "csv" : "jsonl")}\"";
            try
            {
                await writing(format, response.Body, httpContext.RequestAborted);
            }
            catch (Exception fault) when (!response.HasStarted && !httpContext.RequestAborted.IsCancellationRequested)
            {
                response.Headers.ContentDisposition = default;
                await Problems.TellAsync(httpContext, fault);
            }
            catch (Exception) when (response.HasStarted)
            {
                // A file that ends early must not look whole: the connection is cut, so the reader sees a broken answer.
                httpContext.Abort();
                if (!httpContext.RequestAborted.IsCancellationRequested)
                    throw;
            }
        }
    }
}
