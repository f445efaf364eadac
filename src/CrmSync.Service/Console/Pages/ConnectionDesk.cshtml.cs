using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Words;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CrmSync.Service.Console.Pages;

/// <summary>One connection for those who run it: write mode, access as last checked, the newest calls.</summary>
[Needs(ApiRole.Operator)]
internal sealed class ConnectionDeskModel(IRunStore runs, TimeProvider time, ConnectionChecks checks, IConnectorCatalog? connectors = null, RecentCalls? calls = null) : PageModel
{
    private static readonly Texts T = Texts.OfPage("ConnectionDesk");

    /// <summary>After how many hours a pause can end by itself; 0: not.</summary>
    public static readonly IReadOnlyList<int> Pauses = [0, 1, 4, 8, 24, 72];

    private const int LongestReason = 1_000;

    /// <summary>When the page is drawn.</summary>
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    public Connection Connection { get; private set; } = null!;

    /// <summary>The newest calls of this node, newest first.</summary>
    public IReadOnlyList<RecentCall> Calls => calls?.Of(Connection.Key) ?? [];

    /// <summary>Access as this node last checked it; null where it did not.</summary>
    public (DateTimeOffset At, IReadOnlyList<HealthCheck> Lines)? Checked => checks.Find(Connection.Key);

    /// <summary>Whether this process can ask the CRM.</summary>
    public bool CanCheck => connectors?.Find(Connection.Key) is not null;

    public string? Note { get; private set; }

    public string? Fault { get; private set; }

    public async Task<IActionResult> OnGetAsync(string key, string? done, CancellationToken cancellationToken)
    {
        if (!await FindAsync(key, cancellationToken))
            return NotFound();
        Note = done switch
        {
            "mode" => T["TheWriteModeIsChangedEveryNode"],
            "same" => T["ItWasSoBeforeNothingChanged"],
            "checked" => T["TheCRMWasAskedWhatItAnswered"],
            _ => null,
        };
        return Page();
    }

    /// <summary>Sets the write mode; "resume" ends a pause.</summary>
    [Needs(ApiRole.Operator)]
    public async Task<IActionResult> OnPostModeAsync(string key, string? mode, int hours, string? reason, CancellationToken cancellationToken)
    {
        if (!await FindAsync(key, cancellationToken))
            return NotFound();
        WriteMode? wanted = mode switch { "preview" => WriteMode.Preview, "approve" => WriteMode.Approve, "on" => WriteMode.On, "paused" => WriteMode.Paused, _ => null };
        if (wanted is null && mode != "resume")
            return Refuse(T["ChooseAWriteMode"], StatusCodes.Status400BadRequest);
        var why = OneLine.Of((reason ?? "").Trim(), LongestReason) is { Length: > 0 } text ? text : null;
        if (wanted is WriteMode.Paused && why is null)
            return Refuse(T["APauseNeedsAReasonWhoeverFindsIt"], StatusCodes.Status400BadRequest);
        if (!Pauses.Contains(hours))
            return Refuse(T["ChooseWhenThePauseEnds"], StatusCodes.Status400BadRequest);
        var outcome = await runs.SetWriteModeAsync(
            Connection.Id, new ModeChange(wanted, Sessions.NameOf(User)) { Reason = why, ResumeAt = wanted is WriteMode.Paused && hours > 0 ? Now.AddHours(hours) : null }, cancellationToken);
        return outcome.IsRefused
            ? Refuse(outcome.Sentence, StatusCodes.Status409Conflict)
            : LocalRedirect($"/connections/{Uri.EscapeDataString(key)}?done={(outcome.Answer is ModeAnswer.Unchanged ? "same" : "mode")}");
    }

    /// <summary>Asks the CRM about credential, scopes, quota and clock.</summary>
    [Needs(ApiRole.Operator)]
    public async Task<IActionResult> OnPostCheckAsync(string key, CancellationToken cancellationToken)
    {
        if (!await FindAsync(key, cancellationToken))
            return NotFound();
        if (connectors?.Find(key) is not { } connector)
            return Refuse(T["ThisProcessHasNoSuchConnection"], StatusCodes.Status409Conflict);
        checks.Note(key, Now, await connector.CheckAsync(cancellationToken));
        return LocalRedirect($"/connections/{Uri.EscapeDataString(key)}?done=checked");
    }

    private PageResult Refuse(string fault, int status)
    {
        Fault = fault;
        Response.StatusCode = status;
        return Page();
    }

    private async Task<bool> FindAsync(string key, CancellationToken cancellationToken)
    {
        var found = (await runs.ListConnectionsAsync(cancellationToken)).FirstOrDefault(connection => connection.Key == key);
        Connection = found!;
        return found is not null;
    }
}
