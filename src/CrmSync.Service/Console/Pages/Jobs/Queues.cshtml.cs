using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Service.Console.Words;
using CrmSync.Storage.Reading;
using CrmSync.Storage.Reading.Jobs;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages.Jobs;

/// <summary>Queues with their limits, the jobs that run, and the nodes.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class QueuesModel(LedgerReader ledger, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    /// <summary>The queues, as nodes name them.</summary>
    public static readonly IReadOnlyList<string> Queues = ["poll", "classify", "ask", "write_back", "background"];

    // As long as a command waits before it becomes the host itself.
    private static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(15);

    public QueueSnapshot Found { get; private set; } = new([], [], []);

    public async Task OnGetAsync(CancellationToken cancellationToken) => Found = await ledger.Jobs.Queues.ReadAsync(cancellationToken);

    /// <summary>The page's parts, for a page that keeps itself fresh.</summary>
    public async Task<IActionResult> OnGetLiveAsync(CancellationToken cancellationToken)
    {
        Found = await ledger.Jobs.Queues.ReadAsync(cancellationToken);
        return Partial("_QueueBoard", this);
    }

    /// <summary>Whether a node that has not stopped gives no sign of life.</summary>
    public bool IsSilent(NodeCard node) => DateTimeOffset.FromUnixTimeMilliseconds(node.SeenAt) < Now - SilentAfter;

    /// <summary>A queue's numbers.</summary>
    public Line LineOf(string queue)
    {
        var rows = Found.Counts.Where(row => JobWords.QueueOf(row.Kind) == queue).ToList();
        long Count(string state) => rows.Where(row => row.State == state).Sum(row => row.Count);
        var limits = Found.Nodes.Where(node => node.StoppedAt is null && !IsSilent(node)).Select(node => node.LimitOf(queue)).Where(limit => limit is not null).ToList();
        var waiting = rows.Where(row => row.State is "due").Select(row => row.Oldest).ToList();
        return new Line(
            Count("running"), Count("due"), Count("retryable"), Count("later"), rows.Sum(row => row.Size), limits.Count == 0 ? null : limits.Sum(),
            waiting.Count == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(waiting.Min()));
    }

    /// <summary>What waits and runs in a queue.</summary>
    internal sealed record Line(long Running, long Ready, long Again, long Later, long Size, long? Limit, DateTimeOffset? Oldest);
}
