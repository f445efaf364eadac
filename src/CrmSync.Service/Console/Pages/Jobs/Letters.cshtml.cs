using CrmSync.Connectors;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Jobs;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Storage.Reading;
using CrmSync.Storage.Reading.Jobs;

namespace CrmSync.Service.Console.Pages.Jobs;

/// <summary>Dead letters by reason, and what is still being tried.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class LettersModel(LedgerReader ledger, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    private static readonly Texts T = Texts.OfPage("Jobs.Letters");
    private static readonly Dictionary<string, string> Fixes =
        FailureCatalog.All.Concat(PipelineCodes.All).GroupBy(code => code.Code).ToDictionary(codes => codes.Key, codes => codes.First().Fix);

    public IReadOnlyList<ConnectionView> Connections { get; private set; } = [];

    public ConnectionView? Connection { get; private set; }

    public IReadOnlyList<DeadLetterGroup> Groups { get; private set; } = [];

    public IReadOnlyList<RetryGroup> Retries { get; private set; } = [];

    public async Task OnGetAsync(string? connection, CancellationToken cancellationToken)
    {
        Connections = await ledger.WriteLog.ConnectionsAsync(cancellationToken);
        Connection = Connections.FirstOrDefault(candidate => candidate.Key == connection);
        Groups = await ledger.Jobs.Letters.ListAsync(Connection?.Id, cancellationToken);
        Retries = [.. (await ledger.Jobs.Queues.RetriesAsync(cancellationToken)).Where(row => Connection is null || row.Connection == Connection.Key)];
    }

    public string NameOf(long connectionId) => Connections.First(connection => connection.Id == connectionId).Name;

    /// <summary>The way out of a code; null where the registry has none.</summary>
    public static string? FixOf(string code) => Fixes.GetValueOrDefault(code);

    /// <summary>What was given up, for a count of it.</summary>
    public static string Noun(DeadLetterGroup group) => (group.Kind, group.Count) switch
    {
        (DeadLetterKind.Write, 1) => T["RejectedWrite"],
        (DeadLetterKind.Write, _) => T["RejectedWrites"],
        (DeadLetterKind.Activity, 1) => T["UndecidedActivity"],
        (DeadLetterKind.Activity, _) => T["UndecidedActivities"],
        (DeadLetterKind.Batch, 1) => T["AbandonedJob"],
        (DeadLetterKind.Batch, _) => T["AbandonedJobs"],
    };

    /// <summary>Where an example can be looked at.</summary>
    public static string? LinkOf(DeadLetterGroup group, long id) => group.Kind == DeadLetterKind.Activity ? $"/activities/{id}" : null;

    /// <summary>Writes and activities can be acted on; what lies without a code cannot be named by a filter.</summary>
    public static bool CanAct(DeadLetterGroup group) => group.Kind != DeadLetterKind.Batch && group.Code is not ("write.rejected" or "activity.dead");

    /// <summary>The page that asks before an act.</summary>
    public string ActLink(DeadLetterGroup group, string act)
    {
        var connection = Uri.EscapeDataString(Connections.First(candidate => candidate.Id == group.ConnectionId).Key);
        return $"/jobs/letters/act?act={act}&what={(group.Kind == DeadLetterKind.Write ? "writes" : "activities")}&connection={connection}&code={Uri.EscapeDataString(group.Code)}";
    }
}
