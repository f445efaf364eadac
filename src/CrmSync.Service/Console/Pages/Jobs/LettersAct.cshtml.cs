using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Jobs;
using CrmSync.Service.Console.Labels;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages.Jobs;

/// <summary>Asks before all dead letters of a reason are retried or put away, and says how many they are.</summary>
[Needs(ApiRole.Operator)]
internal sealed class LettersActModel(LedgerReader ledger, IActStore acts, RunOrders orders, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    private static readonly Texts T = Texts.OfPage("Jobs.LettersAct");

    public bool IsRetry { get; private set; }

    public bool IsActivities { get; private set; }

    public ConnectionView? Connection { get; private set; }

    public string Code { get; private set; } = "";

    public long Count { get; private set; }

    public string? Fault { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? act, string? what, string? connection, string? code, CancellationToken cancellationToken)
    {
        if (await ReadAsync(act, what, connection, code, null, cancellationToken) is { } request)
            Count = await acts.CountActAsync(request, cancellationToken);
        return Page();
    }

    [Needs(ApiRole.Operator)]
    public async Task<IActionResult> OnPostAsync(string? act, string? what, string? connection, string? code, string? reason, CancellationToken cancellationToken)
    {
        if (await ReadAsync(act, what, connection, code, ScheduleForm.Reason(reason), cancellationToken) is not { } request)
            return Page();
        var outcome = await orders.ActAsync(request, cancellationToken);
        if (outcome.RunId is { } run)
            return LocalRedirect($"/jobs/runs/{run}?done=started");
        Fault = outcome.Sentence;
        Count = await acts.CountActAsync(request, cancellationToken);
        Response.StatusCode = StatusCodes.Status409Conflict;
        return Page();
    }

    private async Task<ActRequest?> ReadAsync(string? act, string? what, string? connection, string? code, string? reason, CancellationToken cancellationToken)
    {
        (IsRetry, IsActivities, Code) = (act == "retry", what == "activities", code ?? "");
        Connection = (await ledger.WriteLog.ConnectionsAsync(cancellationToken)).FirstOrDefault(candidate => candidate.Key == connection);
        if (Connection is null || Code.Length is 0 or > 200 || act is not ("retry" or "discard"))
        {
            Connection = null;
            Fault = T["TheAddressDoesNotSayWhatToActOn"];
            Response.StatusCode = StatusCodes.Status400BadRequest;
            return null;
        }

        var filter = IsActivities ? new ActivityFilter { State = "dead", Code = Code }.ToQueryString() : new WriteLogFilter { Outcome = "rejected", Code = Code }.ToQueryString();
        return new ActRequest(IsRetry ? RunKind.Retry : RunKind.Discard, Connection.Id, filter, Actor) { Target = IsActivities ? ActTarget.Activity : ActTarget.Intent, Reason = reason };
    }
}
