using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Service.Api.Access;
using CrmSync.Service.Api.Rows;
using CrmSync.Storage.Reading;
using CrmSync.Storage.Reading.Lists;

namespace CrmSync.Service.Api.Routes;

/// <summary>
/// Acts over all that matches a filter. An act is a run, so the answer is 202 with that run. With an Idempotency-Key the same request starts nothing twice; without one, a
/// second act finds nothing left to do and says so row by row.
/// </summary>
internal static class ActRoutes
{
    private const string Tag = "Acts";
    private const int LongestKey = 200;

    private static readonly ApiParameter RequestKey = new(
        "Idempotency-Key", "Any text of up to 200 characters, one per act: the same request again answers with the act that it started. Kept for as long as the act.");

    private static readonly ApiParameter Verdict = new("verdict", $"One of {string.Join(", ", PreviewQueries.Verdicts)}.");

    private static readonly Dictionary<string, RunKind> Kinds = new(StringComparer.Ordinal)
    {
        ["preview"] = RunKind.Preview, ["approve"] = RunKind.Approve, ["retry"] = RunKind.Retry, ["discard"] = RunKind.Discard, ["undo"] = RunKind.Undo, ["force"] = RunKind.Force,
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/acts", StartAsync)
            .Is("startAct", Tag, "Starts a preview, approval, retry, discard, undo or force over all that matches a filter", ApiRole.Operator)
            .WithMetadata(new KnownHeaders([RequestKey])).Accepts<ActOrder>("application/json")
            .Refuses(ApiErrors.BadParameter, ApiErrors.BadBody, ApiErrors.TooLarge, ApiErrors.NoConnection, ApiErrors.Refused, ApiErrors.KeyReused)
            .Produces<ApiRun>(StatusCodes.Status202Accepted);
        routes.MapGet("/acts/{run}", FindAsync)
            .Is("getAct", Tag, "How an act stands", ApiRole.Viewer).Refuses(ApiErrors.BadParameter, ApiErrors.NotFound).Produces<ActRow>();
        routes.MapGet("/acts/{run}/left-out", LeftOutAsync)
            .Is("listLeftOut", Tag, "Rows that an act did not touch, with the reason, by rising id", ApiRole.Viewer, ApiParameters.Page)
            .Refuses(ApiErrors.BadParameter, ApiErrors.BadCursor, ApiErrors.NotFound).Produces<ApiPage<LeftOutRow>>();
        routes.MapGet("/previews/{run}", PreviewAsync)
            .Is("getPreview", Tag, "What a preview found, in counts", ApiRole.Viewer).Refuses(ApiErrors.BadParameter, ApiErrors.NotFound).Produces<PreviewSummary>();
        routes.MapGet("/previews/{run}/rows", PreviewRowsAsync)
            .Is("listPreviewRows", Tag, "What a preview looked at, the newest write first", ApiRole.Viewer, [Verdict, .. ApiParameters.Page])
            .Refuses(ApiErrors.BadParameter, ApiErrors.BadCursor, ApiErrors.NotFound).Produces<ApiPage<PreviewRow>>();
    }

    private static async Task<IResult> StartAsync(HttpRequest request, LedgerReader ledger, IRunStore runs, IActStore acts, CancellationToken cancellationToken)
    {
        request.KnownParts();
        var order = await ApiBody.ReadAsync<ActOrder>(request, cancellationToken);
        var connection = ApiQuery.Connection(await runs.ListConnectionsAsync(cancellationToken), order.Connection);
        var wanted = Read(order, connection, request);
        await CheckPreviewAsync(wanted, ledger, acts, cancellationToken);
        var runId = await acts.StartActAsync(wanted, cancellationToken);
        var started = await acts.FindActAsync(runId, cancellationToken);
        if (wanted.RequestKey is not null && started?.Request != wanted)
            throw new ApiRefusal(ApiErrors.KeyReused, $"It started run {runId}, which is another act.");
        return Results.Accepted($"{ApiSetup.Root}/runs/{runId}", await RunRoutes.FindAsync(ledger, runId, cancellationToken));
    }

    private static ActRequest Read(ActOrder order, Connection connection, HttpRequest request)
    {
        if (!Kinds.TryGetValue(order.Kind ?? "", out var kind))
            throw Bad($"\"kind\" must be one of {string.Join(", ", Kinds.Keys)}.");
        var target = order.Target switch
        {
            null or "writes" => ActTarget.Intent,
            "activities" => ActTarget.Activity,
            _ => throw Bad("\"target\" must be writes or activities."),
        };
        if (order.Sample is <= 0)
            throw Bad("\"sample\" must be 1 or more.");
        if (order.Sample is not null && kind is not (RunKind.Preview or RunKind.Approve))
            throw Bad("\"sample\" is for previews and approvals.");
        if (order.PreviewRunId is not null && kind != RunKind.Approve)
            throw Bad("\"previewRunId\" is for approvals.");
        if (kind == RunKind.Force && string.IsNullOrWhiteSpace(order.Reason))
            throw Bad("A force overwrites what others set, so it needs a \"reason\", which stays in the audit.");
        if (order.Reason is { Length: > 1_000 })
            throw Bad("\"reason\" is longer than 1,000 characters.");
        return new ActRequest(kind, connection.Id, Filter(order, target, connection.Key), ApiDoor.ActorOf(request.HttpContext))
        {
            Target = target,
            Sample = order.Sample,
            PreviewRunId = order.PreviewRunId is { } preview ? ApiQuery.Id(preview, "previewRunId") : null,
            Reason = string.IsNullOrWhiteSpace(order.Reason) ? null : order.Reason.Trim(),
            RequestKey = KeyOf(request),
        };
    }

