using System.Globalization;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Acts;
using CrmSync.Service.Console.Labels;
using CrmSync.Storage;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages;

/// <summary>Says what an act on writes would do, and does it when asked to: all that matches a filter, or the rows that were ticked.</summary>
[Needs(ApiRole.Operator)]
internal sealed class ActsModel(LedgerReader ledger, IActStore acts, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    private static readonly Texts T = Texts.OfPage("Acts");

    private const int LongestReason = 1_000;

    /// <summary>What is to be done; null where the address names no act.</summary>
    public ActWords? Act { get; private set; }

    /// <summary>Which writes are meant.</summary>
    public WriteLogFilter Filter { get; private set; } = WriteLogFilter.All;

    /// <summary>Why nothing can be started.</summary>
    public IReadOnlyList<string> Faults { get; private set; } = [];

    /// <summary>What it would do, by connection; connections without a matching write are left out.</summary>
    public IReadOnlyList<Part> Parts { get; private set; } = [];

    /// <summary>What the operator gave as reason.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Runs that were started, where there are several.</summary>
    public IReadOnlyList<long> Started { get; private set; } = [];

    /// <summary>Tells this form from the next one, so that it starts nothing twice.</summary>
    public string Key { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Back to the rows.</summary>
    public string LogAddress => Filter.IsEmpty ? "/log" : $"/log?{Filter.ToQueryString()}";

    public async Task OnGetAsync(string? act, string? scope, string? started, CancellationToken cancellationToken)
    {
        Act = ActWords.Find(act);
        Started = [.. (started ?? "").Split('.', 20).Select(part => long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0).Where(id => id > 0)];
        if (Started.Count > 0)
            return;
        if (scope == "rows")
        {
            var rows = string.Join('.', Request.Query["row"].OfType<string>());
            Read(rows.Length == 0 ? [] : [KeyValuePair.Create("id", (string?)rows)], rows.Length == 0 ? T["NoRowIsTickedGoBackAndTickSomeOr"] : null);
        }
        else
            Read(QueryParts, null, "act", "scope", "row", "started");
        await LoadAsync(cancellationToken);
    }

    /// <summary>Starts the act, one run per connection.</summary>
    [Needs(ApiRole.Operator)]
    public async Task<IActionResult> OnPostAsync(string? act, string? filter, string[]? connection, string? reason, string? key, CancellationToken cancellationToken)
    {
        Act = ActWords.Find(act);
        Reason = (reason ?? "").Trim();
        Filter = WriteLogFilter.ParseText(filter, out var faults);
        var chosen = (await ledger.WriteLog.ConnectionsAsync(cancellationToken)).Where(known => (connection ?? []).Contains(known.Key, StringComparer.Ordinal)).ToList();
        Faults = faults.Count > 0 ? faults : FaultsOf(chosen, key);
        var runs = new List<long>();
        try
        {
            for (var i = 0; i < chosen.Count && Faults.Count == 0; i++)
                runs.Add(await acts.StartActAsync(RequestFor(chosen[i]) with { RequestKey = $"console/{key}/{chosen[i].Id}" }, cancellationToken));
        }
        catch (LedgerException fault)
        {
            Faults = [fault.Message];
        }
        if (Faults.Count == 0)
            return Redirect(runs.Count == 1 ? $"/jobs/runs/{runs[0]}" : $"/log/acts?act={Act!.Word}&started={string.Join('.', runs)}");
        Response.StatusCode = StatusCodes.Status409Conflict;
        await LoadAsync(cancellationToken);
        return Page();
    }

    private IReadOnlyList<string> FaultsOf(List<ConnectionView> chosen, string? key)
    {
        if (Act is null)
            return [T["ThereIsNoSuchAct"]];
        if (chosen.Count == 0)
            return [T["ChooseAtLeastOneConnection"]];
        if (!Guid.TryParseExact(key, "N", out _))
            return [T["TheFormIsNotCompleteOpenItAnew"]];
        if (Reason.Length > LongestReason)
            return [T["TheReasonIsLongerThanCharacters", LongestReason]];
        return [.. chosen.Select(one => ActRules.Refusal(RequestFor(one), ModeOf(one)) is { } refusal ? $"{one.Name}: {refusal.Message} {WayOut(refusal)}" : null).OfType<string>()];
    }

    private void Read(IEnumerable<KeyValuePair<string, string?>> parts, string? fault, params IEnumerable<string> alsoKnown)
    {
        Filter = WriteLogFilter.Parse(parts, out var faults, alsoKnown);
        Faults = fault is null ? faults : [fault];
    }

    // A filter with a slip would let the act touch more than was meant, so nothing is offered then.
    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (Act is null || (Faults.Count > 0 && HttpMethods.IsGet(Request.Method)))
            return;
        var parts = new List<Part>();
        foreach (var connection in (await ledger.WriteLog.ConnectionsAsync(cancellationToken)).Where(known => Filter.Connection is null || Filter.Connection == known.Key))
        {
            var count = await ledger.WriteLog.CountAsync(Filter with { Connection = connection.Key }, cancellationToken);
            if (count.Value == 0)
                continue;
            var request = RequestFor(connection) with { Reason = "a trial" };
            parts.Add(ActRules.Refusal(request, ModeOf(connection)) is { } refusal
                ? new Part(connection, count, null, $"{refusal.Message} {WayOut(refusal)}")
                : new Part(connection, count, await acts.TryActAsync(request, cancellationToken), null));
        }
        Parts = parts;
    }

    private ActRequest RequestFor(ConnectionView connection) =>
        new(Act!.Kind, connection.Id, (Filter with { Connection = null }).ToQueryString(), Actor) { Reason = Reason.Length == 0 ? null : Reason };

    private static WriteMode ModeOf(ConnectionView connection) => Enum.Parse<WriteMode>(connection.WriteMode, ignoreCase: true);

    // The rules speak to people at a command line, too.
    private static string WayOut(Failure refusal) => refusal.Code switch
    {
        "act.reason" => T["SayWhyInTheFieldForIt"],
        "act.not_writing" => T["TurnWritingOnUnderConnections"],
        _ => refusal.Fix,
    };

    /// <summary>What the act would do on one connection.</summary>
    /// <param name="Connection">The connection.</param>
    /// <param name="Count">Writes that match the filter.</param>
    /// <param name="Trial">What it would do; null where it may not be started.</param>
    /// <param name="Refusal">Why it may not.</param>
    internal sealed record Part(ConnectionView Connection, CappedCount Count, ActTrial? Trial, string? Refusal);
}
