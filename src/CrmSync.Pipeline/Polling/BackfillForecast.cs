using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Polling;

/// <summary>What a backfill of one connection would cost.</summary>
/// <param name="Reads">Reading, by object type.</param>
/// <param name="Records">Records that are expected to get a label.</param>
/// <param name="GuardRequests">Reads of the records just before they are written.</param>
/// <param name="WriteRequests">Writes.</param>
/// <param name="EchoRequests">Reading our own writes again: they move the records' modified time, so the next poll gives them back once.</param>
/// <param name="AtLeast">Shortest time that the CRM's limits, or our share of them, allow.</param>
public sealed record BackfillForecast(
    IReadOnlyList<ReadForecast> Reads, long Records, long GuardRequests, long WriteRequests, long EchoRequests, TimeSpan AtLeast)
{
    /// <summary>Share of activities that the shipped rules and taxonomies label in a mixed year; only the number of writes in a forecast hangs on it.</summary>
    public const double UsualLabelledShare = 0.9;

    // A search or query page when an echo is read back (HubSpot 200; Salesforce takes up to 2,000, so this errs on the safe side).
    private const int EchoPage = 200;

    /// <summary>Activities in the range.</summary>
    public long Activities => Reads.Sum(read => read.Rows);

    /// <summary>All requests together.</summary>
    public long Requests => Reads.Sum(read => read.Requests) + GuardRequests + WriteRequests + EchoRequests;

    /// <summary>Asks the CRM for counts and adds up.</summary>
    /// <param name="connector">The connection's connector.</param>
    /// <param name="windows">What would be read.</param>
    /// <param name="labelledShare">Share of activities that gets a label, 0 to 1.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    public static async Task<Result<BackfillForecast>> AskAsync(
        ICrmConnector connector, IReadOnlyList<ScanWindow> windows, double labelledShare, CancellationToken cancellationToken)
    {
        var reads = new List<ReadForecast>();
        foreach (var window in windows)
        {
            var read = await connector.Reader.ForecastAsync(window, cancellationToken);
            if (!read.Succeeded)
                return read.Failure;
            reads.Add(read.Value);
        }

        var records = (long)Math.Ceiling(reads.Sum(read => read.Rows) * labelledShare);
        var batches = Pages(records, connector.Writer.BatchSize);
        var writing = TimeSpan.FromSeconds(2 * batches / connector.Writer.RequestsPerSecond);
        return new BackfillForecast(
            reads, records, batches, batches, Pages(records, EchoPage), reads.Aggregate(TimeSpan.Zero, (sum, read) => sum + read.AtLeast) + writing);
    }

    private static long Pages(long rows, int size) => (rows + size - 1) / size;
}