    // Kept in its normal form, so that the same filter written otherwise is still the same request.
    private static string Filter(ActOrder order, ActTarget target, string connection)
    {
        IReadOnlyList<string> faults;
        string? named;
        string text;
        if (target == ActTarget.Intent)
        {
            var filter = WriteLogFilter.ParseText(order.Filter, out faults);
            (named, text) = (filter.Connection, (filter with { Connection = null }).ToQueryString());
        }
        else
        {
            var filter = ActivityFilter.ParseText(order.Filter, out faults);
            (named, text) = (filter.Connection, (filter with { Connection = null }).ToQueryString());
        }
        if (faults.Count > 0)
            throw ApiQuery.Bad(string.Join(' ', faults));
        return named is null || named == connection ? text : throw ApiQuery.Bad("The filter names another connection than the act; leave it out of the filter.");
    }

    private static string? KeyOf(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(RequestKey.Name, out var given))
            return null;
        // Two keys of the API may choose the same text and mean two acts.
        return given is [{ Length: >= 1 and <= LongestKey } text] && text.All(character => character is >= ' ' and <= '~')
            ? $"{ApiDoor.KeyOf(request.HttpContext)!.Id}/{text}"
            : throw ApiQuery.Bad($"Idempotency-Key must be one text of 1 to {LongestKey} printable characters.");
    }

    private static async Task CheckPreviewAsync(ActRequest wanted, LedgerReader ledger, IActStore acts, CancellationToken cancellationToken)
    {
        if (wanted.PreviewRunId is not { } id)
            return;
        var preview = await acts.FindActAsync(id, cancellationToken);
        if (preview is null || preview.Request.Kind != RunKind.Preview || preview.Request.ConnectionId != wanted.ConnectionId)
            throw new ApiRefusal(ApiErrors.Refused, $"Run {id} is no preview of this connection.");
        if ((await RunRoutes.FindAsync(ledger, id, cancellationToken)).State != "completed")
            throw new ApiRefusal(ApiErrors.Refused, $"The preview {id} is not complete, so what it showed is not all.");
    }

    private static async Task<IResult> FindAsync(string run, HttpRequest request, LedgerReader ledger, IActStore acts, CancellationToken cancellationToken)
    {
        request.KnownParts();
        var act = await ActAsync(acts, run, cancellationToken);
        return Results.Ok(new ActRow(
            await RunRoutes.FindAsync(ledger, act.RunId, cancellationToken), act.Request.Target == ActTarget.Intent ? "writes" : "activities", act.Request.Filter, act.UpToId.Text(),
            act.Position.Text(), act.Done, act.LeftOut, act.Request.Sample, act.Request.PreviewRunId?.Text(), act.Request.Reason));
    }

    private static async Task<IResult> LeftOutAsync(string run, HttpRequest request, LedgerReader ledger, IActStore acts, CancellationToken cancellationToken)
    {
        request.KnownParts();
        var act = await ActAsync(acts, run, cancellationToken);
        return await IdPages.AnswerAsync(
            request, $"acts/{act.RunId}/left-out",
            async (after, size) =>
            {
                var rows = await ledger.Lists.Acts.LeftOutAsync(act.RunId, after ?? 0, size, cancellationToken);
                return new IdPage<LeftOutEntry>(rows, rows.Count == size ? rows[^1].SubjectId : null);
            },
            LeftOutRow.Of);
    }

    private static async Task<IResult> PreviewAsync(string run, HttpRequest request, LedgerReader ledger, CancellationToken cancellationToken)
    {
        request.KnownParts();
        var view = await PreviewOfAsync(ledger, run, cancellationToken);
        return Results.Ok(new PreviewSummary(
            await RunRoutes.FindAsync(ledger, view.RunId, cancellationToken), view.Filter, view.Sample, view.Looked,
            [.. view.Labels.Select(row => new PreviewLabelRow(row.Taxonomy, row.Value, row.Verdict, row.Count))],
            [.. view.Changes.Select(row => new PreviewChangeRow(row.Taxonomy, row.ValueNow, row.Value, row.Count))]));
    }

    private static async Task<IResult> PreviewRowsAsync(string run, HttpRequest request, LedgerReader ledger, CancellationToken cancellationToken)
    {
        request.KnownParts();
        var verdict = ApiQuery.Word(request, "verdict", PreviewQueries.Verdicts);
        var view = await PreviewOfAsync(ledger, run, cancellationToken);
        var list = $"previews/{view.RunId}?{verdict}";
        var page = await ledger.Previews.PageAsync(view.RunId, verdict, new PageRequest(ApiQuery.Cursor(request, list), null, ApiQuery.Limit(request)), cancellationToken);
        return Results.Ok(new ApiPage<PreviewRow>([.. page.Rows.Select(PreviewRow.Of)], page.Older is { } next ? ApiCursor.Write(next, list) : null));
    }

    private static async Task<PreviewView> PreviewOfAsync(LedgerReader ledger, string run, CancellationToken cancellationToken) =>
        await ledger.Previews.FindAsync(ApiQuery.Id(run, "run"), cancellationToken) ?? throw new ApiRefusal(ApiErrors.NotFound, $"Run {ApiQuery.Short(run)} is no preview.");

    private static async Task<ActState> ActAsync(IActStore acts, string run, CancellationToken cancellationToken) =>
        await acts.FindActAsync(ApiQuery.Id(run, "run"), cancellationToken) ?? throw new ApiRefusal(ApiErrors.NotFound, $"Run {ApiQuery.Short(run)} is no act.");

    private static ApiRefusal Bad(string detail) => new(ApiErrors.BadBody, detail);
}
